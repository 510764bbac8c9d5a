/**
 * One run of a compiled script, from loading to the last line (probes-and-cli.md 15).
 *
 *     load · begin programs · attach · "Attached" · events … · silence · end programs · maps · detach
 *
 * Nothing is polled: the ring's thread wakes us, and so do signals and the end of a process.
 */
import type { Attachment } from "../../codegen/object.js";
import type { Config } from "../../codegen/config.js";
import type { Batch, Closable, Fd } from "../kernel/index.js";
import type { Losses, Memory, Output } from "../output/index.js";
import { DynamicPmus } from "../attach/index.js";
import { attachAll, type AttachedProbes, type AttachFailure, endsByItself, tracerPoints } from "./attachments.js";
import type { Dispatcher } from "./dispatcher.js";
import { Engine, type EngineOptions } from "./engine.js";
import { type LoadedObject, mapWithRole } from "./loader.js";
import { LossReport } from "./loss-report.js";
import { PacketFiles } from "./packet-files.js";
import { Packets } from "./packets.js";
import type { ScriptMaps } from "./script-maps.js";
import { SignalPrograms, type SignalSource } from "./signal-programs.js";
import type { Stop } from "./stop.js";
import type { TracedProcess } from "./traced-process.js";
import { turnsPerRead, walkAll, type WalkReport } from "./walks.js";
import type { WarningCounts } from "./warning-counts.js";

export interface SessionOptions extends EngineOptions {
  readonly onlineCpus: () => readonly number[];
  readonly config: Pick<Config, "missingProbes" | "printMapsOnExit">;
  readonly output: Output;
  /** Of `-p` or `-c`. */
  readonly process: TracedProcess | undefined;
  /** Messages about the run that are no program output; `level` is that of `missing_probes`. */
  readonly report: Report;
  /** What `skboutput("-")` writes to; undefined: it may not. */
  readonly standardOutput: number | undefined;
  /** Stop after attaching (`--dry-run`). */
  readonly isDryRun: boolean;
  /** Where the signals come from that scripts have probes for. */
  readonly signals: SignalSource;
  /** Keeps the event loop alive until it is closed. */
  readonly stayAwake: () => Closable;
  /** Closes what takes the kernel a while, and waits for nothing. */
  readonly letGo: (fds: readonly Fd[]) => void;
}

export interface Report extends WalkReport {
  /** Progress, for those who ask for it. */
  attaching(attachments: readonly Attachment[], isMulti: boolean): void;
  running(probe: string): void;
  /** All that could be attached is. */
  attached(): void;
  /** So many bytes of events were handled. */
  readonly handled?: ((bytes: number) => void) | undefined;
  /** A probe could not be attached; `isFatal` ends the run. */
  attachFailed(failure: AttachFailure, isFatal: boolean): void;
  nothingAttached(): void;
  /** Of attaching: something went wrong that ends nothing. */
  warning(message: string): void;
  totalLost(count: bigint): void;
}

export const STATUS = { ok: 0, failed: 255 } as const;

/** What a place warns of again and again is said so often. */
const WARNING_INTERVAL_MS = 1000;

export class Session {
  readonly #loaded: LoadedObject;
  readonly #options: SessionOptions;
  readonly #engine: Engine;
  readonly #dispatcher: Dispatcher;
  readonly #maps: ScriptMaps;
  readonly #warnings: WarningCounts;
  #warningTimer: NodeJS.Timeout | undefined;
  readonly #packetFiles: PacketFiles;
  #packets: Packets | undefined;
  #attached: AttachedProbes | undefined;
  #status: number = STATUS.ok;
  #scriptExited = false;
  #wake: () => void = () => {};
  /** When the run is over. */
  #losses: Losses | undefined;
  /** What went wrong while events were handled: nothing may be thrown where they come in. */
  #mishap: { readonly error: unknown } | undefined;

