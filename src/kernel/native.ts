/** The one place that gets the addon. */

import { fileURLToPath } from "node:url";
import { loadNative, type Native } from "../../native/index.js";
import { findAddon } from "./find-addon.js";

export * from "../../native/index.js";

let path: string | undefined;
let loaded: Native | undefined;

/** Says where the addon lies if it is beside the bundle. A source tree has it where node-gyp puts it. */
export function useAddon(file: string): void {
  path = file;
}

/** Puts another in its place; `undefined` ends that. */
export function replaceNative(substitute: Native | undefined): void {
  loaded = substitute;
}

/**
 * The addon, loaded when it is first needed.
 *
 * @throws AddonError when there is none for this machine
 */
export function native(): Native {
  return (loaded ??= findAddon(
    path ?? fileURLToPath(new URL("../../build/Release/tsbt.node", import.meta.url)),
    loadNative,
  ));
}
