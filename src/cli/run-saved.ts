/** `tsbt FILE` of a file that `--emit` has made: what is run is known, and nothing is compiled. */
import { FULL_LANGUAGE } from "../../codegen/full-language.js";
import { decodeScript, isSaved, OtherVersionError, SavedError, type SavedScript } from "../../codegen/saved/index.js";
import type { SourceFile } from "../../grammar/index.js";
import { differences, linksOf, refusedPlaces, unsafeNeeds, withTarget } from "../core/index.js";
import { type LiveFacts, runningKernel } from "../kernel/index.js";
import { UnknownEventError } from "../runtime/index.js";
import { type DumpStage, DUMP_STAGES, dumpObject } from "./dump.js";
import { failure } from "./exit-error.js";
import { isRunMode } from "./modes.js";
import { compileFilter, filterProbes } from "./probe-filter.js";
import type { Settings } from "./settings.js";
import { openTarget, readPid } from "./target.js";
import { checkLimits, type CommandContext, nothingLeft, runIn, warnOfOldKernel } from "./trace.js";
import { NUMBER } from "./version.js";

export const isSavedScript = ({ text }: SourceFile): boolean => isSaved(text);

/** @returns the exit status */
export async function runSaved(source: SourceFile, cx: CommandContext): Promise<number> {
  const { settings, surroundings, console, stage } = cx;
  const { mode } = settings;
  refuseLateOptions(source.name, settings);
  const script = readSaved(source);
  refuseReads(source.name, script, settings);
  refuseTarget(source.name, script, settings);
  const facts = stage.facts(cx);
  checkUnsafe(script, facts, settings.isUnsafe);
  warnOfOldKernel(facts, console);
  warnOfVariables(cx);
  checkMachine(source.name, script, facts);
  checkPlaces(source.name, script, facts, settings.isUnsafe);
  settings.unwoundPids.forEach(readPid);
  const { config } = script;
  const filter = settings.probeFilter === undefined ? undefined : compileFilter(settings.probeFilter);
  const object = filter === undefined ? script.object : filterProbes(script.object, filter);
  if (object === undefined) return nothingLeft(settings, console);
  checkLimits(linksOf(object), { config }, console);
  dumpObject(object, settings.dumps, (text) => console.out(text));
  if (!isRunMode(mode)) return 0;
  const target = openTarget({ settings, surroundings, arch: facts.arch, console });
  try {
    const told = target && { process: target, isChild: settings.command !== undefined };
    const aimed = script.target.pid === undefined ? withTarget(object, told) : object;
    return await runIn(mode, aimed, config, { ...cx, facts, target });
  } catch (error) {
    throw error instanceof UnknownEventError ? damaged(source.name, error.what) : error;
  } finally {
    target?.close();
  }
}

/** Canonical names of its probes, for `-l`. */
export const probesOfSaved = (source: SourceFile): readonly string[] => [
  ...new Set(readSaved(source).object.attachments.map(({ name }) => name)),
];

function readSaved({ name, text }: SourceFile): SavedScript {
  try {
    return decodeScript(Buffer.from(text, "latin1"), NUMBER, FULL_LANGUAGE);
  } catch (error) {
    if (!(error instanceof SavedError)) throw error;
    if (error instanceof OtherVersionError) throw failure(`${name} cannot be run: ${error.message}`, 1, [AGAIN]);
    throw damaged(name, error.message);
  }
}

const damaged = (name: string, how: string): Error => failure(`${name} is a compiled script that is damaged: ${how}`);

const AGAIN = "Compile the script again here: `tsbt --emit FILE SCRIPT`.";

function checkMachine(name: string, script: SavedScript, facts: LiveFacts): void {
  const found = differences(script, facts, runningKernel());
  if (found.length === 0) return;
  const lines = found.map((line) => `  ${line}`).join("\n");
  throw failure(`${name} was compiled where something is otherwise than here:\n${lines}`, 1, [AGAIN]);
}