  constructor(loaded: LoadedObject, options: SessionOptions) {
    this.#loaded = loaded;
    this.#options = options;
    this.#engine = new Engine(loaded, options);
    this.#packetFiles = new PacketFiles(options.standardOutput);
    const { dispatcher, maps, warnings } = this.#engine.interpreter(options.output, {
      packetFiles: this.#packetFiles,
      exit: (status) => this.#exit(status),
      unwatch: (address) => this.#attached?.unwatch(address),
      batchEnded: () => this.#afterBatch(),
    });
    this.#dispatcher = dispatcher;
    this.#maps = maps;
    this.#warnings = warnings;
  }

  /** @returns the exit status */
  async run(signals: Stop): Promise<number> {
    this.#engine.interruption.heed(signals);
    const run = (point: Attachment): void => this.#carefully(() => this.#engine.run(point));
    const bySignal = new SignalPrograms(this.#loaded.object, this.#options.signals, run);
    try {
      return await this.#runWith(bySignal, signals);
    } finally {
      bySignal.close();
    }
  }

  async #runWith(bySignal: SignalPrograms, signals: Stop): Promise<number> {
    this.#engine.writeStart();
    if (!this.#options.isDryRun) this.#openPackets();
    this.#engine.runAll("before");
    const attached = (this.#attached = this.#attach());
    if (attached === undefined) return STATUS.failed;
    if (this.#options.isDryRun) return this.#detach(attached, STATUS.ok);
    // Lets a signal that came meanwhile be seen.
    await turn();
    if (signals.hasCome) return this.#detach(attached, STATUS.failed);
    this.#release(attached);
    this.#options.output.attachedProbes(this.#countOf(attached));
    this.#options.report.attached();
    this.#engine.openRing((batch) => this.#handle(batch));
    await this.#walk(attached, signals);
    const isThrough = attached.hasOnlyWalks || endsByItself(this.#loaded.object);
    if (!isThrough && !this.#dispatcher.isStopped) await this.#untilStopped(signals, bySignal);
    await this.#finish(attached, signals);
    return this.#detach(attached, this.#status);
  }

  /** For a process that goes on after the run; one that ends need not wait for the ring's thread. */
  close(): void {
    clearInterval(this.#warningTimer);
    if (this.#attached !== undefined) this.#detach(this.#attached, this.#status);
    this.#engine.close();
    this.#closePackets();
    this.#loaded.close();
  }

  /** No more batches of events come until `resume()`, but for what is drained at the end. */
  hold(): void {
    this.#engine.hold();
  }

  resume(): void {
    this.#engine.resume();
  }

  /** When the run is over: no thread waits for events any more. Maps can still be read. */
  closeRing(): void {
    this.#engine.close();
  }

  /** Events that found no room, until now. */
  get lost(): bigint {
    this.#checkLosses();
    return this.#engine.losses.total;
  }

  /** By probe and cause, until now. */
  get losses(): Losses {
    if (this.#losses !== undefined) return this.#losses;
    const lost = new LossReport();
    if (this.#attached !== undefined) lost.addFirings(this.#loaded, this.#attached, this.#options.bpf);
    this.#checkLosses();
    lost.addWarnings(this.#loaded.object, this.#warnings.totals());
    lost.addEvents(this.#loaded.object, this.#engine.losses);
    return lost.losses;
  }

  // ---------------------------------------------------------------- start

  #attach(): AttachedProbes | undefined {
    const { bpf, onlineCpus, process, config, report } = this.#options;
    const attached = attachAll(
      this.#loaded,
      { bpf, onlineCpus, pmus: new DynamicPmus(), pid: process?.pid, warn: (message) => report.warning(message) },
      {
        process,
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
    const own = (["before", "after", "on-signal"] as const).map((when) => tracerPoints(object, when).length);
    return own.reduce((sum, count) => sum + count, attached.count);
  }

  // ---------------------------------------------------------------- events

  #handle(batch: Batch): void {
    this.#carefully(() => this.#dispatcher.handle(batch));
    this.#options.report.handled?.(batch.length);
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
    const map = mapWithRole(this.#loaded, "packets");
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
    const lost = this.#engine.losses.check();
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

  /** A child that cannot begin ends the run: hundreds of probes are not waited for then either. */
  #release(attached: AttachedProbes): void {
    try {
      this.#options.process?.release();
    } catch (error) {
      this.#detach(attached, STATUS.failed);
      throw error;
    }
  }

  async #walk({ walks }: AttachedProbes, signals: Stop): Promise<void> {
    const { bpf, ringBytes, report } = this.#options;
    const drain = (): void => this.#drain();
    const isOver = (): boolean => this.#dispatcher.isStopped || signals.hasCome;
    const turns = turnsPerRead(this.#loaded.object, ringBytes);
    await walkAll(walks, { bpf, turnsPerRead: turns, drain, isOver, rest: turn, report });
  }

  async #untilStopped(signals: Stop, bySignal: SignalPrograms): Promise<void> {
    const { process, stayAwake } = this.#options;
    // A script that sends no events has no ring whose thread keeps Node waiting.
    const awake = stayAwake();
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      signals.onStop(resolve);
      process?.onEnd(resolve);
      bySignal.begin();
    });
    bySignal.close();
    awake.close();
  }

  // ---------------------------------------------------------------- end

  /** What was queued before a signal is still printed; what was queued after `exit()` is not. */
  async #finish(attached: AttachedProbes, signals: Stop): Promise<void> {
    const { output, config, report } = this.#options;
    this.#stopPrograms();
    const lost = new LossReport();
    lost.addFirings(this.#loaded, attached, this.#options.bpf);
    attached.detachQuick();
    this.#drain();
    if (this.#scriptExited) await this.#endProcess(signals);
    this.#engine.interruption.disregard();
    this.#dispatcher.resume();
    this.#engine.runAll("after");
    this.#drain();
    this.#checkLosses();
    clearInterval(this.#warningTimer);
    this.#closePackets();
    if (this.#mishap !== undefined) throw this.#mishap.error;
    lost.addWarnings(this.#loaded.object, this.#warnings.finish());
    lost.addEvents(this.#loaded.object, this.#engine.losses);
    const { dropped } = this.#engine.interruption;
    if (dropped.size > 0) output.droppedActions(dropped);
    if (this.#engine.losses.total > 0n) {
      output.flush();
      report.totalLost(this.#engine.losses.total);
    }
    this.#losses = lost.losses;
    output.losses(lost.losses);
    output.endOfRun();
    if (config.printMapsOnExit) this.#maps.dump();
    output.flush();
  }

  /** Those that take time to detach do nothing from now on: `end` and the maps see a quiet world. */
  #stopPrograms(): void {
    this.#engine.fill("stop-flag", () => 1n);
  }

  #drain(): void {
    this.#carefully(() => this.#drainPackets());
    this.#engine.drain(this.#dispatcher);
  }

  /** Waits for the child of `-c`; whoever does not want to sends a signal. */
  async #endProcess(signals: Stop): Promise<void> {
    const interrupted = new Promise<void>((resolve) => signals.onStop(resolve));
    await Promise.race([this.#options.process?.terminate(), interrupted]);
  }

  /** The rest takes time, and nobody has to wait for it. */
  #detach(attached: AttachedProbes, status: number): number {
    attached.detachQuick();
    this.#options.process?.close();
    this.#options.letGo(attached.takeSlow());
    return status;
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
