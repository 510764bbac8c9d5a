/** From a script to something that can be traced, now or later. */
import { deserialize } from "node:v8";
import { LiveFacts } from "../kernel/live.js";
import { SnapshotError, SnapshotFacts } from "../kernel/snapshot.js";
import { Compiled, compileFor, type Saved } from "./compiled.js";
import { TsbtError } from "./error.js";
import { environmentOf } from "./host.js";
import { checkOptions } from "./options.js";
import type { CompiledScript, Script, ScriptOptions, ShapeOf } from "./types.js";
import { VERSION } from "./version.js";
import { withAddon } from "./with-addon.js";

/** What is known of a kernel: to be had from `hostFacts()` and `readFacts()`. */
export interface Facts {
  /** As `uname -r` prints it. */
  readonly release: { readonly text: string };
  readonly arch: string;
}

export interface CompileOptions extends ScriptOptions {
  readonly facts: Facts;
  /** The process that will be traced. */
  readonly pid?: number;
}

/** Of the running kernel, asked as far as a script needs it. */
export const hostFacts = (): Facts => new LiveFacts();

/** From a directory that the facts of a kernel were saved to. */
export function readFacts(directory: string): Facts {
  try {
    return new SnapshotFacts(directory);
  } catch (error) {
    if (!(error instanceof SnapshotError)) throw error;
    throw new TsbtError("kernel", error.message, { cause: error });
  }
}

/**
 * Compiles a script for the kernel that `facts` describe. The same script, facts and options give the same programs, on any
 * machine and without any rights.
 *
 * @throws {@link TsbtError} with the code `script`
 */
export function compile<const S extends string | Script>(
  script: S,
  options: CompileOptions,
): CompiledScript<ShapeOf<S>> {
  checkOptions(options, ["facts"]);
  const { facts, pid } = options;
  if (!(facts instanceof LiveFacts || facts instanceof SnapshotFacts))
    throw new TsbtError("option", "facts: what hostFacts() or readFacts() gives is wanted");
  const host = { environment: environmentOf(options), machine: process.arch };
  return new Compiled(withAddon(() => compileFor(script, options, { facts, host, pid })));
}

/**
 * What `save()` has made.
 *
 * @throws {@link TsbtError} with the code `saved` if it has not, `other-kernel` if another version of tsbt has
 */
export function loadCompiled(bytes: Uint8Array): CompiledScript {
  const saved = savedIn(bytes);
  if (saved.version !== VERSION)
    throw new TsbtError(
      "other-kernel",
      `This was compiled by version ${saved.version} of tsbt, and this is ${VERSION}.`,
    );
  return new Compiled(saved as Saved);
}

function savedIn(bytes: Uint8Array): Partial<Saved> {
  let found: unknown;
  try {
    found = deserialize(bytes);
  } catch (cause) {
    throw new TsbtError("saved", "These bytes are not what save() has made.", { cause });
  }
  const parts = ["version", "release", "arch", "object", "config", "warnings"];
  if (typeof found !== "object" || found === null || !parts.every((part) => part in found))
    throw new TsbtError("saved", "These bytes are not what save() has made.");
  return found;
}
