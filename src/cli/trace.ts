/** Compiles a program and runs it: what `tsbt` does when no option asks for something else. */
import { accessSync, constants } from "node:fs";
import { isatty } from "node:tty";
import { FULL_LANGUAGE } from "../../codegen/full-language.js";
import type { Config } from "../../codegen/config.js";
import { compile, type Compilation, type CompileOptions } from "../../codegen/compile.js";
import type { TypedProgram } from "../../codegen/analysis/typed-program.js";
import type { BpfObject } from "../../codegen/object.js";
import type { Diagnostic, SourceFile } from "../../grammar/index.js";
import {
  compileOptions,
  exceedsProbes,
  type Host,
  type LinkCount,
  linksOf,
  mostProbes,
  LoadedScript,
  loadFailureText,
  plannedLinks,
  tooManyProbes,
  watchOwnProcess,
} from "../core/index.js";
import { bytePath } from "../files/index.js";
import { isAtLeast, LiveFacts, native } from "../kernel/index.js";
import { CapturedOutput } from "../output/index.js";
import { catchStopSignals, type Session, type Stop, type TracedProcess, type TrialRun } from "../runtime/index.js";
import type { Console } from "./console.js";
import { benchCompiler } from "./compiler-bench.js";
import { dumpCompilation, passTrial, verifierSection } from "./dump.js";
import { ExitError, failure } from "./exit-error.js";
import { checkNamedParameters, namedParameters } from "./named-parameters.js";
import { isRunMode, nothingToRun, probesFor, type RunMode, type TrialMode, TRIALS } from "./modes.js";
import { openOutput } from "./open-output.js";
import { compileFilter, filterProbes } from "./probe-filter.js";
import { reportTo } from "./report.js";
import { reasonOf } from "./read-program.js";
import { writeScriptTypes } from "./script-types.js";
import type { Settings } from "./settings.js";
import type { Surroundings } from "./surroundings.js";
import { surroundingsOfFacts } from "./surroundings-of-facts.js";
import { openTarget, readPid } from "./target.js";
import { warmUpFor } from "./tiers.js";

const NOTHING_RUNS = 255;

/** @returns the exit status */
export async function trace(source: SourceFile, cx: CommandContext): Promise<number> {
  const { settings, surroundings, console, stage } = cx;
  const { mode } = settings;
  const facts = stage.facts(cx);
  checkTraceableFunctions(settings.traceableFunctions);
  warnOfOldKernel(facts, console);
  // Numbers that are none are told before anything is begun.
  settings.unwoundPids.forEach(readPid);
  const target = openTarget({ settings, surroundings, arch: facts.arch, console });
  try {
    const hasFilter = settings.probeFilter !== undefined;
    const isToBeBuilt = (typed: TypedProgram): boolean =>
      hasFilter || !exceedsProbes(plannedLinks(typed), typed.config);
    const compilation = compileFor(source, { ...cx, facts, target }, isToBeBuilt);
    if (!hasFilter && compilation.typed !== undefined)
      checkLimits(plannedLinks(compilation.typed), compilation, console);
    const filter = settings.probeFilter === undefined ? undefined : compileFilter(settings.probeFilter);
    const filtered = compilation.object && filter ? filterProbes(compilation.object, filter) : compilation.object;
    if (filtered === undefined) return nothingToDo(compilation, settings, console);
    checkLimits(linksOf(filtered), compilation, console);
    checkNamedParameters(settings.named, compilation.typed?.options ?? []);
    if (mode === "compiler-bench") benchCompiler(source, optionsOf({ ...cx, facts, target }), facts, console);
    if (mode === "types") writeScriptTypes(source.name, filtered);
    if (!isRunMode(mode)) return 0;
    return await runIn(mode, filtered, compilation.config, { ...cx, facts, target });
  } finally {
    target?.close();
  }
}

/** What of an object runs in a mode. */
export async function runIn(mode: RunMode, whole: BpfObject, config: Config, cx: RunContext): Promise<number> {
  const object = probesFor(mode, whole);
  if (object !== undefined) return run(object, config, mode, cx);
  if (cx.settings.isDryRun && mode === "trace") return 0;
  throw failure(nothingToRun(whole), NOTHING_RUNS);
}

export function checkTraceableFunctions(path: string | undefined): void {
  if (path === undefined) return;
  try {
    accessSync(bytePath(path), constants.R_OK);
  } catch (error) {
    throw failure(`Failed to open kernel function info: Could not read functions from ${path}. (${reasonOf(error)})`);
  }
}

export function warnOfOldKernel({ release }: LiveFacts, console: Console): void {
  if (isAtLeast(release, ...OLDEST_KERNEL)) return;
  console.warning(
    `Kernel version (${release.text}) is lower than the minimum supported kernel version (${OLDEST_KERNEL.join(".")}.0). ` +
      "Some features/scripts may not work as expected.",
  );
}

/** On which everything is meant to work. */
const OLDEST_KERNEL = [5, 15] as const;

// ---------------------------------------------------------------- compiling

