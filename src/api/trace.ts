/** Starts a script and gives out what it gives out. */
import { LiveFacts, runningKernel } from "../kernel/index.js";
import {
  AttachFailedError,
  differences,
  keepProbes,
  LoadedScript,
  loadFailureText,
  Trace as CoreTrace,
  refusedPlaces,
  unsafeNeeds,
  withTarget,
} from "../core/index.js";
import type { BpfObject } from "../../codegen/object.js";
import { decoded } from "../output/index.js";
import { PacketFileError, VerifierError } from "../runtime/index.js";
import { Broadcast } from "./broadcast.js";
import { Compiled, compileFor, type CompiledObject } from "./compiled.js";
import { checkPrivileges } from "./privileges.js";
import { FULL_LANGUAGE } from "../../codegen/full-language.js";
import { TsbtError } from "./error.js";
import { withAddon } from "./with-addon.js";
import { hostOf } from "./host.js";
import { asBigints, mapsOf, type Numbers } from "./maps.js";
import { checkOptions } from "./options.js";
import type { Shape } from "./shape.js";
import { type ApiTarget, targetOf } from "./target.js";
import type {
  AnyScript,
  CompiledScript,
  EventOf,
  Events,
  MapsOf,
  ProgramCost,
  Script,
  ShapeOf,
  Trace,
  TraceOptions,
} from "./types.js";

const BUFFERED_EVENTS = 8192;

/**
 * Runs a script. Settles when all its probes are attached.
 *
 * @throws {@link TsbtError}; and what `signal` was aborted with
 */
export async function trace<const S extends AnyScript>(
  script: S,
  options: TraceOptions = {},
): Promise<Trace<ShapeOf<S>>> {
  checkOptions(options);
  const { signal } = options;
  signal?.throwIfAborted();
  withAddon(checkPrivileges);
  const running = await RunningTrace.start(script, options);
  if (signal?.aborted === true) {
    await running[Symbol.asyncDispose]();
    signal.throwIfAborted();
  }
  const stop = (): void => void running.stop().catch(() => {});
  signal?.addEventListener("abort", stop, { once: true });
  const forget = (): void => signal?.removeEventListener("abort", stop);
  running.ended.then(forget, forget);
  return running as unknown as Trace<ShapeOf<S>>;
}

/** What is known of this host is found out once. */
let facts: LiveFacts | undefined;
const hostFacts = (): LiveFacts => (facts ??= new LiveFacts());

class RunningTrace implements Trace {
  readonly events: Events<EventOf<Shape>>;
  readonly maps: MapsOf<Shape>;
  readonly ended: Promise<{ readonly status: number }>;
  readonly #core: CoreTrace;
  readonly #numbers: Numbers;

  readonly command: Trace["command"];

  static async start(script: AnyScript, options: TraceOptions): Promise<RunningTrace> {
    const numbers: Numbers = options.integers === "bigint" ? asBigints : (value) => value;
    const events = new Broadcast<EventOf<Shape>>(options.buffered ?? BUFFERED_EVENTS);
    const keep = options.events !== false;
    const { loaded, target } = prepare(script, options);
    try {
      const core = await CoreTrace.start(loaded, {
        onEvent: keep ? (event) => events.push(event) : () => {},
        numbers,
        onBatchEnd: () => events.checkBound(),
        printsMaps: options.printMaps ?? false,
        measuresCost: options.cost ?? false,
        ...(options.onNotice === undefined ? {} : { onNotice: options.onNotice }),
      });
      return new RunningTrace(core, events, numbers, target);
    } catch (error) {
      target?.process.close();
      throw publicError(error);
    }
  }

  private constructor(
    core: CoreTrace,
    events: Broadcast<EventOf<Shape>>,
    numbers: Numbers,
    target: ApiTarget | undefined,
  ) {
    this.#core = core;
    this.#numbers = numbers;
    this.events = events;
    this.maps = mapsOf(core, numbers);
    events.feedFrom(core);
    const { commandEnded } = target ?? {};
    this.command = target && commandEnded && { pid: target.process.pid, ended: commandEnded };
    // A command that still runs ends with the trace.
    const over = core.ended.finally(() => target?.process.close());
    this.ended = over.then(
      (end) => {
        events.finish();
        return end;
      },
      (error: unknown) => {
        const known = publicError(error);
        events.finish(known);
        throw known;
      },
    );
    this.ended.catch(() => {});
  }

  get lost(): bigint {
    return this.#core.lost;
  }

  get losses(): Trace["losses"] {
    return this.#core.losses;
  }

