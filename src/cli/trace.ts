/** Compiles a program and runs it: what `tsbt` does when no option asks for something else. */
import { accessSync, constants, openSync } from "node:fs";
import { freemem } from "node:os";
import { isatty } from "node:tty";
import { FULL_LANGUAGE } from "../../codegen/full-language.js";
import { compile, type Compilation, type CompileOptions } from "../../codegen/compile.js";
import type { Config } from "../../codegen/config.js";
import type { TypedProgram } from "../../codegen/analysis/typed-program.js";
import type { BpfObject } from "../../codegen/object.js";
import type { Diagnostic, SourceFile } from "../../grammar/index.js";
import { HeaderFiles } from "../headers/header-files.js";
import { findKernelDirs } from "../headers/kernel-dirs.js";
import { LiveFacts } from "../kernel/live.js";
import { isAtLeast } from "../kernel/kernel-version.js";
import { native } from "../kernel/native.js";
import { JsonOutput } from "../output/json-output.js";
import type { Output } from "../output/output.js";
import { TextOutput, type TextOutputOptions } from "../output/text-output.js";
import type { ValueContext } from "../output/value-context.js";
import { Writer } from "../output/writer.js";
import { slowPrograms } from "../runtime/attachments.js";
import { Bpf } from "../runtime/bpf.js";
import { aheadOfBootNs } from "../runtime/clocks.js";
import { load, type LoadedObject } from "../runtime/loader.js";
import { ringSizeBytes } from "../runtime/ring-size.js";
import { type Report, Session } from "../runtime/session.js";
import { catchStopSignals } from "../runtime/stop-signals.js";
import type { TracedProcess } from "../runtime/traced-process.js";
import { toBytes } from "./byte-text.js";
import type { Console } from "./console.js";
import { dumpCompilation, verifierSection } from "./dump.js";
import { traceVariables } from "./environment.js";
import { ExitError, failure } from "./exit-error.js";
import { checkNamedParameters, namedParameters } from "./named-parameters.js";
import { findImport } from "./import-files.js";
import { HostNames } from "./host-names.js";
import { raiseLimits } from "./limits.js";
import { warnOfLargeEvents } from "./large-events.js";
import { loadFailure } from "./load-failure.js";
import { compileFilter, filterProbes } from "./probe-filter.js";
import { reasonOf } from "./read-program.js";
import type { Settings } from "./settings.js";
import { openTarget } from "./target.js";
import { showsUserSymbols, UserNames } from "./user-names.js";

/** @returns the exit status */
export async function trace(source: SourceFile, settings: Settings, console: Console): Promise<number> {
  const facts = liveFacts(settings, console);
  checkTraceableFunctions(settings.traceableFunctions);
  warnOfOldKernel(facts, console);
  const target = openTarget(settings, facts.arch, console);
  try {
    const hasFilter = settings.probeFilter !== undefined;
    const isToBeBuilt = (typed: TypedProgram): boolean => hasFilter || !exceedsProbes(typed.probes, typed.config);
    const compilation = compileFor(source, { facts, settings, target, console }, isToBeBuilt);
    if (!hasFilter) checkLimits(compilation.typed?.probes ?? [], compilation);
    const filter = settings.probeFilter === undefined ? undefined : compileFilter(toBytes(settings.probeFilter));
    const object = compilation.object && filter ? filterProbes(compilation.object, filter) : compilation.object;
    if (object === undefined) return nothingToDo(compilation, settings, console);
    checkLimits(object.programs, compilation);
    checkNamedParameters(settings.named, compilation.typed?.options ?? []);
    return await run(object, compilation, { facts, settings, target, console });
  } finally {
    target?.close();
  }
}

export const liveFacts = (settings: Settings, console: Console): LiveFacts =>
  new LiveFacts({
    btfPath: process.env["BPFTRACE_BTF"],
    onWarning: (message) => console.warning(toBytes(message)),
    searchPath: process.env["PATH"],
    acceptsAnyFile: settings.isUnsafe,
    traceableFunctionsPath: settings.traceableFunctions,
    without: [...settings.withoutFeatures],
  });

