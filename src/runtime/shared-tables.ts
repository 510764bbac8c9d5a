/**
 * User space's side of a shared table: see `codegen/kernel/shared-table.ts`. It takes part in the protocol, by atomic instructions
 * on the memory that programs use just now.
 */
import { MIX } from "../../codegen/kernel/key-table.js";
import {
  elsewhereOf,
  keyShiftOf,
  MOST_PINS,
  ONE_ELSEWHERE,
  ONE_PIN,
  placesOffsetOf,
  PRESENT,
  type SharedTable,
  sharedTableBytes,
  slotOffset,
  UNMIX,
  VALUE_OFFSET,
} from "../../codegen/kernel/shared-table.js";
import { type MapReading, memoryOf } from "../output/index.js";

/** What becomes of entries that are read. */
export type Fate = "stays" | "goes" | "is-zeroed";

/** Looks at a slot that others have pinned. */
const PATIENCE = 10_000;

export class SharedTableMemory {
  readonly #table: SharedTable;
  readonly #words: BigUint64Array;
  /** Halves of words, the lower one first. */
  readonly #halves: Uint32Array;

  constructor(table: SharedTable, { buffer, byteOffset }: Uint8Array) {
    this.#table = table;
    const bytes = sharedTableBytes(table);
    this.#words = new BigUint64Array(buffer, byteOffset, bytes / 8);
    this.#halves = new Uint32Array(buffer, byteOffset, bytes / 4);
  }

  /**
   * The entries that are not in the hash.
   * @param others - keys that have been found there before; what they have here came later, and stays as it is
   */
  read(fate: Fate = "stays", others: ReadonlySet<bigint> = new Set()): MapReading {
    const { slots, keyBytes, valueBytes, losesKeys } = this.#table;
    if (fate === "goes" && !losesKeys) throw new TypeError("the script removes no entry");
    const found: (readonly [state: bigint, value: bigint])[] = [];
    for (let slot = 0; slot < slots; slot++) {
      const at = slotOffset(slot) / 4;
      if (((this.#halves[at] ?? 0) & PRESENT) === 0) continue;
      const entry = this.#take(slot, fate, others);
      if (entry !== undefined) found.push([this.#keyOf(slot, entry.state), entry.value]);
    }
    const parts = { keys: new Uint8Array(found.length * keyBytes), values: new Uint8Array(found.length * valueBytes) };
    found.forEach(([key, value], i) => {
      writeLow(parts.keys, i * keyBytes, key, keyBytes);
      writeLow(parts.values, i * valueBytes, value, valueBytes);
    });
    return readingOf(this.#table, parts);
  }

  /** Undefined: there is no entry any more. */
  #take(
    slot: number,
    fate: Fate,
    others: ReadonlySet<bigint>,
  ): { readonly state: bigint; readonly value: bigint } | undefined {
    const at = slotOffset(slot) / 8;
    const valueAt = at + VALUE_OFFSET / 8;
    for (;;) {
      const state = Atomics.load(this.#words, at);
      if ((state & BigInt(PRESENT)) === 0n) return undefined;
      if (others.size > 0 && others.has(this.#keyOf(slot, state))) return undefined;
      if (fate === "stays") {
        const value = Atomics.load(this.#words, valueAt);
        if (this.#isPresent(Atomics.load(this.#words, at), state)) return { state, value };
      } else if (fate === "is-zeroed" && !this.#table.losesKeys) {
        return { state, value: Atomics.exchange(this.#words, valueAt, 0n) };
      } else if ((state & BigInt(MOST_PINS)) !== BigInt(MOST_PINS)) {
        // Pinned, nobody else's value comes there before it has been read.
        const pinned = state + BigInt(ONE_PIN) - (fate === "goes" ? BigInt(PRESENT) : 0n);
        if (Atomics.compareExchange(this.#words, at, state, pinned) !== state) continue;
        if (fate === "goes") this.#awaitOthers(at);
        const value = fate === "goes" ? Atomics.load(this.#words, valueAt) : Atomics.exchange(this.#words, valueAt, 0n);
        Atomics.sub(this.#words, at, BigInt(ONE_PIN));
        if (fate === "goes") this.#giveBack(slot);
        return { state, value };
      }
    }
  }

  /** Those who have pinned the slot as well write soon, unless the kernel has put them off: then it is as if they came later. */
  #awaitOthers(at: number): void {
    for (let i = 0; i < PATIENCE; i++)
      if ((Atomics.load(this.#words, at) & BigInt(MOST_PINS)) === BigInt(ONE_PIN)) return;
  }

  /** An entry of the hash has been deleted. @param key - as its bytes are */
  forget(key: bigint): void {
    const shift = BigInt(keyShiftOf(this.#table));
    const slot = Number(BigInt.asUintN(64, key * MIX) >> (64n - shift));
    const at = slotOffset(slot) / 8;
    const all = BigInt(elsewhereOf(this.#table));
    for (;;) {
      const state = Atomics.load(this.#words, at);
      if ((state & all) === all || (state & all) === 0n) break;
      if (Atomics.compareExchange(this.#words, at, state, state - BigInt(ONE_ELSEWHERE)) === state) break;
    }
    this.#giveBack(slot);
  }

  #giveBack(slot: number): void {
    Atomics.add(this.#words, placesOffsetOf(this.#table, slot) / 8, 1n);
  }

  #isPresent(now: bigint, before: bigint): boolean {
    const shift = BigInt(keyShiftOf(this.#table));
    return (now & BigInt(PRESENT)) !== 0n && now >> shift === before >> shift;
  }

  #keyOf(slot: number, state: bigint): bigint {
    const shift = BigInt(keyShiftOf(this.#table));
    return BigInt.asUintN(64, ((BigInt(slot) << (64n - shift)) | (state >> shift)) * UNMIX);
  }
}

interface Parts {
  readonly keys: Uint8Array;
  readonly values: Uint8Array;
}

const readingOf = ({ keyBytes, valueBytes }: SharedTable, { keys, values }: Parts): MapReading => ({
  count: keys.length / keyBytes,
  keys: memoryOf(keys),
  keyStride: keyBytes,
  values: memoryOf(values),
  valueStride: valueBytes,
  cpus: 1,
  cpuStride: valueBytes,
});

/** Of both parts of a table. */
export function joined(table: SharedTable, here: MapReading, elsewhere: MapReading): MapReading {
  if (elsewhere.count === 0) return here;
  const { keyBytes, valueBytes } = table;
  const join = (first: Uint8Array, second: Uint8Array, bytes: number): Uint8Array =>
    Buffer.concat([first.subarray(0, here.count * bytes), second.subarray(0, elsewhere.count * bytes)]);
  return readingOf(table, {
    keys: new Uint8Array(join(here.keys.bytes, elsewhere.keys.bytes, keyBytes)),
    values: new Uint8Array(join(here.values.bytes, elsewhere.values.bytes, valueBytes)),
  });
}

/** As numbers. */
export const keysIn = ({ count, keys, keyStride }: MapReading): readonly bigint[] =>
  Array.from({ length: count }, (_, i) => keyNumber(keys.bytes.subarray(i * keyStride, (i + 1) * keyStride)));

function writeLow(to: Uint8Array, at: number, number: bigint, bytes: number): void {
  for (let i = 0; i < bytes; i++) to[at + i] = Number((number >> BigInt(8 * i)) & 0xffn);
}

export function keyNumber(key: Uint8Array): bigint {
  let number = 0n;
  for (const byte of key.toReversed()) number = (number << 8n) | BigInt(byte);
  return number;
}
