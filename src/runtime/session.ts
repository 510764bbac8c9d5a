/**
 * One run of a compiled script, from loading to the last line (probes-and-cli.md 15).
 *
 *     load · begin programs · attach · "Attached" · events … · silence · end programs · maps · detach
 *
 * Nothing is polled: the ring's thread wakes us, and so do signals and the end of a process.
 */
import type { Attachment, TracerSchedule } from "../../codegen/object.js";
import type { Config } from "../../codegen/config.js";
import type { KernelFacts } from "../../codegen/facts.js";
import type { Batch, ProgramToRun, RingBuffer } from "../kernel/native.js";
import type { Memory } from "../output/memory.js";
import type { Output } from "../output/output.js";
import type { ValueContext } from "../output/value-context.js";
import type { ActionHost } from "./actions/index.js";
import {
  attachAll,
  type AttachedProbes,
  type AttachFailure,
  hasOnlyTracerPrograms,
  tracerPrograms,
} from "./attachments.js";
import { DynamicPmus } from "../attach/index.js";
import type { Bpf } from "./bpf.js";
import { aheadOfBootNs, CLOCKS } from "./clocks.js";
import { Dispatcher } from "./dispatcher.js";
import { doing } from "../kernel/system-error.js";
import { LateEvents, lateEventSource } from "./late-events.js";
import type { LoadedObject } from "./loader.js";
import { LossCounter } from "./loss-counter.js";
import { PacketFiles } from "./packet-files.js";
import { Packets } from "./packets.js";
import { MapAccess } from "./map-access.js";
import { ScriptMaps } from "./script-maps.js";
import type { StopSignals } from "./stop-signals.js";
import type { TracedProcess } from "./traced-process.js";
import { turnsPerRead, walkAll, type WalkReport } from "./walks.js";
import { WarningCounts } from "./warning-counts.js";

export interface SessionOptions {
  readonly bpf: Bpf;
  readonly facts: KernelFacts;
  readonly onlineCpus: () => readonly number[];
  readonly config: Pick<Config, "missingProbes" | "printMapsOnExit">;
  readonly output: Output;
  readonly values: ValueContext;
  readonly ringBytes: number;
  /** Of `-p` or `-c`. */
  readonly process: TracedProcess | undefined;
  /** Messages about the run that are no program output; `level` is that of `missing_probes`. */
  readonly report: Report;
  /** Stop after attaching (`--dry-run`). */
  readonly isDryRun: boolean;
  readonly now: () => number;
  /** What programs that the script starts shall have. */
  readonly inherited: Pick<ProgramToRun, "env" | "limits" | "ignoredSignals">;
}

export interface Report extends WalkReport {
  /** Progress, for those who ask for it. */
  attaching(attachments: readonly Attachment[], isMulti: boolean): void;
  running(probe: string): void;
  /** All that could be attached is. */
  attached(): void;
  /** A probe could not be attached; `isFatal` ends the run. */
  attachFailed(failure: AttachFailure, isFatal: boolean): void;
  nothingAttached(): void;
  /** Of attaching: something went wrong that ends nothing. */
  warning(message: string): void;
  totalLost(count: bigint): void;
}

export const STATUS = { ok: 0, failed: 255 } as const;

/** Records are handed over in pieces of this size … */
const BATCH_BYTES = 1 << 18;
/** … and under load no more often than this. */
const BATCH_INTERVAL_NS = 10_000_000;
/** What a place warns of again and again is said so often. */
const WARNING_INTERVAL_MS = 1000;

export class Session {
  readonly #loaded: LoadedObject;
  readonly #options: SessionOptions;
  readonly #dispatcher: Dispatcher;
  readonly #maps: ScriptMaps;
  readonly #losses: LossCounter;
  readonly #warnings: WarningCounts;
  #warningTimer: NodeJS.Timeout | undefined;
  readonly #packetFiles = new PacketFiles();
  #packets: Packets | undefined;
  #ring: RingBuffer | undefined;
  #attached: AttachedProbes | undefined;
  #status: number = STATUS.ok;
  #scriptExited = false;
  #wake: () => void = () => {};
  /** What went wrong while events were handled: nothing may be thrown where they come in. */
  #mishap: { readonly error: unknown } | undefined;

