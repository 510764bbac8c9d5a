/** Compiles a program and runs it: what `tsbt` does when no option asks for something else. */
import { accessSync, constants } from "node:fs";
import { freemem } from "node:os";
import { isatty } from "node:tty";
import { FULL_LANGUAGE } from "../../codegen/full-language.js";
import { compile, type Compilation, type CompileOptions } from "../../codegen/compile.js";
import type { Config } from "../../codegen/config.js";
import type { TypedProgram } from "../../codegen/analysis/typed-program.js";
import { linkCount } from "./link-count.js";
import type { BpfObject } from "../../codegen/object.js";
import type { Diagnostic, SourceFile } from "../../grammar/index.js";
import { bytePath } from "../files/byte-path.js";
import { HeaderFiles } from "../headers/header-files.js";
import { findKernelDirs } from "../headers/kernel-dirs.js";
import { LiveFacts } from "../kernel/live.js";
import { isAtLeast } from "../kernel/kernel-version.js";
import { native } from "../kernel/native.js";
import { CapturedOutput } from "../output/captured-output.js";
import type { ValueContext } from "../output/value-context.js";
import { Bpf } from "../runtime/bpf.js";
import { aheadOfBootNs } from "../runtime/clocks.js";
import type { EngineOptions } from "../runtime/engine.js";
import { load, type LoadedObject } from "../runtime/loader.js";
import { ringSizeBytes } from "../runtime/ring-size.js";
import { Session } from "../runtime/session.js";
import { catchStopSignals, type StopSignals } from "../runtime/stop-signals.js";
import { TrialRun } from "../runtime/trial-run.js";
import type { TracedProcess } from "../runtime/traced-process.js";
import type { Console } from "./console.js";
import { benchCompiler } from "./compiler-bench.js";
import { dumpCompilation, verifierSection } from "./dump.js";
import { ExitError, failure } from "./exit-error.js";
import { checkNamedParameters, namedParameters } from "./named-parameters.js";
import { findImport } from "./import-files.js";
import { HostNames } from "./host-names.js";
import { raiseLimits } from "./limits.js";
import { warnOfLargeEvents } from "./large-events.js";
import { LocalZone } from "./local-zone.js";
import { loadFailure } from "./load-failure.js";
import { isRunMode, nothingToRun, probesFor, type RunMode, type TrialMode, TRIALS } from "./modes.js";
import { openOutput } from "./open-output.js";
import { compileFilter, filterProbes } from "./probe-filter.js";
import { reportTo } from "./report.js";
import { reasonOf } from "./read-program.js";
import type { Settings } from "./settings.js";
import type { Surroundings } from "./surroundings.js";
import { openTarget } from "./target.js";
import { warmUpFor } from "./tiers.js";
import { showsUserSymbols, UserNames } from "./user-names.js";

const NOTHING_RUNS = 255;

/** @returns the exit status */
export async function trace(source: SourceFile, cx: CommandContext): Promise<number> {
  const { settings, surroundings, console, stage } = cx;
  const { mode } = settings;
  const facts = stage.facts(cx);
  checkTraceableFunctions(settings.traceableFunctions);
  warnOfOldKernel(facts, console);
  const target = openTarget({ settings, surroundings, arch: facts.arch, console });
  try {
    const hasFilter = settings.probeFilter !== undefined;
    const isToBeBuilt = (typed: TypedProgram): boolean =>
      hasFilter || !exceedsProbes(plannedLinks(typed), typed.config);
    const compilation = compileFor(source, { ...cx, facts, target }, isToBeBuilt);
    if (!hasFilter && compilation.typed !== undefined) checkLimits(plannedLinks(compilation.typed), compilation);
    const filter = settings.probeFilter === undefined ? undefined : compileFilter(settings.probeFilter);
    const filtered = compilation.object && filter ? filterProbes(compilation.object, filter) : compilation.object;
    if (filtered === undefined) return nothingToDo(compilation, settings, console);
    checkLimits(linksOf(filtered), compilation);
    checkNamedParameters(settings.named, compilation.typed?.options ?? []);
    if (mode === "compiler-bench") benchCompiler(source, compileOptions({ ...cx, facts, target }), facts, console);
    if (!isRunMode(mode)) return 0;
    const object = probesFor(mode, filtered);
    if (object !== undefined) return await run(object, compilation, mode, { ...cx, facts, target });
    if (settings.isDryRun && mode === "trace") return 0;
    throw failure(nothingToRun(filtered), NOTHING_RUNS);
  } finally {
    target?.close();
  }
}

