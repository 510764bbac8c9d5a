/** Compiles entries and runs them. What is wrong with one is text for its author; nothing of it stays then. */
import type { TypedProgram } from "../../../codegen/analysis/typed-program.js";
import { type Compilation, compile, type CompileOptions } from "../../../codegen/compile.js";
import type { BpfObject } from "../../../codegen/object.js";
import { FULL_LANGUAGE } from "../../../codegen/full-language.js";
import type { Context, Diagnostic, SourceFile, Span } from "../../../grammar/index.js";
import { renderDiagnostics, renderRecord } from "../../../grammar/index.js";
import {
  compileOptions,
  CostMeter,
  type Host,
  LoadedScript,
  loadFailureText,
  type Notices,
  processOf,
  type ProgramCost,
} from "../../core/index.js";
import { isSystemCallFailure, type LiveFacts, native } from "../../kernel/index.js";
import type { Sink } from "../../output/index.js";
import { Bpf, load, type Report, STATUS, StopRequest, type TracedProcess } from "../../runtime/index.js";
import { CountingOutput } from "./counting-output.js";
import { describe, MapStore } from "./map-store.js";

/** Attach points that need no `!`. */
export const MANY_PROBES = 1000;

/** Nothing is sent through it. */
const SMALL_RING_BYTES = 1 << 16;

/** What was typed cannot be run: a byte string of whole lines. */
export class EntryError extends Error {
  override readonly name = "EntryError";
}

export interface RunRequest {
  readonly text: string;
  /** What stands in front of and behind what was typed; messages leave it out. */
  readonly frame?: readonly [before: string, after: string];
  readonly isForced: boolean;
  /** All maps of the entry are printed when it ends. */
  readonly printsMaps: boolean;
  readonly out: Sink;
}

/** How it went. */
export interface Summary {
  /** Something was attached, or run. */
  readonly hasRun: boolean;
  readonly seconds: number;
  readonly events: number;
  readonly lost: bigint;
  /** Undefined: this kernel does not count. */
  readonly cost: readonly ProgramCost[] | undefined;
}

export interface Run {
  readonly stop: StopRequest;
  readonly ended: Promise<Summary>;
}

export interface TracerOptions {
  readonly facts: LiveFacts;
  readonly host: Host;
  readonly color: boolean;
  readonly isTerminal: boolean;
  /** Of `-p`. */
  readonly pid: number | undefined;
}

export class Tracer {
  readonly maps: MapStore;
  readonly facts: LiveFacts;
  isUnsafe = false;
  /** Lines of `config`, as `:set` has them. */
  readonly settings = new Map<string, string>();
  /** Of the last entry that was compiled, for `:ir` and the like. */
  last: Compilation | undefined;
  readonly #options: TracerOptions;
  readonly #bpf: Bpf;

