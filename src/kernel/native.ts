/** The one place that loads the addon. */

import { fileURLToPath } from "node:url";
import { loadNative, type Native } from "../../native/index.js";

export * from "../../native/index.js";

let path: string | undefined;
let loaded: Native | undefined;

/** Says where the addon lies. A bundle does, since only a source tree has it where node-gyp puts it. */
export function useAddon(file: string): void {
  path = file;
}

/** Puts another in its place; `undefined` ends that. */
export function replaceNative(substitute: Native | undefined): void {
  loaded = substitute;
}

/** The addon, loaded when it is first needed. */
export function native(): Native {
  return (loaded ??= loadNative(path ?? fileURLToPath(new URL("../../build/Release/tsbt.node", import.meta.url))));
}
