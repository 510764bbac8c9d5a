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
import { firstWhere } from "./first-where.js";
import { NO_PLACE, RegisterFile } from "./register-file.js";

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

/** Those that calls want least often come first. */
const LOCAL_ORDER: readonly number[] = [5, 4, 3, 0, 2, 1, 6, 7, 8, 9];
const SAVED_ORDER: readonly number[] = [6, 7, 8, 9];

export function allocate(live: Liveness): Allocation {
  return new Allocator(live).run();
}

class Allocator {
  readonly #live: Liveness;
  readonly #file: RegisterFile;
  readonly #bundles: Bundle[] = [];
  readonly #queue = new BundleQueue();
  readonly #origins: Int32Array;

  constructor(live: Liveness) {
    this.#live = live;
    this.#file = new RegisterFile(live.instructions.length * 2 + 2);
    this.#origins = new Int32Array(live.fn.registerCount).map((_, register) => register);
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
      isFree: (register, point) =>
        !this.#isLost(register, point) && this.#file.firstOver(register, point, point + 1) === NO_PLACE,
    };
  }

  /** To a call. Bundles for which that matters are not given such a register. */
  #isLost(register: number, point: number): boolean {
    return register < FIRST_SAVED && (point & 1) === 1 && this.#live.instructions[point >> 1]?.form === "call";
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
    let heaviest = 0;
    for (let i = 0; i < ranges.length; i += 3) {
      const to = cell(ranges, i + 1);
      let at = this.#file.firstOver(register, cell(ranges, i), to);
      while (at !== NO_PLACE) {
        heaviest = Math.max(heaviest, cell(this.#bundles, this.#file.ownerOf(at)).weight, Number.MIN_VALUE);
        if (heaviest >= limit) return heaviest;
        at = this.#file.firstOver(register, this.#file.endOf(at), to);
      }
    }
    return heaviest;
  }

  #assign(bundle: Bundle, at: number, register: number): void {
    bundle.register = register;
    this.#file.add(register, bundle.ranges, at);
  }

  #evict({ ranges }: Bundle, register: number): void {
    for (let i = 0; i < ranges.length; i += 3) {
      const [from, to] = [cell(ranges, i), cell(ranges, i + 1)];
      for (
        let at = this.#file.firstOver(register, from, to);
        at !== NO_PLACE;
        at = this.#file.firstOver(register, from, to)
      ) {
        const owner = this.#file.ownerOf(at);
        const other = cell(this.#bundles, owner);
        this.#file.delete(register, other.ranges);
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
    const { at } = this.#live.uses;
    const parts: Bundle[] = [];
    const end = endOf(bundle.ranges);
    let stop = -1;
    for (const use of bundle.uses) {
      // Between the same calls as the use before it.
      if (cell(at, use) < stop) continue;
      const next = firstCallFrom(this.#live, cell(at, use));
      const start = next === 0 ? 0 : cell(this.#live.calls, next - 1) * 2 + 2;
      const call = this.#live.calls[next];
      stop = call === undefined ? end : Math.min(end, call * 2 + 1);
      const part = this.#widened(bundle, Math.max(start, cell(bundle.ranges, 0)), stop);
      if (part !== undefined) parts.push(part);
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

  /** The first point at which the register belongs to a bundle that is no lighter. */
  #firstConflict({ ranges, weight }: Bundle, register: number): number {
    for (let i = 0; i < ranges.length; i += 3) {
      const [from, to] = [cell(ranges, i), cell(ranges, i + 1)];
      let at = this.#file.firstOver(register, from, to);
      while (at !== NO_PLACE) {
        if (cell(this.#bundles, this.#file.ownerOf(at)).weight >= weight) return Math.max(from, this.#file.startOf(at));
        at = this.#file.firstOver(register, this.#file.endOf(at), to);
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
    const loops = this.#loops();
    for (let i = firstWhere(loops.length, (at) => cell(loops, at).to > from); i < loops.length; i++) {
      const loop = cell(loops, i);
      if (loop.to > end) break;
      if (loop.from < start || from >= loop.to || to <= loop.from) continue;
      from = Math.min(from, loop.from);
      to = Math.max(to, loop.to);
    }
    return from === part.ranges[0] && to === endOf(part.ranges) ? part : coverOf(this.#live, bundle, from, to);
  }

  #loopRanges: readonly { readonly from: number; readonly to: number }[] | undefined;

  /** Where blocks jump back to, up to the end of those that do: in the order of these ends. */
  #loops(): readonly { readonly from: number; readonly to: number }[] {
    const { fn, labels } = this.#live;
    return (this.#loopRanges ??= fn.blocks.flatMap((block, at) =>
      block.successors.flatMap((to) =>
        to <= at ? [{ from: cell(labels, to) * 2, to: cell(labels, at + 1) * 2 }] : [],
      ),
    ));
  }

  /** Between the two neighbouring uses that are furthest apart, of equal gaps in the one nearest to the middle; at last to single instructions. */
  #splitAtGap(bundle: Bundle): readonly Bundle[] {
    const { at } = this.#live.uses;
    const start = cell(bundle.ranges, 0);
    const end = endOf(bundle.ranges);
    let middle = -1;
    let widest = 1;
    for (let i = 1; i < bundle.uses.length; i++) {
      const before = cell(at, cell(bundle.uses, i - 1)) >> 1;
      const after = cell(at, cell(bundle.uses, i)) >> 1;
      const isCloser = after - before === widest && i <= bundle.uses.length >> 1;
      if (after - before < widest || (middle >= 0 && after - before === widest && !isCloser)) continue;
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