function checkPlaces(name: string, { object }: SavedScript, facts: LiveFacts, isUnsafe: boolean): void {
  const [refused] = refusedPlaces(object, { language: FULL_LANGUAGE, facts, isUnsafe });
  if (refused !== undefined) throw damaged(name, refused);
}

/** Both what is said and what is done. */
function checkUnsafe(script: SavedScript, facts: LiveFacts, isUnsafe: boolean): void {
  if (isUnsafe) return;
  const [needed] = unsafeNeeds(script.object, (name) => facts.btf?.find("func", name));
  if (needed !== undefined) throw failure(`${needed} is an unsafe function being used in safe mode`, 1, [UNSAFE]);
  const [said] = script.unsafe;
  if (said !== undefined) throw failure(`it was compiled with --unsafe, and needs it: ${said}`, 1, [UNSAFE]);
}

const UNSAFE = "Use --unsafe to run it all the same.";

// ---------------------------------------------------------------- what comes too late

/** They change what is compiled. */
const OF_COMPILING: readonly (readonly [option: string, isGiven: (settings: Settings) => boolean])[] = [
  ["parameters of the script", ({ positional, named }) => positional.length + named.length > 0],
  ["-I", ({ includeDirs }) => includeDirs.length > 0],
  ["--include", ({ includes }) => includes.length > 0],
  ["--no-feature", ({ withoutFeatures }) => withoutFeatures.size > 0],
  ["--traceable-functions", ({ traceableFunctions }) => traceableFunctions !== undefined],
  ["--without-pass", ({ withoutPasses }) => withoutPasses.size > 0],
  ["--dump-after", ({ dumpsAfter }) => dumpsAfter.size > 0],
];

/** There is no text any more, and no trees of it. */
const OF_TEXT: ReadonlySet<DumpStage> = new Set(["ast", "types", "ir", "check"]);

function refuseLateOptions(name: string, { mode, emitFile, dumps, ...settings }: Settings): void {
  if (emitFile !== undefined) throw failure(`${name} is compiled already: --emit wants a script`);
  if (mode === "format" || mode === "compiler-bench" || mode === "types")
    throw failure(`${name} is compiled: there is no text of a script in it for ${WORDS[mode]}`);
  const early = [...dumps].find((stage) => OF_TEXT.has(stage));
  if (early !== undefined && dumps.size < DUMP_STAGES.length)
    throw failure(`${name} is compiled: there is nothing for -d ${early} to show`);
  const [given] = OF_COMPILING.filter(([, isGiven]) => isGiven({ mode, emitFile, dumps, ...settings }));
  if (given === undefined) return;
  throw failure(`${name} is compiled, and ${given[0]} would change what it was compiled to.`, 1, [
    "Say it together with --emit, when the file is made.",
  ]);
}

const WORDS = { format: "--fmt", "compiler-bench": "--mode compiler-bench", types: "types" } as const;

function refuseReads(name: string, script: SavedScript, { warnsOfReads }: Settings): void {
  if (!warnsOfReads || script.warnsOfReads) return;
  throw failure(`${name} was compiled without -k, which changes programs.`, 1, [
    "Say it together with --emit, when the file is made.",
  ]);
}

/** The TypeScript interface can compile for one process alone. */
function refuseTarget(name: string, { target }: SavedScript, { pid, command }: Settings): void {
  const isAnother = command !== undefined || (pid !== undefined && readPid(pid) !== target.pid);
  if (target.pid !== undefined && isAnother) throw failure(`${name} was compiled for the process ${target.pid}`);
}

/** Of where things are and how they look, not of what is compiled. */
const OF_RUNS = new Set(["BPFTRACE_COLOR", "BPFTRACE_BTF", "BPFTRACE_VMLINUX"]);

const isOfCompiling = (name: string): boolean => name.startsWith("BPFTRACE_") && !OF_RUNS.has(name);

function warnOfVariables({ surroundings, console }: CommandContext): void {
  const names = [...surroundings.environment.traceVariables().keys()].filter(isOfCompiling);
  if (names.length === 0) return;
  console.warning(`${names.join(", ")}: settings were compiled in, and stay what they were then`);
}