function checkTraceableFunctions(path: string | undefined): void {
  if (path === undefined) return;
  try {
    accessSync(bytePath(path), constants.R_OK);
  } catch (error) {
    throw failure(`Failed to open kernel function info: Could not read functions from ${path}. (${reasonOf(error)})`);
  }
}

function warnOfOldKernel({ release }: LiveFacts, console: Console): void {
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
  const compilation = compile(source, facts, FULL_LANGUAGE, { ...compileOptions(cx), isToBeBuilt });
  dumpCompilation(compilation, settings.dumps, { out: (t) => console.out(t), err: (t) => console.err(t) });
  const badVariable = compilation.diagnostics.find(isAboutEnvironment);
  if (badVariable !== undefined) throw new ExitError(`${badVariable.message}\n`, 2);
  console.diagnostics(compilation.diagnostics);
  if (compilation.cFailure !== "") throw new ExitError(compilation.cFailure, 2);
  return compilation;
}

export function compileOptions({ facts, settings, surroundings, target }: RunContext): CompileOptions {
  const { environment } = surroundings;
  const headers = new HeaderFiles({
    ownDirs: settings.includeDirs,
    kernel: () => findKernelDirs({ environment, release: facts.release.text, machine: process.arch }),
  });
  return {
    positional: settings.positional,
    named: namedParameters(settings.named),
    isUnsafe: settings.isUnsafe,
    pid: target?.pid,
    filtersByPid: settings.pid !== undefined,
    warnsOfReads: settings.warnsOfReads,
    environment: environment.traceVariables(),
    includes: settings.includes,
    headers,
    findImport,
    isToBeBuilt: () => true,
  };
}

/** A bad `BPFTRACE_…` variable has no place in the script. */
const isAboutEnvironment = ({ severity, span, code }: Diagnostic): boolean =>
  severity === "error" && span === undefined && code.startsWith("config-");

function nothingToDo({ diagnostics }: Compilation, settings: Settings, console: Console): number {
  if (!diagnostics.some((d) => d.severity === "error") && !settings.isQuiet) console.out("No probes to attach\n");
  return 1;
}

const plannedLinks = ({ probes }: TypedProgram): number =>
  linkCount(
    probes
      .filter(({ session }) => session?.isReturn !== true)
      .flatMap(({ plan }, program) => plan.ways.map(({ name, isMulti }) => ({ program, way: name, isMulti }))),
  );

const linksOf = ({ programs, attachments }: BpfObject): number =>
  linkCount(
    attachments.map(({ program, load }) => {
      const { way = "", isMulti = false } = programs[program]?.loads[load] ?? {};
      return { program, way, isMulti };
    }),
  );

const exceedsProbes = (count: number, { maxProbes }: Config): boolean => count > maxProbes;

function checkLimits(count: number, { config }: Compilation): void {
  if (!exceedsProbes(count, config)) return;
  throw failure(
    `Can't attach to ${count} probes because it exceeds the current limit of ${config.maxProbes} probes.\n` +
      "You can increase the limit through the BPFTRACE_MAX_PROBES environment variable, but BE CAREFUL since a high " +
      "number of probes attached can cause your system to crash.",
  );
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
  stopSignals(): StopSignals;
}

export const THIS_MACHINE: Stage = {
  facts: ({ settings, surroundings: { environment }, console }) =>
    new LiveFacts({
      btfPath: environment.get("BPFTRACE_BTF"),
      onWarning: (message) => console.warning(message),
      searchPath: environment.get("PATH"),
      acceptsAnyFile: settings.isUnsafe,
      traceableFunctionsPath: settings.traceableFunctions,
      without: [...settings.withoutFeatures],
    }),
  stopSignals: catchStopSignals,
};

export interface RunContext extends CommandContext {
  readonly facts: LiveFacts;
  readonly target: TracedProcess | undefined;
}