function checkTraceableFunctions(path: string | undefined): void {
  if (path === undefined) return;
  try {
    accessSync(path, constants.R_OK);
  } catch (error) {
    throw failure(
      `Failed to open kernel function info: Could not read functions from ${toBytes(path)}. (${reasonOf(error)})`,
    );
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
  { facts, settings, target, console }: RunContext,
  isToBeBuilt: CompileOptions["isToBeBuilt"],
): Compilation {
  const headers = new HeaderFiles({
    ownDirs: settings.includeDirs.map(toBytes),
    kernel: () => findKernelDirs({ environment: process.env, release: facts.release.text, machine: process.arch }),
  });
  const options: CompileOptions = {
    positional: settings.positional.map(toBytes),
    named: namedParameters(settings.named),
    isUnsafe: settings.isUnsafe,
    pid: target?.pid,
    filtersByPid: settings.pid !== undefined,
    warnsOfReads: settings.warnsOfReads,
    environment: traceVariables(process.env),
    includes: settings.includes.map(toBytes),
    headers,
    findImport,
    isToBeBuilt,
  };
  const compilation = compile(source, facts, FULL_LANGUAGE, options);
  dumpCompilation(compilation, settings.dumps, { out: (t) => console.out(t), err: (t) => console.err(t) });
  const badVariable = compilation.diagnostics.find(isAboutEnvironment);
  if (badVariable !== undefined) throw new ExitError(`${badVariable.message}\n`, 2);
  console.diagnostics(compilation.diagnostics);
  if (compilation.cFailure !== "") throw new ExitError(compilation.cFailure, 2);
  return compilation;
}

/** A bad `BPFTRACE_…` variable has no place in the script. */
const isAboutEnvironment = ({ severity, span, code }: Diagnostic): boolean =>
  severity === "error" && span === undefined && code.startsWith("config-");

function nothingToDo({ diagnostics }: Compilation, settings: Settings, console: Console): number {
  if (!diagnostics.some((d) => d.severity === "error") && !settings.isQuiet) console.out("No probes to attach\n");
  return 1;
}

const exceedsProbes = ({ length }: readonly unknown[], { maxProbes }: Config): boolean => length > maxProbes;

function checkLimits(programs: readonly unknown[], { config }: Compilation): void {
  if (!exceedsProbes(programs, config)) return;
  throw failure(
    `Can't attach to ${programs.length} probes because it exceeds the current limit of ${config.maxProbes} probes.\n` +
      "You can increase the limit through the BPFTRACE_MAX_PROBES environment variable, but BE CAREFUL since a high " +
      "number of probes attached can cause your system to crash.",
  );
}

// ---------------------------------------------------------------- running

export interface RunContext {
  readonly facts: LiveFacts;
  readonly settings: Settings;
  readonly target: TracedProcess | undefined;
  readonly console: Console;
}

async function run(object: BpfObject, compilation: Compilation, cx: RunContext): Promise<number> {
  const { facts, settings, console, target } = cx;
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
  const output = openOutput(values, settings, console);
  const signals = catchStopSignals();
  const session = new Session(loaded, {
    bpf,
    facts,
    onlineCpus: () => facts.onlineCpus(),
    config,
    output,
    values,
    ringBytes,
    process: target,
    report: reportTo(console, settings.isVerbose, () => {
      if (isForProcesses) userNames.readProcesses();
    }),
    isDryRun: settings.isDryRun,
    now: () => Date.now() / 1000,
  });
  try {
    return await session.run(signals);
  } finally {
    userNames.close();
  }
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
      silenced: slowPrograms(object),
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
  const { facts, settings, console } = cx;
  let bootToRealNs: bigint | undefined;
  return {
    names: new HostNames(() => facts.kernelSymbols, symbols),
    truncationTrailer: config.strTruncTrailer,
    maxTimeBytes: config.maxStrlen,
    isTerminal: settings.format === "text" && settings.outputFile === undefined && isatty(1),
    strings: object.strings,
    get bootToRealNs() {
      return (bootToRealNs ??= aheadOfBootNs(native(), "realtime") ?? 0n);
    },
    onFailure: (message) => console.error(message),
  };
}

function openOutput(values: ValueContext, settings: Settings, { color, showsWarnings }: Console): Output {
  const open = FORMATS.get(settings.format);
  if (open === undefined) {
    throw failure(`Invalid output format "${toBytes(settings.format)}"\nValid formats: 'text', 'json'`);
  }
  const fd = settings.outputFile === undefined ? 1 : openOutputFile(settings.outputFile);
  const out = new Writer(fd, settings.buffering);
  const err = new Writer(2, "none");
  return open({ out, err, values, color, isQuiet: settings.isQuiet, showsWarnings });
}

const FORMATS: ReadonlyMap<string, (options: TextOutputOptions) => Output> = new Map([
  ["text", (options: TextOutputOptions): Output => new TextOutput(options)],
  ["json", (options: TextOutputOptions): Output => new JsonOutput(options)],
]);

function openOutputFile(path: string): number {
  try {
    return openSync(path, "w");
  } catch (error) {
    throw failure(`Failed to open output file: "${toBytes(path)}": ${reasonOf(error)}`);
  }
}

/** Set by those who read our output, to be told when probes are attached. */
const NOTIFY_ATTACHED = "__BPFTRACE_NOTIFY_PROBES_ATTACHED";

const reportTo = (console: Console, isVerbose: boolean, onAttached: () => void): Report => ({
  attaching(names) {
    if (isVerbose) console.err(names.map((name) => `Trying to attach probe: ${name}\n`).join(""));
  },
  running(when) {
    if (isVerbose) console.err(`Attaching '${when}' probe\n`);
  },
  attached() {
    onAttached();
    if (process.env[NOTIFY_ATTACHED] !== undefined) console.out(`${NOTIFY_ATTACHED}\n`);
  },
  attachFailed({ reason, probe }, isFatal) {
    const say = (message: string): void => (isFatal ? console.error(message) : console.warning(message));
    if (reason !== undefined) say(reason);
    say(
      isFatal
        ? `Unable to attach probe: ${probe}. If this is expected, set the 'missing_probes' config variable to 'warn'.`
        : `Unable to attach probe: ${probe}. Skipping.`,
    );
  },
  nothingAttached: () => console.error("Attachment failed for all probes."),
  totalLost: (count) => console.warning(`Total lost event count: ${count}`),
});
