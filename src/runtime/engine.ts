/** What the runs of a loaded script have in common, whatever they are for: its programs, its ring, its losses. */
import { type Attachment, type MapRole, type OnceSchedule, specialMap } from "../../codegen/object.js";
import type { KernelFacts } from "../../codegen/facts.js";
import { type Batch, doing, type Fd, type ProgramToRun, type RingBuffer } from "../kernel/index.js";
import type { Output, ValueContext } from "../output/index.js";
import { type ActionHost } from "./actions/index.js";
import { tracerPoints } from "./attachments.js";
import type { Bpf } from "./bpf.js";
import { aheadOfBootNs, CLOCKS } from "./clocks.js";
import { Dispatcher } from "./dispatcher.js";
import { Interruption } from "./interruption.js";
import { LateEvents, queuedEvents } from "./late-events.js";
import { type LoadedObject, mapWithRole } from "./loader.js";
import { LossCounter } from "./loss-counter.js";
import { MapAccess } from "./map-access.js";
import { ProgramArrays } from "./program-arrays.js";
import { ScriptMaps } from "./script-maps.js";
import { SpareEvents } from "./spare-events.js";
import { WarningCounts } from "./warning-counts.js";

export interface EngineOptions {
  readonly bpf: Bpf;
  readonly facts: Pick<KernelFacts, "possibleCpus">;
  readonly values: ValueContext;
  readonly ringBytes: number;
  readonly now: () => number;
  /** What programs that the script starts shall have. */
  readonly inherited: Pick<ProgramToRun, "env" | "limits" | "ignoredSignals">;
  /** Told what is run, for those who ask for it. */
  readonly report: { running(probe: string): void };
}

/** What a run does about events, beside printing. */
export interface EventHooks extends Pick<ActionHost, "exit" | "unwatch" | "packetFiles"> {
  /** After each batch of events of which something was handled. */
  batchEnded(): void;
}

/** What makes something of events. */
export interface Interpreter {
  readonly dispatcher: Dispatcher;
  readonly maps: ScriptMaps;
  readonly warnings: WarningCounts;
}

/** Records are handed over in pieces of this size … */
const BATCH_BYTES = 1 << 18;
/** … and under load no more often than this. */
const BATCH_INTERVAL_NS = 10_000_000;

export class Engine {
  readonly losses: LossCounter;
  readonly interruption = new Interruption();
  readonly programArrays: ProgramArrays;
  readonly #loaded: LoadedObject;
  readonly #options: EngineOptions;
  readonly #late: LateEvents;
  readonly #spare: SpareEvents | undefined;
  #ring: RingBuffer | undefined;

  constructor(loaded: LoadedObject, options: EngineOptions) {
    const { bpf, facts } = options;
    const { losses } = loaded.object;
    this.#loaded = loaded;
    this.#options = options;
    this.programArrays = new ProgramArrays(loaded, bpf);
    this.losses = new LossCounter(bpf, this.#mapFor("losses"), facts.possibleCpus, losses.length);
    const spare = (this.#spare = this.#openSpare());
    const next = queuedEvents(bpf, this.#mapFor("late-events"));
    this.#late = new LateEvents({ next, spare: () => spare?.take() ?? [] });
  }

  #openSpare(): SpareEvents | undefined {
    const { bpf } = this.#options;
    const { object } = this.#loaded;
    const [ring, allowance] = [this.#mapFor("spare-ring"), this.#mapFor("spare-allowance")];
    if (ring === undefined || allowance === undefined) return undefined;
    const { maxEntries = 0 } = specialMap(object, "spare-ring") ?? {};
    return new SpareEvents(bpf, bpf.native.ringReader(ring, maxEntries), allowance, object);
  }

  /** What handles events so that they end up in `output`. */
  interpreter(output: Output, { batchEnded, ...own }: EventHooks): Interpreter {
    const { bpf, facts, values, now, inherited } = this.#options;
    const { object } = this.#loaded;
    const maps = new ScriptMaps(this.#loaded, new MapAccess(bpf, facts.possibleCpus), output, (map) =>
      this.programArrays.empty(map),
    );
    const warnings = new WarningCounts(bpf, this.#mapFor("warnings"), facts.possibleCpus);
    // What has been printed is seen while something is waited for.
    const waiting = <T>(wait: () => T): T => {
      output.endOfBatch();
      return wait();
    };
    const host: ActionHost = {
      object,
      output,
      values,
      maps,
      warnings,
      programArrays: this.programArrays,
      now,
      interruption: this.interruption,
      capture: (path, argv) => waiting(() => bpf.native.capture({ path, argv, ...inherited }, this.interruption.fd)),
      awaitReadable: (fd) => waiting(() => bpf.native.awaitReadable(fd, this.interruption.fd)),
      ...own,
    };
    return { dispatcher: new Dispatcher(object.events, host, this.#late, batchEnded), maps, warnings };
  }

  // ---------------------------------------------------------------- programs

  /** What some programs ask of user space before they run. */
  writeStart(): void {
    const { native } = this.#options.bpf;
    const { object } = this.#loaded;
    this.fill("run-start", () => native.clockNs(CLOCKS.boot));
    if (specialMap(object, "boot-to-tai") === undefined) return;
    const offset = aheadOfBootNs(native, "tai");
    if (offset === undefined) throw new Error("Failed to initialize sw_tai in userspace. This is very unexpected.");
    this.fill("boot-to-tai", () => offset);
  }

  /** The only entry of an array, where the script has it. */
  fill(role: MapRole, value: () => bigint): void {
    const fd = this.#mapFor(role);
    if (fd === undefined) return;
    this.#options.bpf.update(fd, new Uint8Array(4), new Uint8Array(BigInt64Array.of(value()).buffer));
  }

  runAll(when: OnceSchedule["runs"]): void {
    if (when === "before") this.programArrays.fillNumbered();
    for (const point of tracerPoints(this.#loaded.object, when)) this.run(point);
    // What was put into them can be come to from then on.
    if (when === "before") this.programArrays.fillAll();
  }

  run(point: Attachment): void {
    this.#options.report.running(point.name);
    doing(`run the ${point.name} probe`, () => this.#options.bpf.testRun(this.programOf(point)));
  }

  programOf({ program, load }: Attachment): Fd {
    const fd = this.#loaded.programs[program]?.[load];
    if (fd === undefined) throw new RangeError(`program ${program} was not loaded`);
    return fd;
  }

  // ---------------------------------------------------------------- events

  openRing(onBatch: (batch: Batch) => void): void {
    const { bpf, ringBytes } = this.#options;
    const fd = this.#mapFor("events");
    if (fd === undefined) return;
    this.#ring = bpf.native.ringBuffer({
      fd,
      sizeBytes: specialMap(this.#loaded.object, "events")?.maxEntries || ringBytes,
      batchBytes: BATCH_BYTES,
      intervalNs: BATCH_INTERVAL_NS,
      onBatch,
    });
  }

  /** All that was sent before has been handled then. */
  drain(dispatcher: Dispatcher): void {
    this.#ring?.drain();
    dispatcher.flush();
  }

  /** No more batches come until `resume()`: the ring fills up. */
  hold(): void {
    this.#ring?.hold();
  }

  resume(): void {
    this.#ring?.resume();
  }

  close(): void {
    this.#ring?.stop();
    this.#spare?.close();
  }

  #mapFor(role: MapRole): Fd | undefined {
    return mapWithRole(this.#loaded, role);
  }
}