  constructor(loaded: LoadedObject, options: SessionOptions) {
    const { bpf, facts, output, values, now, inherited } = options;
    const { object } = loaded;
    this.#loaded = loaded;
    this.#options = options;
    this.#maps = new ScriptMaps(loaded, new MapAccess(bpf, facts.possibleCpus), output);
    const lossMap = object.lossCounters === undefined ? undefined : loaded.maps[object.lossCounters];
    this.#losses = new LossCounter(bpf, lossMap, facts.possibleCpus);
    const warningMap = object.warningCounts === undefined ? undefined : loaded.maps[object.warningCounts];
    this.#warnings = new WarningCounts(bpf, warningMap, facts.possibleCpus);
    const lateMap = object.lateEvents === undefined ? undefined : loaded.maps[object.lateEvents];
    const late = new LateEvents(lateEventSource(bpf, lateMap));
    const host: ActionHost = {
      object,
      output,
      values,
      maps: this.#maps,
      warnings: this.#warnings,
      packetFiles: this.#packetFiles,
      now,
      capture: (path, argv) => bpf.native.capture({ path, argv, ...inherited }),
      exit: (status) => this.#exit(status),
      unwatch: (address) => this.#attached?.unwatch(address),
    };
    this.#dispatcher = new Dispatcher(object.events, host, late, () => this.#afterBatch());
  }

  /** @returns the exit status */
  async run(signals: StopSignals): Promise<number> {
    this.#writeStart();
    if (!this.#options.isDryRun) this.#openPackets();
    this.#runPrograms("before");
    const attached = (this.#attached = this.#attach());
    if (attached === undefined) return STATUS.failed;
    if (this.#options.isDryRun) return this.#detach(attached, STATUS.ok);
    // Lets a signal that came meanwhile be seen.
    await turn();
    if (signals.hasCome) return this.#detach(attached, STATUS.failed);
    this.#options.process?.release();
    this.#options.output.attachedProbes(this.#countOf(attached));
    this.#options.report.attached();
    this.#openRing();
    await this.#walk(attached, signals);
    const isThrough = attached.hasOnlyWalks || hasOnlyTracerPrograms(this.#loaded.object);
    if (!isThrough && !this.#dispatcher.isStopped) await this.#untilStopped(signals);
    await this.#finish(attached, signals);
    return this.#detach(attached, this.#status);
  }

  /** For a process that goes on after the run; one that ends need not wait for the ring's thread. */
  close(): void {
    this.#ring?.stop();
    this.#closePackets();
    this.#loaded.close();
  }

  // ---------------------------------------------------------------- start

  #writeStart(): void {
    const { native } = this.#options.bpf;
    const { runStart, bootToTai } = this.#loaded.object;
    if (runStart !== undefined) this.#fill(runStart, native.clockNs(CLOCKS.boot));
    if (bootToTai === undefined) return;
    const offset = aheadOfBootNs(native, "tai");
    if (offset === undefined) throw new Error("Failed to initialize sw_tai in userspace. This is very unexpected.");
    this.#fill(bootToTai, offset);
  }

  /** The only entry of an array. */
  #fill(map: number, value: bigint): void {
    const fd = this.#loaded.maps[map];
    const bytes = new Uint8Array(BigInt64Array.of(value).buffer);
    if (fd !== undefined) this.#options.bpf.update(fd, new Uint8Array(4), bytes);
  }

  #runPrograms(when: TracerSchedule["runs"]): void {
    for (const index of tracerPrograms(this.#loaded.object, when)) {
      const name = this.#loaded.object.programs[index]?.probeName ?? "";
      this.#options.report.running(name);
      for (const fd of this.#loaded.programs[index] ?? []) {
        doing(`run the ${name} probe`, () => this.#options.bpf.testRun(fd));
      }
    }
  }

  #attach(): AttachedProbes | undefined {
    const { bpf, onlineCpus, process, config, report } = this.#options;
    const attached = attachAll(
      this.#loaded,
      { bpf, onlineCpus, pmus: new DynamicPmus(), pid: process?.pid, warn: (message) => report.warning(message) },
      {
        onAttaching: (attachments, isMulti) => report.attaching(attachments, isMulti),
        onFailure: (failure) => {
          const isFatal = config.missingProbes === "error";
          if (config.missingProbes !== "ignore") report.attachFailed(failure, isFatal);
          return !isFatal;
        },
      },
    );
    if (attached === undefined || this.#countOf(attached) > 0) return attached;
    report.nothingAttached();
    return undefined;
  }

  #countOf(attached: AttachedProbes): number {
    const { object } = this.#loaded;
    return attached.count + tracerPrograms(object, "before").length + tracerPrograms(object, "after").length;
  }

  // ---------------------------------------------------------------- events

  #openRing(): void {
    const { bpf, ringBytes } = this.#options;
    const { ringBuffer } = this.#loaded.object;
    const fd = ringBuffer === undefined ? undefined : this.#loaded.maps[ringBuffer];
    if (fd === undefined) return;
    const sizeBytes = this.#loaded.object.maps[ringBuffer ?? 0]?.maxEntries || ringBytes;
    this.#ring = bpf.native.ringBuffer({
      fd,
      sizeBytes,
      batchBytes: BATCH_BYTES,
      intervalNs: BATCH_INTERVAL_NS,
      onBatch: (batch) => this.#handle(batch),
    });
  }

