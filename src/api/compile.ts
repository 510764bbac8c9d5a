/** From a script to something that can be traced, now or later. */
import { deserialize } from "node:v8";
import type { KernelFacts } from "../../codegen/facts.js";
import { LiveFacts } from "../kernel/live.js";
import { SnapshotError, SnapshotFacts } from "../kernel/snapshot.js";
import { Compiled, compileFor, type Saved } from "./compiled.js";
import { TsbtError } from "./error.js";
import { environmentOf } from "./host.js";
import type { CompiledScript, Script, ScriptOptions, ShapeOf } from "./types.js";
import { VERSION } from "./version.js";

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
  const { facts, pid } = options;
  const host = { environment: environmentOf(options), machine: process.arch };
  return new Compiled(compileFor(script, options, { facts: facts as KernelFacts, host, pid }));
}

/** What `save()` has made. @throws {@link TsbtError} with the code `other-kernel` if another version of tsbt has */
export function loadCompiled(bytes: Uint8Array): CompiledScript {
  const saved = deserialize(bytes) as Partial<Saved>;
  if (saved.version !== VERSION || saved.object === undefined)
    throw new TsbtError(
      "other-kernel",
      `This was compiled by version ${saved.version} of tsbt, and this is ${VERSION}.`,
    );
  return new Compiled(saved as Saved);
}