export function compileFor(
  source: SourceFile,
  cx: RunContext,
  isToBeBuilt: CompileOptions["isToBeBuilt"],
): Compilation {
  const { facts, settings, console } = cx;
  warmUpFor(source);
  const compilation = compile(source, facts, FULL_LANGUAGE, {
    ...optionsOf(cx),
    passes: passTrial(settings.dumpsAfter, settings.withoutPasses, { out: (t) => console.out(t) }),
    isToBeBuilt,
  });
  dumpCompilation(compilation, settings.dumps, { out: (t) => console.out(t), err: (t) => console.err(t) });
  const badVariable = compilation.diagnostics.find(isAboutEnvironment);
  if (badVariable !== undefined) throw new ExitError(`${badVariable.message}\n`, 2);
  console.diagnostics(compilation.diagnostics);
  if (compilation.cFailure !== "") throw new ExitError(compilation.cFailure, 2);
  return compilation;
}

export const optionsOf = ({ facts, settings, surroundings, target }: RunContext): CompileOptions =>
  compileOptions({
    host: hostOf(surroundings),
    release: facts.release.text,
    positional: settings.positional,
    named: namedParameters(settings.named),
    isUnsafe: settings.isUnsafe,
    pid: target?.pid,
    filtersByPid: settings.pid !== undefined,
    // Programs may run what is written to a file.
    ...(settings.emitFile === undefined ? {} : { isTargetLater: true, hasSharedMaps: true }),
    warnsOfReads: settings.warnsOfReads,
    includes: settings.includes,
    includeDirs: settings.includeDirs,
    isChecked: settings.dumps.has("check"),
  });

/** A bad `BPFTRACE_…` variable has no place in the script. */
const isAboutEnvironment = ({ severity, span, code }: Diagnostic): boolean =>
  severity === "error" && span === undefined && code.startsWith("config-");

export function nothingToDo({ diagnostics }: Compilation, settings: Settings, console: Console): number {
  return diagnostics.some((d) => d.severity === "error") ? 1 : nothingLeft(settings, console);
}

export function nothingLeft({ isQuiet }: Settings, console: Console): number {
  if (!isQuiet) console.out("No probes to attach\n");
  return 1;
}

export function checkLimits(
  links: LinkCount,
  { config }: { readonly config: Config },
  { color }: Pick<Console, "color">,
): void {
  if (!exceedsProbes(links, config)) return;
  throw new ExitError(`ERROR: ${tooManyProbes(links, config)}\n${mostProbes(links, { color })}`, 1);
}

// ---------------------------------------------------------------- running

/** What the command was asked, and by whom. */
export interface CommandContext {
  readonly settings: Settings;
  readonly surroundings: Surroundings;
  readonly console: Console;
  readonly stage: Stage;
}

/** Where it is done: on this machine, or where it is only rehearsed. */
export interface Stage {
  facts(cx: CommandContext): LiveFacts;
  stopSignals(): Stop;
}

export const THIS_MACHINE: Stage = {
  facts: ({ settings, surroundings: { environment }, console }) =>
    new LiveFacts({
      ...surroundingsOfFacts(environment, console),
      acceptsAnyFile: settings.isUnsafe,
      traceableFunctionsPath: settings.traceableFunctions,
      debugDirectories: settings.debugDirectories,
      without: [...settings.withoutFeatures],
    }),
  stopSignals: catchStopSignals,
};

export interface RunContext extends CommandContext {
  readonly facts: LiveFacts;
  readonly target: TracedProcess | undefined;
}

async function run(object: BpfObject, config: Config, mode: RunMode, cx: RunContext): Promise<number> {
  const script = loadOrExplain(object, config, cx);
  const stop = cx.stage.stopSignals();
  try {
    return await (mode === "trace" ? session(script, cx) : trialRun(script, mode, cx)).run(stop);
  } finally {
    script.close();
  }
}

function loadOrExplain(object: BpfObject, config: Config, cx: RunContext): LoadedScript {
  const { facts, settings, surroundings, console, target } = cx;
  try {
    return new LoadedScript({
      object,
      config,
      facts,
      host: hostOf(surroundings),
      target: target && { process: target, isChild: settings.command !== undefined },
      unwoundProcesses: settings.unwoundPids.map(readPid),
      isTerminal: settings.format === "text" && settings.outputFile === undefined && isatty(1),
      notices: console,
      onLog: settings.dumps.has("verifier") ? (program, log) => console.out(verifierSection(program, log)) : undefined,
    });
  } catch (error) {
    const { color } = console;
    const { isVerbose } = settings;
    const text = loadFailureText(error, { isVerbose, color, facts, logBytes: config.logSize });
    throw text === undefined ? error : new ExitError(text, LOAD_FAILED);
  }
}

const LOAD_FAILED = 255;

const hostOf = ({ environment, inherited }: Surroundings): Host => ({
  environment,
  inherited,
  machine: process.arch,
  standardOutput: 1,
  signals: process,
  stayAwake: () => watchOwnProcess(process.pid),
  letGo: (fds) => native().detachLater(fds),
});

function session(script: LoadedScript, cx: RunContext): Session {
  const { output } = openOutput(script.values, cx.settings, cx.console);
  return script.session({ output, report: reportTo(cx), isDryRun: cx.settings.isDryRun });
}

function trialRun(script: LoadedScript, mode: TrialMode, cx: RunContext): TrialRun {
  const { settings, console } = cx;
  const { values } = script;
  const { output, trials } = openOutput(values, settings, console);
  const { showsWarnings } = settings;
  return script.trials({
    runs: TRIALS[mode],
    output,
    trials,
    captured: new CapturedOutput({ values, showsWarnings, outside: output }),
    report: {
      running: reportTo(cx).running,
      benchmarkFailed: (name) => console.error(`Benchmark '${name}' failed.`),
    },
  });
}
