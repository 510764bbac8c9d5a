/** Reads the spare ring (`lower/spare-room.ts`), and lets the probes whose events it has read put more there. */
import { type BpfObject, specialMap } from "../../codegen/object.js";
import type { Fd, RingReader } from "../kernel/index.js";
import { memoryOf } from "../output/index.js";
import type { Bpf } from "./bpf.js";
import type { LateEvent } from "./late-events.js";
import { recordsOf } from "./ring-records.js";

/** Of an event: its place in the other ring, behind the number of its schema. */
const POSITION_OFFSET = 4;

export class SpareEvents {
  readonly #bpf: Bpf;
  readonly #reader: RingReader;
  readonly #allowed: Fd;
  /** As the map has them. */
  readonly #allowances: BigUint64Array;
  /** Which of them an event belongs to, by its schema. */
  readonly #allowanceOf: readonly number[];

  constructor(bpf: Bpf, reader: RingReader, allowed: Fd, object: Pick<BpfObject, "events" | "maps" | "spareProbes">) {
    const probes = new Map(object.spareProbes.map((probe, i) => [probe, i]));
    const { initial } = specialMap(object, "spare-allowance") ?? {};
    this.#bpf = bpf;
    this.#reader = reader;
    this.#allowed = allowed;
    this.#allowances = new BigUint64Array(initial?.slice().buffer ?? new ArrayBuffer(8));
    this.#allowanceOf = object.events.map(({ probe }) => probes.get(probe) ?? 0);
  }

  take(): readonly LateEvent[] {
    const batch = this.#reader.take();
    if (batch.length === 0) return NO_EVENTS;
    const taken: LateEvent[] = [];
    for (const { at, length, bytes, position } of recordsOf(batch)) {
      const memory = memoryOf(Uint8Array.prototype.slice.call(batch.bytes, at, at + length));
      const probe = this.#allowanceOf[memory.view.getUint32(0, true)] ?? 0;
      this.#allowances[probe] = (this.#allowances[probe] ?? 0n) + BigInt(bytes);
      taken.push({ memory, at: 0, position: memory.view.getUint32(POSITION_OFFSET, true), spare: position });
    }
    this.#bpf.update(this.#allowed, new Uint8Array(4), new Uint8Array(this.#allowances.buffer));
    return taken;
  }

  close(): void {
    this.#reader.close();
  }
}

const NO_EVENTS: readonly LateEvent[] = [];
