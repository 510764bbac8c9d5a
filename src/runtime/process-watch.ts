/**
 * Follows which code all processes map to run, from now on: then the addresses of those that are gone by the time they
 * are printed still have names. A perf event on each CPU writes it to a ring of its own; the kernel does nothing for it
 * when a probe fires.
 */
import { type Native, PerfRing } from "../kernel/index.js";
import { openProcessEvent } from "../attach/index.js";
import { parseProcessRecords, type ProcessRecord } from "../symbols/index.js";

/** A few thousand mapped files. */
const RING_BYTES = 1 << 18;

export class ProcessWatch {
  readonly #rings: readonly PerfRing[];
  readonly #onRecord: (record: ProcessRecord) => void;

  /** @param isPrompt - records are told as they come, not when there are many @throws the error of `perf_event_open(2)` where that is not allowed */
  constructor(
    native: Native,
    cpus: readonly number[],
    onRecord: (record: ProcessRecord) => void,
    { isPrompt = false }: { readonly isPrompt?: boolean } = {},
  ) {
    this.#onRecord = onRecord;
    const rings: PerfRing[] = [];
    try {
      for (const cpu of cpus) {
        const event = openProcessEvent(native, { cpu, wakeUpBytes: isPrompt ? 1 : RING_BYTES / 2 });
        rings.push(PerfRing.owning(native, event, RING_BYTES, () => this.update()));
      }
    } catch (error) {
      for (const ring of rings) ring.close();
      throw error;
    }
    this.#rings = rings;
  }

  /** Tells all that has happened so far. */
  update(): void {
    const records: ProcessRecord[] = [];
    for (const ring of this.#rings) ring.take((bytes) => records.push(...parseProcessRecords(bytes)));
    if (records.length === 0) return;
    if (this.#rings.length > 1) records.sort((a, b) => (a.timeNs < b.timeNs ? -1 : a.timeNs > b.timeNs ? 1 : 0));
    for (const record of records) this.#onRecord(record);
  }

  close(): void {
    for (const ring of this.#rings) ring.close();
  }
}