async function run(object: BpfObject, compilation: Compilation, mode: RunMode, cx: RunContext): Promise<number> {
  const { facts, settings, surroundings, console, target } = cx;
  const { config } = compilation;
  raiseLimits(facts.release, 3 * object.attachments.length + object.maps.length + 50, console);
  const bpf = new Bpf(native());
  const ringBytes = ringSizeBytes({ pages: config.perfRbPages, cpus: facts.possibleCpus, availableBytes: freemem });
  if (object.ringBuffer !== undefined) warnOfLargeEvents(object, ringBytes, console);
  const loaded = loadOrExplain(object, bpf, compilation, ringBytes, cx);
  const userNames = new UserNames(object, {
    config,
    native,
    onlineCpus: () => facts.onlineCpus(),
    pid: settings.pid === undefined ? undefined : target?.pid,
    childPid: settings.command === undefined ? undefined : target?.pid,
  });
  const isForProcesses = showsUserSymbols(object);
  if (isForProcesses) userNames.watch();
  const values = valueContext(object, compilation, cx, userNames);
  const signals = cx.stage.stopSignals();
  const engine = { bpf, facts, values, ringBytes, inherited: surroundings.inherited, now: () => Date.now() / 1000 };
  const onAttached = (): void => {
    if (isForProcesses) userNames.readProcesses();
  };
  const running =
    mode === "trace" ? traceRun(loaded, engine, { ...cx, config, onAttached }) : trialRun(loaded, engine, mode, cx);
  try {
    return await running.run(signals);
  } finally {
    userNames.close();
  }
}

type EngineParts = Omit<EngineOptions, "report">;

function traceRun(
  loaded: LoadedObject,
  engine: EngineParts,
  { config, onAttached, ...cx }: RunContext & { readonly config: Config; readonly onAttached: () => void },
): Session {
  const { facts, settings, console, target } = cx;
  const { output } = openOutput(engine.values, settings, console);
  return new Session(loaded, {
    ...engine,
    onlineCpus: () => facts.onlineCpus(),
    config,
    output,
    process: target,
    report: reportTo(cx, onAttached),
    isDryRun: settings.isDryRun,
  });
}

function trialRun(loaded: LoadedObject, engine: EngineParts, mode: TrialMode, cx: RunContext): TrialRun {
  const { settings, console } = cx;
  const { values } = engine;
  const { output, trials } = openOutput(values, settings, console);
  const { showsWarnings } = settings;
  return new TrialRun(loaded, {
    ...engine,
    runs: TRIALS[mode],
    output,
    trials,
    captured: new CapturedOutput({ values, showsWarnings, outside: output }),
    report: {
      running: reportTo(cx, () => {}).running,
      benchmarkFailed: (name) => console.error(`Benchmark '${name}' failed.`),
    },
  });
}

function loadOrExplain(
  object: BpfObject,
  bpf: Bpf,
  { config }: Compilation,
  ringBytes: number,
  { settings, console }: RunContext,
): LoadedObject {
  try {
    return load(object, bpf, {
      ringBytes,
      logBytes: config.logSize,

      onLog: settings.dumps.has("verifier") ? (program, log) => console.out(verifierSection(program, log)) : undefined,
    });
  } catch (error) {
    throw loadFailure(error, { isVerbose: settings.isVerbose, color: console.color, logBytes: config.logSize });
  }
}

function valueContext(
  object: BpfObject,
  { config }: Compilation,
  cx: RunContext,
  { symbols }: UserNames,
): ValueContext {
  const { facts, settings, surroundings, console } = cx;
  let bootToRealNs: bigint | undefined;
  return {
    names: new HostNames(() => facts.kernelSymbols, symbols),
    truncationTrailer: config.strTruncTrailer,
    zone: new LocalZone(surroundings.environment),
    maxTimeBytes: config.maxStrlen,
    isTerminal: settings.format === "text" && settings.outputFile === undefined && isatty(1),
    strings: object.strings,
    get bootToRealNs() {
      return (bootToRealNs ??= aheadOfBootNs(native(), "realtime") ?? 0n);
    },
    onFailure: (message) => console.error(message),
  };
}
