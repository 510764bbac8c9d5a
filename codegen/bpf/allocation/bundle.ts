/** What is given one register: pieces of live ranges that never overlap. */
import { cell } from "../../column.js";
import type { VirtualRegister } from "../machine/machine.js";
import { firstWhere } from "./first-where.js";
import { USE, type Liveness } from "./liveness.js";

export interface Bundle {
  /** Triples `from, to, virtual register`, ascending. */
  readonly ranges: readonly number[];
  /** Indexes into the uses, ascending by place. */
  readonly uses: readonly number[];
  /** Number of points. */
  readonly length: number;
  /** What it costs to leave it without a register, for each point that it takes. */
  readonly weight: number;
  /** A call lies within its ranges. */
  readonly crossesCall: boolean;
  /** One instruction's operand or result: it cannot do without a register. */
  readonly isMinimal: boolean;
  /** Bundles of one origin share a spill slot. */
  readonly origin: number;
  /** The real register, or -1. */
  register: number;
}

/** A material is made again by one or two instructions, without the store that a spilled value needs. */
const MATERIAL_DISCOUNT = 0.25;

export function bundleOf(live: Liveness, ranges: readonly number[], uses: readonly number[], origin: number): Bundle {
  let length = 0;
  for (let i = 0; i < ranges.length; i += 3) length += cell(ranges, i + 1) - cell(ranges, i);
  let sum = 0;
  let first = -1;
  let isMinimal = uses.some((use) => needsRegister(live, use));
  for (const use of uses) {
    sum += cell(live.uses.weight, use);
    const instruction = cell(live.uses.at, use) >> 1;
    if (first >= 0 && instruction !== first) isMinimal = false;
    first = instruction;
  }
  if (length > 2) isMinimal = false;
  const isMaterial = live.fn.materials[cell(ranges, 2)] !== undefined;
  return {
    ranges,
    uses,
    length,
    weight: isMinimal ? Infinity : (sum * (isMaterial ? MATERIAL_DISCOUNT : 1)) / length,
    crossesCall: containsCall(live, ranges),
    isMinimal,
    origin,
    register: -1,
  };
}

/** Of a virtual register, as a bundle has them. */
export function rangesOf(live: Liveness, register: VirtualRegister): Bundle["ranges"] {
  const ranges: number[] = [];
  for (let at = cell(live.firstRange, register); at >= 0; at = cell(live.ranges.next, at)) {
    ranges.push(cell(live.ranges.from, at), cell(live.ranges.to, at), register);
  }
  return ranges;
}

/** Of a virtual register, as a bundle has them. */
export function usesOf(live: Liveness, register: VirtualRegister): Bundle["uses"] {
  const uses: number[] = [];
  for (let at = cell(live.firstUse, register); at >= 0; at = cell(live.uses.next, at)) uses.push(at);
  return uses;
}

/** One past the last point of a bundle's ranges. */
export const endOf = (ranges: Bundle["ranges"]): number => cell(ranges, ranges.length - 2);

/** The part between two points, cut down to what its uses need; undefined when none of them needs a register. */
export function sliceOf(live: Liveness, bundle: Bundle, start: number, end: number): Bundle | undefined {
  const uses = usesBetween(live, bundle, start, end);
  if (!uses.some((use) => needsRegister(live, use))) return undefined;
  const from = cell(live.uses.at, cell(uses, 0));
  const lastAt = cell(live.uses.at, cell(uses, uses.length - 1));
  // An operand may be late, and be read with the last point of its instruction.
  return bundleOf(live, cut(bundle.ranges, from, Math.min(end, (lastAt | 1) + 1)), uses, bundle.origin);
}

/** As {@link sliceOf}, but with all of its ranges. */
export function coverOf(live: Liveness, bundle: Bundle, start: number, end: number): Bundle {
  const uses = usesBetween(live, bundle, start, end);
  return bundleOf(live, cut(bundle.ranges, start, end), uses, bundle.origin);
}

export const needsRegister = (live: Liveness, use: number): boolean => (cell(live.uses.kind, use) & USE.register) !== 0;

function usesBetween(live: Liveness, { uses }: Bundle, start: number, end: number): readonly number[] {
  const { at } = live.uses;
  const first = firstWhere(uses.length, (i) => cell(at, cell(uses, i)) >= start);
  const last = firstWhere(uses.length, (i) => cell(at, cell(uses, i)) >= end);
  return uses.slice(first, last);
}

function cut(ranges: readonly number[], start: number, end: number): number[] {
  const kept: number[] = [];
  const first = firstWhere(ranges.length / 3, (i) => cell(ranges, i * 3 + 1) > start);
  for (let i = first * 3; i < ranges.length && cell(ranges, i) < end; i += 3) {
    kept.push(Math.max(start, cell(ranges, i)), Math.min(end, cell(ranges, i + 1)), cell(ranges, i + 2));
  }
  return kept;
}

/** Calls lose registers at their second point. */
export function containsCall(live: Liveness, ranges: Bundle["ranges"]): boolean {
  for (let i = 0; i < ranges.length; i += 3) {
    const next = live.calls[firstCallFrom(live, cell(ranges, i))];
    if (next !== undefined && next * 2 + 1 < cell(ranges, i + 1)) return true;
  }
  return false;
}

/** Index of the first call whose second point is at or after a point. */
export const firstCallFrom = (live: Liveness, point: number): number =>
  firstWhere(live.calls.length, (i) => cell(live.calls, i) * 2 + 1 >= point);
