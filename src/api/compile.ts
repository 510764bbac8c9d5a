/** From a script to something that can be traced, now or later. */
import { FULL_LANGUAGE } from "../../codegen/full-language.js";
import { decodeScript, OtherVersionError, SavedError } from "../../codegen/saved/index.js";
import { missingCapabilities, observe, type SafeResult, savedFrom, unsafeParts } from "../core/index.js";
import { toBytes } from "../files/index.js";
import { LiveFacts, native, runningKernel, saveHost, SnapshotError, SnapshotFacts } from "../kernel/index.js";
import { Compiled, compileFor } from "./compiled.js";
import { TsbtError } from "./error.js";
import { environmentOf } from "./host.js";
import { checkOptions } from "./options.js";
import type { CompiledScript, Script, ScriptOptions, ShapeOf } from "./types.js";
import { VERSION } from "./version.js";
import { checkPrivileges } from "./privileges.js";
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

/**
 * Saves what is known of the running kernel to a directory, which is made if there is none: for `readFacts()`, on this or another machine.
 * All kinds of scripts can be compiled with it but for those that need files of this machine: uprobes and usdt.
 *
 * @throws {@link TsbtError} with the code `privileges`: not all may be read; `output`: the directory cannot be made or written
 */
export function saveFacts(directory: string): void {
  withAddon(() => {
    checkPrivileges();
    try {
      saveHost(directory, new LiveFacts());
    } catch (error) {
      if (!isOfFiles(error)) throw error;
      const remedy = "choose a directory that can be written, with room for some 15 MB";
      throw new TsbtError("output", `the facts cannot be saved to ${directory}: ${error.message}; ${remedy}`, {
        cause: error,
      });
    }
  });
}

const isOfFiles = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && "syscall" in error && "path" in error;

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
  const { facts } = options;
  if (!(facts instanceof LiveFacts || facts instanceof SnapshotFacts))
    throw new TsbtError("option", "facts: what hostFacts() or readFacts() gives is wanted");
  return withAddon(() => compiledBy(script, options, facts));
}

function compiledBy(script: string | Script, options: CompileOptions, facts: LiveFacts | SnapshotFacts): Compiled {
  const { pid, unsafe = false, warnOfReads = false } = options;
  const witness = observe(facts);
  const host = { environment: environmentOf(options), machine: process.arch };
  const where = { facts: witness.facts, host, pid, isTargetLater: pid === undefined };
  const compilation = compileFor(script, options, where);
  const isLive = facts instanceof LiveFacts;
  const saved = savedFrom({
    object: compilation.object,
    compilation,
    witness,
    kernel: isLive ? runningKernel() : { release: facts.release.text, build: undefined, buildId: undefined },
    isCertain: !isLive || missingCapabilities(native().effectiveCapabilities(), process.geteuid?.() === 0).length === 0,
    pid,
    warnsOfReads: warnOfReads,
    unsafe: unsafe ? unsafeParts(compilation.object, () => safely(script, options, where)) : [],
  });
  return new Compiled(saved, { allowsUnsafe: unsafe });
}

/** What is left without `unsafe`, or why nothing is. */
function safely(script: string | Script, options: CompileOptions, where: Parameters<typeof compileFor>[2]): SafeResult {
  try {
    return { object: compileFor(script, { ...options, unsafe: false }, where).object, errors: [] };
  } catch (error) {
    if (!(error instanceof TsbtError)) throw error;
    return { object: undefined, errors: [toBytes(error.message)] };
  }
}

/**
 * What `save()` has made, or `tsbt --emit`. What is not safe in it has to be allowed when it is traced.
 *
 * @throws {@link TsbtError} with the code `saved` if it has not, `other-kernel` if another version of tsbt has
 */
export function loadCompiled(bytes: Uint8Array): CompiledScript {
  if (!(bytes instanceof Uint8Array)) throw new TsbtError("saved", "What save() has made is a Uint8Array.");
  try {
    return new Compiled(decodeScript(bytes, VERSION, FULL_LANGUAGE), { allowsUnsafe: false });
  } catch (error) {
    if (error instanceof OtherVersionError)
      throw new TsbtError(
        "other-kernel",
        `This was compiled by version ${error.version} of tsbt, and this is ${VERSION}.`,
      );
    if (!(error instanceof SavedError)) throw error;
    throw new TsbtError("saved", `These bytes are not what save() has made: ${error.message}.`, { cause: error });
  }
}
