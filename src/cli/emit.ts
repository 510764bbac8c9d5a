/** `--emit FILE`: compiles a script to a file, which `tsbt FILE` runs (`run-saved.ts`). Nothing is attached. */
import { FULL_LANGUAGE } from "../../codegen/full-language.js";
import type { BpfObject } from "../../codegen/object.js";
import { compile } from "../../codegen/compile.js";
import { encodeScript, SavedError } from "../../codegen/saved/index.js";
import type { SourceFile } from "../../grammar/index.js";
import {
  foreignPrograms,
  linksOf,
  missingCapabilities,
  observe,
  plannedLinks,
  type SafeResult,
  savedFrom,
  unsafeParts,
} from "../core/index.js";
import { native, runningKernel } from "../kernel/index.js";
import { failure } from "./exit-error.js";
import { checkNamedParameters } from "./named-parameters.js";
import { compileFilter, filterProbes } from "./probe-filter.js";
import { isSameFile, replaceFile } from "./replace-file.js";
import {
  checkLimits,
  checkTraceableFunctions,
  type CommandContext,
  compileFor,
  nothingToDo,
  optionsOf,
  type RunContext,
  warnOfOldKernel,
} from "./trace.js";
import { NUMBER } from "./version.js";

/** A file is for all who may run it. */
const MODE = 0o644;

/** @returns the exit status */
export function emit(source: SourceFile, path: string, cx: CommandContext): number {
  const { settings, console, stage } = cx;
  if (settings.program?.kind === "file" && isSameFile(settings.program.path, path))
    throw failure(`${path} is the script itself: --emit wants another name`);
  const isCertain = missingCapabilities(native().effectiveCapabilities(), process.geteuid?.() === 0).length === 0;
  const live = stage.facts(cx);
  const witness = observe(live);
  checkTraceableFunctions(settings.traceableFunctions);
  warnOfOldKernel(live, console);
  const run: RunContext = { ...cx, facts: witness.facts, target: undefined };
  const compilation = compileFor(source, run, () => true);
  if (compilation.typed !== undefined && settings.probeFilter === undefined)
    checkLimits(plannedLinks(compilation.typed), compilation, console);
  const object = filtered(compilation.object, settings.probeFilter);
  if (object === undefined) {
    if (!isCertain) console.warning(GUESSED);
    return nothingToDo(compilation, settings, console);
  }
  checkLimits(linksOf(object), compilation, console);
  checkNamedParameters(settings.named, compilation.typed?.options ?? []);
  const [foreign] = foreignPrograms(object);
  if (foreign !== undefined)
    throw failure(`${foreign} is a program that somebody has loaded: it has another number each time`);
  const script = savedFrom({
    object,
    compilation,
    witness,
    kernel: runningKernel(),
    isCertain,
    pid: undefined,
    warnsOfReads: settings.warnsOfReads,
    unsafe: settings.isUnsafe ? unsafeParts(object, () => safely(source, run)) : [],
  });
  try {
    replaceFile(path, encodeScript(script, NUMBER, FULL_LANGUAGE), MODE);
  } catch (error) {
    if (error instanceof SavedError) throw failure(`${source.name} cannot be written to a file: ${error.message}`);
    throw error;
  }
  return 0;
}

const GUESSED = "Not all can be known of the kernel without the rights to trace: with them this may compile.";

function filtered(object: BpfObject | undefined, filter: string | undefined): BpfObject | undefined {
  return object === undefined || filter === undefined ? object : filterProbes(object, compileFilter(filter));
}

function safely(source: SourceFile, run: RunContext): SafeResult {
  const { object, diagnostics } = compile(source, run.facts, FULL_LANGUAGE, { ...optionsOf(run), isUnsafe: false });
  const errors = diagnostics.filter(({ severity }) => severity === "error").map(({ message }) => message);
  return { object, errors };
}
