/**
 * Register allocation.
 *
 * Bundles of live ranges take registers in order of size. One that finds none free takes that of lighter ones, which
 * then look again; one that is too light itself is split: around calls, which only r6 to r9 survive, or at its widest
 * gap between uses. What lies between the parts is on the stack. A value is stored once, where it is defined, so that
 * it can be loaded anywhere later; constants and addresses are made again instead.
 *
 * @see the design notes of Cranelift's `regalloc2`, which this follows in small
 */
import { cell } from "../../column.js";
import { coverOf, endOf, firstCallFrom, needsRegister, sliceOf, type Bundle } from "./bundle.js";
import { coalesce } from "./coalesce.js";
import { HINT_NONE, FIRST_SAVED, REGISTER_COUNT } from "../machine/registers.js";
import type { Liveness } from "./liveness.js";
import { BundleQueue } from "./bundle-queue.js";

/** Where a virtual register is while it is in a real one. Everywhere else it is on the stack, or made again. */
export interface Segment {
  readonly from: number;
  readonly to: number;
  readonly register: number;
}

export interface Allocation {
  /** By virtual register, ascending. */
  readonly segments: readonly (readonly Segment[])[];
  /** The spill slots that values share: those of one origin are never alive at once. By virtual register. */
  readonly origins: Int32Array;
  /** No bundle has the register at the point. */
  isFree(register: number, point: number): boolean;
}

const FREE = 0;
/** Owned by a call. */
const LOST = -1;
/** Those that calls want least often come first. */
const LOCAL_ORDER: readonly number[] = [5, 4, 3, 0, 2, 1, 6, 7, 8, 9];
const SAVED_ORDER: readonly number[] = [6, 7, 8, 9];

export function allocate(live: Liveness): Allocation {
  return new Allocator(live).run();
}

class Allocator {
  readonly #live: Liveness;
  readonly #points: number;
  /** By register and point: FREE, LOST, or the number of a bundle plus one. */
  readonly #owners: Int32Array;
  readonly #bundles: Bundle[] = [];
  readonly #queue = new BundleQueue();
  readonly #origins: Int32Array;

  constructor(live: Liveness) {
    this.#live = live;
    this.#points = live.instructions.length * 2 + 2;
    this.#owners = new Int32Array(REGISTER_COUNT * this.#points);
    this.#origins = new Int32Array(live.fn.registerCount).map((_, register) => register);
    for (const call of live.calls) {
      for (let register = 0; register < FIRST_SAVED; register++)
        this.#owners[register * this.#points + call * 2 + 1] = LOST;
    }
  }

  run(): Allocation {
    for (const bundle of coalesce(this.#live)) {
      for (let i = 2; i < bundle.ranges.length; i += 3) this.#origins[cell(bundle.ranges, i)] = bundle.origin;
      this.#enqueue(bundle);
    }
    for (let at = this.#queue.take(); at !== undefined; at = this.#queue.take()) {
      const bundle = this.#bundles[at];
      if (bundle !== undefined) this.#place(bundle, at);
    }
    return {
      segments: this.#segments(),
      origins: this.#origins,
      isFree: (register, point) => this.#owners[register * this.#points + point] === FREE,
    };
  }

  #enqueue(bundle: Bundle): void {
    this.#queue.add(this.#bundles.length, bundle.length);
    this.#bundles.push(bundle);
  }

