/**
 * Where slots and spilled values lie in the frame of a function.
 *
 *     r10 →  | slot 0 | slot 1 | … | homes of spilled values | scratch |
 *     fp-0   fp-16             …                                 fp-bytes
 *
 * Everything starts at a multiple of 8: the kernel refuses unaligned access to the stack.
 */
import { cell } from "../../column.js";
import type { Slot } from "../../ir/ir.js";
import { SparseBits } from "../allocation/sparse-bits.js";
import type { Interference } from "./slot-lifetimes.js";

/** Of all frames of a chain of calls together. */
export const STACK_BYTES = 512;

/** What the kernel counts for a frame in a chain of calls. */
export const FRAME_UNIT_BYTES = 32;

/** The stack of a program does not hold what it needs. */
export class StackOverflowError extends Error {
  override readonly name = "StackOverflowError";
  /** The functions on the deepest chain of calls, outermost first. */
  readonly functions: readonly string[];
  readonly bytes: number;
  /** The largest first. */
  readonly slots: readonly Slot[];
  constructor(functions: readonly string[], bytes: number, slots: readonly Slot[]) {
    const largest = slots.slice(0, 3).map((slot) => `${slot.name} (${slot.bytes} bytes)`);
    super(
      `${functions.join(" → ")} needs ${bytes} bytes of stack, more than ${STACK_BYTES}; largest: ${largest.join(", ")}`,
    );
    this.functions = functions;
    this.bytes = bytes;
    this.slots = slots;
  }
}

/** A spilled value, or several of one origin that are never alive at once. */
export interface HomeRequest {
  readonly origin: number;
  /** Pairs `from, to`, ascending. */
  readonly ranges: readonly number[];
}

export class Frame {
  /** From r10, negative. By slot. */
  readonly slotOffsets: Int32Array;
  readonly #homeByOrigin = new Map<number, number>();
  readonly #homeOffsets: number[] = [];
  readonly #scratch = new Map<number, number>();
  #bytes: number;

  constructor(slots: readonly Slot[], homes: readonly HomeRequest[], interference: () => Interference | undefined) {
    this.slotOffsets = new Int32Array(slots.length);
    this.#bytes = stack(slots, this.slotOffsets);
    // Sharing is worth its analysis only when room is short.
    if (this.#bytes + homes.length * 8 > STACK_BYTES / 4) this.#share(slots, interference());
    this.#placeHomes(homes);
  }

  get bytes(): number {
    return this.#bytes;
  }

  homeOf(origin: number): number {
    const home = this.#homeByOrigin.get(origin);
    if (home === undefined) throw new Error(`%${origin} has no home`);
    return home;
  }

  homeOffset(home: number): number {
    return cell(this.#homeOffsets, home);
  }

  /** A home outside of all live ranges, for what moves put aside. */
  scratchHome(purpose: number): number {
    let home = this.#scratch.get(purpose);
    if (home === undefined) this.#scratch.set(purpose, (home = this.#newHome()));
    return home;
  }

  /** Slots that do not fit together stay one below the other: the overflow is found later. */
  #share(slots: readonly Slot[], interference: Interference | undefined): void {
    if (interference !== undefined) this.#bytes = share(slots, interference, this.slotOffsets);
  }

  /** Each takes the first home that is free over all of its ranges. What has no room in the end is not put together any closer. */
  #placeHomes(homes: readonly HomeRequest[]): void {
    const points = 1 + homes.reduce((most, { ranges }) => Math.max(most, ranges.at(-1) ?? 0), 0);
    const taken: TakenRanges[] = [];
    for (const { origin, ranges } of homes) {
      let home = this.#bytes > STACK_BYTES ? -1 : taken.findIndex((ofHome) => !ofHome.overlaps(ranges));
      if (home < 0) {
        home = this.#newHome();
        taken.push(new TakenRanges(points));
      }
      this.#homeByOrigin.set(origin, home);
      taken[home]?.add(ranges);
    }
  }

  #newHome(): number {
    this.#bytes += 8;
    return this.#homeOffsets.push(-this.#bytes) - 1;
  }
}

const rounded = (bytes: number): number => (bytes + 7) & ~7;

/** One below the other. */
function stack(slots: readonly Slot[], offsets: Int32Array): number {
  let bytes = 0;
  slots.forEach((slot, at) => {
    bytes += rounded(slot.bytes);
    offsets[at] = -bytes;
  });
  return bytes;
}

/** Large slots first, each as high as those that are alive together with it allow. */
function share(slots: readonly Slot[], interference: Interference, offsets: Int32Array): number {
  const order = slots.map((_, at) => at).sort((a, b) => cell(slots, b).bytes - cell(slots, a).bytes || a - b);
  const isPlaced = new Uint8Array(slots.length);
  let total = 0;
  for (const at of order) {
    const size = rounded(cell(slots, at).bytes);
    const taken = [...interference.neighboursOf(at)]
      .filter((other) => isPlaced[other] === 1)
      .map((other) => ({
        bottom: -cell(offsets, other),
        top: -cell(offsets, other) - rounded(cell(slots, other).bytes),
      }))
      .sort((a, b) => a.top - b.top);
    let top = 0;
    for (const other of taken) {
      if (top + size <= other.top) break;
      top = Math.max(top, other.bottom);
    }
    offsets[at] = -(top + size);
    total = Math.max(total, top + size);
    isPlaced[at] = 1;
  }
  return total;
}

/** Ranges that do not overlap, as pairs `from, to`. */
class TakenRanges {
  readonly #from: SparseBits;
  readonly #to: SparseBits;

  constructor(points: number) {
    this.#from = new SparseBits(points);
    this.#to = new SparseBits(points);
  }

  overlaps(pairs: readonly number[]): boolean {
    for (let i = 0; i < pairs.length; i += 2) if (this.#overlapsOne(cell(pairs, i), cell(pairs, i + 1))) return true;
    return false;
  }

  add(pairs: readonly number[]): void {
    for (let i = 0; i < pairs.length; i += 2) {
      this.#from.add(cell(pairs, i));
      this.#to.add(cell(pairs, i + 1));
    }
  }

  #overlapsOne(from: number, to: number): boolean {
    const before = this.#from.lastUpTo(from);
    if (before >= 0 && before >= this.#to.lastUpTo(from)) return true;
    const after = this.#from.firstFrom(from);
    return after >= 0 && after < to;
  }
}