  constructor(options: TracerOptions) {
    this.#options = options;
    this.facts = options.facts;
    this.#bpf = new Bpf(native());
    this.maps = new MapStore(this.#bpf, options.facts.possibleCpus);
  }

  compileOptions(): CompileOptions {
    const { host, facts, pid } = this.#options;
    const environment = new Map(host.environment.traceVariables());
    for (const [name, value] of this.settings) environment.set(`BPFTRACE_${name.toUpperCase()}`, value);
    return {
      ...compileOptions({
        host,
        release: facts.release.text,
        positional: [],
        named: new Map(),
        isUnsafe: this.isUnsafe,
        pid,
        filtersByPid: pid !== undefined,
        warnsOfReads: false,
        includes: [],
        includeDirs: [],
      }),
      environment,
      knownMaps: this.maps.known(),
      hasSharedMaps: true,
    };
  }

  compile(text: string): Compilation {
    return compile({ name: "stdin", text }, this.facts, FULL_LANGUAGE, this.compileOptions());
  }

  /** @throws {@link EntryError} and what the machine has against it */
  start({ text, frame = ["", ""], isForced, printsMaps, out }: RunRequest, notices: Notices): Run {
    const compilation = this.compile(frame[0] + text + frame[1]);
    this.last = compilation;
    const { diagnostics, cFailure, object, typed, config } = compilation;
    const shown = renderDiagnostics(diagnostics.map(unframed({ name: "stdin", text }, frame[0].length)), this.#options);
    if (cFailure !== "" || object === undefined || typed === undefined) {
      throw new EntryError(cFailure + shown + this.#mapHints(diagnostics) || "No probes to attach\n");
    }
    out.write(shown);
    this.#checkCount(compilation, isForced);
    const conflict = this.maps.conflict(object, typed);
    if (conflict !== undefined) {
      const { name, was, is, couldGrow } = conflict;
      const error = renderRecord(
        "error",
        undefined,
        was === is
          ? `${name} is there already, as ${was} of an entry before: names of types and programs live in one entry`
          : `${name} is there already, as ${was}; here it is ${is}`,
        this.#options,
      );
      const grow = couldGrow ? "HINT: it grows when no job uses it: :jobs shows them, :stop ends them\n" : "";
      throw new EntryError(`${error}${grow}HINT: :drop ${name} lets go of the old one\n`);
    }
    const before = new Set(this.maps.names);
    try {
      return this.#run(compilation, { printsMaps, out }, notices);
    } catch (error) {
      for (const name of this.maps.names) if (!before.has(name)) this.maps.drop(name);
      const { color, facts } = this.#options;
      const text = loadFailureText(error, { isVerbose: false, color, facts, logBytes: config.logSize });
      throw text === undefined ? error : new EntryError(text);
    }
  }

  /** Maps of earlier entries that messages are about. */
  #mapHints(diagnostics: readonly Diagnostic[]): string {
    const said = diagnostics.map(({ message }) => message).join("\n");
    return this.maps.names
      .filter((name) => new RegExp(`${name}(?!\\w)`).test(said))
      .map(
        (name) =>
          `HINT: ${name} is there already, as ${describe(this.maps.get(name)!.info)}; :drop ${name} lets go of it\n`,
      )
      .join("");
  }

  #checkCount({ object }: Compilation, isForced: boolean): void {
    const points = object?.attachments.length ?? 0;
    if (points <= MANY_PROBES || isForced) return;
    const error = renderRecord("error", undefined, `This has ${points} attach points`, this.#options);
    throw new EntryError(`${error}HINT: put a ! behind the last brace if that is meant\n`);
  }

  #run(
    { object, typed, config }: Compilation,
    { printsMaps, out }: Pick<RunRequest, "printsMaps" | "out">,
    notices: Notices,
  ): Run {
    if (object === undefined || typed === undefined) throw new TypeError("nothing was compiled");
    const { color, pid } = this.#options;
    const traced = pid === undefined ? undefined : openProcess(pid);
    const script = this.#load({ object, config, typed }, traced, notices);
    const letGo = this.maps.adopt(object, script.values);
    const meter = this.#meter(script);
    const output = new CountingOutput({
      out,
      err: out,
      values: script.values,
      color,
      isQuiet: true,
      showsWarnings: true,
    });
    const session = script.session({
      output,
      report: reportTo(notices),
      isDryRun: false,
      config: { ...config, printMapsOnExit: printsMaps && config.printMapsOnExit },
    });
    const stop = new StopRequest();
    const begin = process.hrtime.bigint();
    const ended = session
      .run(stop)
      .then((status): Summary => {
        const seconds = Number(process.hrtime.bigint() - begin) / 1e9;
        return {
          hasRun: status !== STATUS.failed || output.events > 0,
          seconds,
          events: output.events,
          lost: session.lost,
          cost: meter?.read(),
        };
      })
      .finally(() => {
        letGo();
        meter?.close();
        session.close();
        script.close();
        traced?.close();
      });
    return { stop, ended };
  }

  #load(
    { object, config, typed }: { object: BpfObject; config: Compilation["config"]; typed: TypedProgram },
    traced: TracedProcess | undefined,
    notices: Notices,
  ): LoadedScript {
    const { facts, host, isTerminal } = this.#options;
    try {
      return new LoadedScript({
        object,
        config,
        facts,
        host,
        target: traced && { process: traced, isChild: false },
        isTerminal,
        notices,
        keptMap: this.maps.keeper(typed),
        onLog: undefined,
      });
    } catch (error) {
      traced?.close();
      throw error;
    }
  }

  #meter({ loaded }: LoadedScript): CostMeter | undefined {
    try {
      return new CostMeter(this.#bpf, loaded);
    } catch {
      return undefined;
    }
  }

  /** Loads the last entry once more, for what the verifier says of each of its programs. */
  verify(onLog: (program: string, log: string) => void): void {
    const { object, config } = this.last ?? {};
    if (object !== undefined && config !== undefined) {
      load(object, this.#bpf, { ringBytes: SMALL_RING_BYTES, logBytes: config.logSize, onLog }).close();
    }
  }

  close(): void {
    this.maps.close();
  }
}

/** For one run: each waits for its end. */
function openProcess(pid: number): TracedProcess {
  try {
    return processOf(pid);
  } catch (error) {
    if (!isSystemCallFailure(error)) throw error;
    throw new EntryError(`ERROR: The process ${pid} is not there any more\n`);
  }
}

/** Messages about the text as it was typed. */
const unframed =
  (file: SourceFile, before: number) =>
  (diagnostic: Diagnostic): Diagnostic => {
    if (before === 0) return diagnostic;
    const clamp = (at: number): number => Math.max(0, Math.min(at - before, file.text.length));
    const shift = <S extends Span | undefined>(span: S): S =>
      span?.file.name === file.name ? { ...span, file, start: clamp(span.start), end: clamp(span.end) } : span;
    const shiftAll = (contexts: readonly Context[]): readonly Context[] =>
      contexts.map((context) => ({ ...context, span: shift(context.span) }));
    const { span, mark, contexts, help } = diagnostic;
    return {
      ...diagnostic,
      span: shift(span),
      mark: shift(mark),
      contexts: shiftAll(contexts),
      help: { ...help, ...(help.contexts !== undefined && { contexts: shiftAll(help.contexts) }) },
    };
  };

function reportTo(notices: Notices): Report {
  return {
    attaching: () => {},
    running: () => {},
    attached: () => {},
    attachFailed: ({ probe, reason }, isFatal) => {
      if (reason !== undefined) notices.error(reason);
      notices.error(`Unable to attach probe: ${probe}${isFatal ? "" : ". Skipping"}.`);
    },
    nothingAttached: () => notices.error("Attachment failed for all probes."),
    warning: (message) => notices.warning(message),
    pinned: (path) => notices.warning(`Program pinned to ${path}`),
    failed: (message) => notices.error(message),
    totalLost: () => {},
  };
}