  #place(bundle: Bundle, at: number): void {
    let cheapest = -1;
    let price = bundle.weight;
    for (const register of this.#candidates(bundle)) {
      const weight = this.#conflictWeight(bundle, register, price);
      if (weight === 0) {
        this.#assign(bundle, at, register);
        return;
      }
      if (weight < price) {
        price = weight;
        cheapest = register;
      }
    }
    if (cheapest >= 0) {
      this.#evict(bundle, cheapest);
      this.#assign(bundle, at, cheapest);
    } else {
      this.#split(bundle);
    }
  }

  /** Registers that would save a move first, the heaviest of these first. */
  #candidates(bundle: Bundle): readonly number[] {
    const others = bundle.crossesCall ? SAVED_ORDER : LOCAL_ORDER;
    const { hint, weight } = this.#live.uses;
    const wanted = new Float64Array(REGISTER_COUNT);
    let isAnyWanted = false;
    for (const use of bundle.uses) {
      const register = hint[use] ?? HINT_NONE;
      if (register === HINT_NONE) continue;
      wanted[register] = cell(wanted, register) + cell(weight, use);
      isAnyWanted = true;
    }
    if (!isAnyWanted) return others;
    return [...others].sort((a, b) => cell(wanted, b) - cell(wanted, a));
  }

  /** The weight of the heaviest bundle in the way: 0 when the register is free, at least `limit` when it is not worth it. */
  #conflictWeight({ ranges }: Bundle, register: number, limit: number): number {
    const base = register * this.#points;
    let heaviest = 0;
    for (let i = 0; i < ranges.length; i += 3) {
      const end = base + cell(ranges, i + 1);
      for (let at = base + cell(ranges, i); at < end; at++) {
        const owner = this.#owners[at] ?? FREE;
        if (owner === FREE) continue;
        if (owner === LOST) return Infinity;
        heaviest = Math.max(heaviest, cell(this.#bundles, owner - 1).weight, Number.MIN_VALUE);
        if (heaviest >= limit) return heaviest;
      }
    }
    return heaviest;
  }

  #assign(bundle: Bundle, at: number, register: number): void {
    bundle.register = register;
    this.#fill(bundle, register, at + 1);
  }

  #fill({ ranges }: Bundle, register: number, owner: number): void {
    const base = register * this.#points;
    for (let i = 0; i < ranges.length; i += 3)
      this.#owners.fill(owner, base + cell(ranges, i), base + cell(ranges, i + 1));
  }

  #evict({ ranges }: Bundle, register: number): void {
    const base = register * this.#points;
    for (let i = 0; i < ranges.length; i += 3) {
      const end = base + cell(ranges, i + 1);
      for (let at = base + cell(ranges, i); at < end; at++) {
        const owner = (this.#owners[at] ?? FREE) - 1;
        const other = this.#bundles[owner];
        if (other === undefined) continue;
        this.#fill(other, register, FREE);
        other.register = -1;
        this.#queue.add(owner, other.length);
      }
    }
  }

  // ---- splitting

  #split(bundle: Bundle): void {
    if (!bundle.uses.some((use) => needsRegister(this.#live, use))) return;
    for (const part of bundle.crossesCall ? this.#splitAtCalls(bundle) : this.#splitAtGap(bundle)) this.#enqueue(part);
  }

  #splitAtCalls(bundle: Bundle): readonly Bundle[] {
    const prefix = this.#longestPrefix(bundle);
    if (prefix !== undefined) return prefix;
    const parts: Bundle[] = [];
    const end = endOf(bundle.ranges);
    let start = cell(bundle.ranges, 0);
    for (let i = firstCallFrom(this.#live, start); start < end; i++) {
      const call = this.#live.calls[i];
      const stop = call === undefined ? end : Math.min(end, call * 2 + 1);
      const part = this.#widened(bundle, start, stop);
      if (part !== undefined) parts.push(part);
      start = stop + 1;
    }
    return parts;
  }

  /** As far as the saved register goes that is free for longest, if that takes it over a call to another use. */
  #longestPrefix(bundle: Bundle): readonly Bundle[] | undefined {
    let furthest = 0;
    for (const register of SAVED_ORDER) furthest = Math.max(furthest, this.#firstConflict(bundle, register));
    const start = cell(bundle.ranges, 0);
    const end = endOf(bundle.ranges);
    const limit = furthest & ~1;
    if (limit >= end || limit <= start) return undefined;
    const prefix = sliceOf(this.#live, bundle, start, limit);
    if (prefix?.crossesCall !== true) return undefined;
    const rest = sliceOf(this.#live, bundle, limit, end);
    return rest === undefined ? [prefix] : [prefix, rest];
  }

  /** The first point at which the register is lost, or belongs to a bundle that is no lighter. */
  #firstConflict({ ranges, weight }: Bundle, register: number): number {
    const base = register * this.#points;
    for (let i = 0; i < ranges.length; i += 3) {
      const end = base + cell(ranges, i + 1);
      for (let at = base + cell(ranges, i); at < end; at++) {
        const owner = this.#owners[at] ?? FREE;
        if (owner === FREE) continue;
        if (owner === LOST || cell(this.#bundles, owner - 1).weight >= weight) return at - base;
      }
    }
    return endOf(ranges);
  }

  /** A part without calls. One that starts or ends inside a loop grows to hold the loop: loads belong before it. */
  #widened(bundle: Bundle, start: number, end: number): Bundle | undefined {
    const part = sliceOf(this.#live, bundle, start, end);
    if (part === undefined) return undefined;
    let from = cell(part.ranges, 0);
    let to = endOf(part.ranges);
    for (const loop of this.#loops()) {
      const isInside = loop.from >= start && loop.to <= end && from < loop.to && to > loop.from;
      if (!isInside) continue;
      from = Math.min(from, loop.from);
      to = Math.max(to, loop.to);
    }
    return from === part.ranges[0] && to === endOf(part.ranges) ? part : coverOf(this.#live, bundle, from, to);
  }

  #loopRanges: readonly { readonly from: number; readonly to: number }[] | undefined;

  /** Where blocks jump back to, up to the end of those that do. */
  #loops(): readonly { readonly from: number; readonly to: number }[] {
    const { fn, labels } = this.#live;
    return (this.#loopRanges ??= fn.blocks.flatMap((block, at) =>
      block.successors.flatMap((to) =>
        to <= at ? [{ from: cell(labels, to) * 2, to: cell(labels, at + 1) * 2 }] : [],
      ),
    ));
  }

  /** Between the two neighbouring uses that are furthest apart; at last to single instructions. */
  #splitAtGap(bundle: Bundle): readonly Bundle[] {
    const { at } = this.#live.uses;
    const start = cell(bundle.ranges, 0);
    const end = endOf(bundle.ranges);
    let middle = -1;
    let widest = 0;
    for (let i = 1; i < bundle.uses.length; i++) {
      const before = cell(at, cell(bundle.uses, i - 1)) >> 1;
      const after = cell(at, cell(bundle.uses, i)) >> 1;
      if (after - before <= widest) continue;
      widest = after - before;
      middle = after * 2;
    }
    const parts =
      middle < 0
        ? [sliceOf(this.#live, bundle, start, end)]
        : [sliceOf(this.#live, bundle, start, middle), sliceOf(this.#live, bundle, middle, end)];
    return parts.filter((part) => part !== undefined);
  }

  // ---- result

  #segments(): readonly (readonly Segment[])[] {
    const segments: Segment[][] = Array.from({ length: this.#live.fn.registerCount }, () => []);
    for (const { ranges, register } of this.#bundles) {
      if (register < 0) continue;
      for (let i = 0; i < ranges.length; i += 3) {
        segments[cell(ranges, i + 2)]?.push({ from: cell(ranges, i), to: cell(ranges, i + 1), register });
      }
    }
    for (const list of segments) if (list.length > 1) list.sort((a, b) => a.from - b.from);
    return segments;
  }
}