  get cost(): readonly ProgramCost[] | undefined {
    return this.#numbers(this.#core.cost());
  }

  async stop(): Promise<void> {
    this.#core.stop();
    await this.ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#core.close();
  }
}

// ---------------------------------------------------------------- preparing

interface Prepared {
  readonly loaded: LoadedScript;
  readonly target: ApiTarget | undefined;
}

function prepare(script: AnyScript, options: TraceOptions): Prepared {
  const host = hostOf(options);
  const live = hostFacts();
  const target = targetOf(options, live, host);
  try {
    const compiled =
      typeof script === "string" || isImported(script)
        ? compileFor(script, options, { facts: live, host, pid: target?.process.pid, isChild: target?.isChild })
        : savedFor(compiledOf(script), options, live, target);
    const object = runnable(compiled.object);
    return { loaded: load(object, { config: compiled.config, facts: live, host, target, options }), target };
  } catch (error) {
    target?.process.close();
    throw error;
  }
}

/** Callers that no type checker has seen may give anything. */
const isImported = (script: unknown): script is Script =>
  typeof script === "object" && script !== null && "source" in script && typeof script.source === "string";

function savedFor(
  { saved, allowsUnsafe }: Compiled,
  options: TraceOptions,
  facts: LiveFacts,
  target: ApiTarget | undefined,
): Pick<CompiledObject, "object" | "config"> {
  const found = differences(saved, facts, runningKernel());
  if (found.length > 0)
    throw new TsbtError("other-kernel", `This cannot be traced here: ${decoded(found.join("; "))}. Compile it again.`);
  const needed = [...unsafeNeeds(saved.object, (name) => facts.btf?.find("func", name)), ...saved.unsafe];
  if (needed.length > 0 && !allowsUnsafe && options.unsafe !== true)
    throw new TsbtError("option", `unsafe: it has to be allowed: ${decoded(needed.join(", "))}`);
  const isUnsafe = allowsUnsafe || options.unsafe === true;
  const [refused] = refusedPlaces(saved.object, { language: FULL_LANGUAGE, facts, isUnsafe });
  if (refused !== undefined) throw new TsbtError("saved", `This is damaged: ${decoded(refused)}`);
  const { pid } = saved.target;
  if (pid === undefined) return { ...saved, object: withTarget(saved.object, target) };
  if (target !== undefined && target.process.pid !== pid)
    throw new TsbtError("option", `pid: this was compiled for the process ${pid}`);
  return saved;
}

function compiledOf(script: CompiledScript): Compiled {
  if (script instanceof Compiled) return script;
  throw new TsbtError("option", "a script is text, what was imported from a file, or what compile() has made");
}

const RUN_WHEN_TRACING: ReadonlySet<string> = new Set(["before", "after", "on-signal", "attached"]);

/** Without tests and benchmarks, which `tsbt --test` runs. */
function runnable(object: BpfObject): BpfObject {
  const kept = keepProbes(object, (_, { runs }) => RUN_WHEN_TRACING.has(runs));
  if (kept === undefined) throw new TsbtError("attach", "There are no probes to attach.");
  return kept;
}

function load(
  object: BpfObject,
  {
    options,
    ...request
  }: Omit<ConstructorParameters<typeof LoadedScript>[0], "object" | "isTerminal" | "notices" | "onLog"> & {
    readonly options: TraceOptions;
  },
): LoadedScript {
  const notice = (message: string): void => options.onNotice?.(decoded(message));
  try {
    return new LoadedScript({
      object,
      ...request,
      isTerminal: false,
      notices: { warning: notice, error: notice },
      onLog: undefined,
    });
  } catch (error) {
    throw publicError(error, request.config.logSize);
  }
}

// ---------------------------------------------------------------- what goes wrong

function publicError(error: unknown, logBytes = 0): Error {
  if (error instanceof TsbtError) return error;
  if (error instanceof AttachFailedError) return new TsbtError("attach", error.message, { cause: error });
  if (error instanceof PacketFileError) return new TsbtError("output", decoded(error.message), { cause: error });
  const text = loadFailureText(error, { isVerbose: false, color: false, facts: hostFacts(), logBytes });
  if (text === undefined) return error instanceof Error ? error : new Error(String(error));
  const verifierLog = error instanceof VerifierError ? decoded(error.log) : undefined;
  const code = verifierLog === undefined ? "kernel" : "verifier";
  return new TsbtError(
    code,
    decoded(text)
      .replace(/^ERROR: /, "")
      .trimEnd(),
    { cause: error, verifierLog },
  );
}
