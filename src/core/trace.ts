/** A script that runs, for programs: events as they come, maps, losses and costs when they are asked for. */
import { native } from "../kernel/index.js";
import { type AttachFailure, Bpf, type Report, type Session, StopRequest } from "../runtime/index.js";
import { decoded } from "../output/index.js";
import { CostMeter, type ProgramCost } from "./cost.js";
import { EventOutput, lossesData } from "./event-output.js";
import type { LossesEvent, TraceEvent } from "./events.js";
import type { LoadedScript } from "./loaded-script.js";
import { type TraceMap, traceMaps } from "./trace-maps.js";

export interface TraceOptions {
  /** What it throws ends the run, and is thrown by `ended`. It may call anything of the trace but `close`. */
  readonly onEvent: (event: TraceEvent) => void;
  /** What becomes of the script's own numbers in events; else they stay as they are. */
  readonly numbers?: <T>(data: T) => T;
  /** Called after each batch of events: the place to decide on `hold()`. */
  readonly onBatchEnd?: () => void;
  /** At the end all maps come as events, as the command prints them. */
  readonly printsMaps?: boolean;
  /** The kernel counts what our programs take, and those of everybody else meanwhile. */
  readonly measuresCost?: boolean;
  /** Told of what is no event of the script: a probe that was skipped, an iterator that was pinned. */
  readonly onNotice?: (message: string) => void;
}

export interface TraceEnd {
  /** What `exit()` was given, else 0. */
  readonly status: number;
}

/** Nothing runs: probes could not be attached. */
export class AttachFailedError extends Error {
  override readonly name = "AttachFailedError";
  readonly failures: readonly AttachFailure[];

  constructor(failures: readonly AttachFailure[]) {
    super(failures.length === 0 ? "Attachment failed for all probes." : failures.map(textOf).join("\n"));
    this.failures = failures;
  }
}

const textOf = ({ probe, reason }: AttachFailure): string =>
  decoded(`Unable to attach probe: ${probe}${reason === undefined ? "" : ` (${reason})`}`);

export class Trace {
  /** By name, without the `@`. They can be read until `close()`. */
  readonly maps: ReadonlyMap<string, TraceMap>;
  /** Settles when the script has ended, by itself or because it was stopped, and its last event has been given out. */
  readonly ended: Promise<TraceEnd>;
  readonly #script: LoadedScript;
  readonly #session: Session;
  readonly #request = new StopRequest();
  readonly #cost: CostMeter | undefined;
  #failures: AttachFailure[] = [];
  /** What there is to know when it has been let go. */
  #last:
    | {
        readonly lost: bigint;
        readonly losses: LossesEvent["losses"];
        readonly cost: readonly ProgramCost[] | undefined;
      }
    | undefined;

  /** Settles when everything is attached and events come. @throws {@link AttachFailedError} */
  static async start(script: LoadedScript, options: TraceOptions): Promise<Trace> {
    let attached = (): void => {};
    const whenAttached = new Promise<"attached">((resolve) => {
      attached = () => resolve("attached");
    });
    const trace = new Trace(script, options, attached);
    try {
      const first = await Promise.race([whenAttached, trace.ended]);
      if (first !== "attached" && first.status !== 0 && trace.#failures.length > 0)
        throw new AttachFailedError(trace.#failures);
      return trace;
    } catch (error) {
      await trace.close();
      throw error;
    }
  }

  private constructor(script: LoadedScript, options: TraceOptions, onAttached: () => void) {
    const { onEvent, onBatchEnd = () => {}, numbers = (data) => data } = options;
    const { printsMaps = false, measuresCost = false, onNotice = () => {} } = options;
    const { loaded, values, config, facts } = script;
    const bpf = new Bpf(native());
    this.#script = script;
    this.maps = traceMaps(loaded, { bpf, possibleCpus: facts.possibleCpus, values });
    this.#cost = measuresCost ? new CostMeter(bpf, loaded) : undefined;
    this.#session = script.session({
      config: { ...config, printMapsOnExit: printsMaps },
      output: new EventOutput({ values, onEvent, numbers, onBatchEnd }),
      report: this.#report(onAttached, onNotice),
      isDryRun: false,
    });
    this.ended = this.#session
      .run(this.#request)
      .then((status) => ({ status }))
      .finally(() => this.#session.closeRing());
    // Whoever wants to know asks; whoever does not is told by `start` or `close`.
    this.ended.catch(() => {});
  }

  /** Ends it as Ctrl-C ends the command: `end` probes run, what was sent is given out. */
  stop(): void {
    this.#request.make();
  }

  /** No more batches of events come until `resume()`: the kernel's ring fills up, and then events are lost. */
  hold(): void {
    this.#session.hold();
  }

  resume(): void {
    this.#session.resume();
  }

  /** Events that found no room, until now. */
  get lost(): bigint {
    return this.#last?.lost ?? this.#session.lost;
  }

  /** Nothing can be asked of its maps any more. */
  get isClosed(): boolean {
    return this.#last !== undefined;
  }

  /** All that has been lost, by probe and cause, until now. */
  get losses(): LossesEvent["losses"] {
    return this.#last?.losses ?? lossesData(this.#session.losses);
  }

  /** By program; undefined when it is not measured. */
  cost(): readonly ProgramCost[] | undefined {
    return this.#last === undefined ? this.#cost?.read() : this.#last.cost;
  }

  /** Stops it, if it runs, and lets go of everything. */
  async close(): Promise<void> {
    this.stop();
    await this.ended.catch(() => {});
    if (this.#last !== undefined) return;
    this.#last = { lost: this.lost, losses: this.losses, cost: this.cost() };
    this.#cost?.close();
    this.#session.close();
    this.#script.close();
  }

  #report(attached: () => void, notice: (message: string) => void): Report {
    return {
      attaching: () => {},
      running: () => {},
      attached,
      attachFailed: (failure, isFatal) => {
        this.#failures.push(failure);
        if (!isFatal) notice(`${textOf(failure)}. Skipping.`);
      },
      nothingAttached: () => {},
      warning: (message) => notice(decoded(message)),
      pinned: (path) => notice(`Program pinned to ${decoded(path)}`),
      failed: (message) => notice(decoded(message)),
      totalLost: () => {},
    };
  }
}
