/** Runs the programs that a script has for signals to the tracer, in the order of the script, each time one comes. */
import type { Attachment, BpfObject, SignalSchedule } from "../../codegen/object.js";

type Signal = SignalSchedule["signal"];

/** Of signals that come to this process. */
export interface SignalSource {
  on(signal: Signal, listener: () => void): unknown;
  removeListener(signal: Signal, listener: () => void): unknown;
}

export class SignalPrograms {
  readonly #points = new Map<Signal, Attachment[]>();
  readonly #listeners = new Map<Signal, () => void>();
  readonly #source: SignalSource;
  readonly #run: (point: Attachment) => void;
  /** Signals that come before the run begins, each once. */
  #early: Set<Signal> | undefined = new Set();

  constructor({ programs, attachments }: BpfObject, source: SignalSource, run: (point: Attachment) => void) {
    this.#source = source;
    this.#run = run;
    for (const attachment of attachments) {
      const schedule = programs[attachment.program]?.schedule;
      if (schedule?.runs !== "on-signal") continue;
      const points = this.#points.get(schedule.signal);
      if (points === undefined) this.#points.set(schedule.signal, [attachment]);
      else points.push(attachment);
    }
    for (const signal of this.#points.keys()) {
      const listener = (): void => this.#receive(signal);
      this.#listeners.set(signal, listener);
      source.on(signal, listener);
    }
  }

  /** From now on events are read. */
  begin(): void {
    const early = this.#early ?? [];
    this.#early = undefined;
    for (const signal of early) this.#receive(signal);
  }

  close(): void {
    for (const [signal, listener] of this.#listeners) this.#source.removeListener(signal, listener);
    this.#listeners.clear();
  }

  #receive(signal: Signal): void {
    if (this.#early !== undefined) this.#early.add(signal);
    else for (const point of this.#points.get(signal) ?? []) this.#run(point);
  }
}