  #handle(batch: Batch): void {
    this.#carefully(() => this.#dispatcher.handle(batch));
  }

  #carefully(handle: () => void): void {
    try {
      handle();
    } catch (error) {
      this.#stopFor(error);
    }
  }

  #stopFor(error: unknown): void {
    this.#mishap ??= { error };
    this.#dispatcher.stop();
    this.#wake();
  }

  #openPackets(): void {
    const { bpf, onlineCpus } = this.#options;
    const { packets } = this.#loaded.object;
    const map = packets === undefined ? undefined : this.#loaded.maps[packets];
    if (map === undefined) return;
    this.#packetFiles.open();
    const handle = (packet: Memory, at: number): void => this.#dispatcher.handlePacket(packet, at);
    const onReadable = (): void => this.#carefully(() => this.#drainPackets());
    this.#packets = new Packets(bpf, map, onlineCpus(), handle, onReadable);
  }

  #closePackets(): void {
    this.#packets?.close();
    this.#packets = undefined;
    this.#packetFiles.close();
  }

  #drainPackets(): void {
    this.#packets?.drain();
    this.#packetFiles.flush();
    this.#checkLosses();
  }

  #afterBatch(): void {
    const { output } = this.#options;
    output.endOfBatch();
    this.#checkLosses();
    if (this.#warnings.hasWarned) this.#warningTimer ??= setInterval(() => this.#reportWarnings(), WARNING_INTERVAL_MS);
    if (output.isClosed) {
      this.#dispatcher.stop();
      this.#wake();
    }
  }

  #checkLosses(): void {
    const lost = this.#losses.check();
    if (lost > 0n) this.#options.output.lostEvents(lost);
  }

  #reportWarnings(): void {
    try {
      if (!this.#dispatcher.isStopped) this.#warnings.report();
    } catch (error) {
      this.#stopFor(error);
    }
  }

  #exit(status: number): void {
    this.#status = status;
    this.#scriptExited = true;
    this.#dispatcher.stop();
    this.#wake();
  }

  async #walk({ walks }: AttachedProbes, signals: StopSignals): Promise<void> {
    const { bpf, ringBytes, report } = this.#options;
    const drain = (): void => this.#drain();
    const isOver = (): boolean => this.#dispatcher.isStopped || signals.hasCome;
    const turns = turnsPerRead(this.#loaded.object, ringBytes);
    await walkAll(walks, { bpf, turnsPerRead: turns, drain, isOver, rest: turn, report });
  }

  async #untilStopped(signals: StopSignals): Promise<void> {
    const { process } = this.#options;
    // A script that sends no events has no ring whose thread keeps Node waiting. Nor does a timer: after a start from a
    // snapshot Node counts timers wrongly, and may end at once. Our own end, which never comes to be seen, does.
    const { native } = this.#options.bpf;
    const ownProcess = native.pidfdOpen(globalThis.process.pid);
    const alive = native.watch(ownProcess, () => undefined);
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      signals.onStop(resolve);
      process?.onEnd(resolve);
    });
    alive.close();
    ownProcess.close();
  }

  // ---------------------------------------------------------------- end

  /** What was queued before a signal is still printed; what was queued after `exit()` is not. */
  async #finish(attached: AttachedProbes, signals: StopSignals): Promise<void> {
    const { output, config, report } = this.#options;
    this.#stopPrograms();
    attached.detachQuick();
    this.#drain();
    if (this.#scriptExited) await this.#endProcess(signals);
    this.#dispatcher.resume();
    this.#runPrograms("after");
    this.#drain();
    this.#checkLosses();
    clearInterval(this.#warningTimer);
    this.#closePackets();
    if (this.#mishap !== undefined) throw this.#mishap.error;
    this.#warnings.finish();
    if (this.#losses.total > 0n) {
      output.flush();
      report.totalLost(this.#losses.total);
    }
    output.endOfRun();
    if (config.printMapsOnExit) this.#maps.dump();
    output.flush();
  }

  /** Those that take time to detach do nothing from now on: `end` and the maps see a quiet world. */
  #stopPrograms(): void {
    const { stopFlag } = this.#loaded.object;
    if (stopFlag !== undefined) this.#fill(stopFlag, 1n);
  }

  #drain(): void {
    this.#carefully(() => this.#drainPackets());
    this.#ring?.drain();
    this.#dispatcher.flush();
  }

  /** Waits for the child of `-c`; whoever does not want to sends a signal. */
  async #endProcess(signals: StopSignals): Promise<void> {
    const interrupted = new Promise<void>((resolve) => signals.onStop(resolve));
    await Promise.race([this.#options.process?.terminate(), interrupted]);
  }

  /** The rest takes time, and nobody has to wait for it. */
  #detach(attached: AttachedProbes, status: number): number {
    attached.detachQuick();
    this.#options.process?.close();
    this.#options.bpf.native.detachLater(attached.takeSlow());
    return status;
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
