/** Puts values that a move would connect into one bundle, so that they get one register and the move goes away. */
import { cell } from "../../column.js";
import { bundleOf, containsCall, rangesOf, usesOf, type Bundle } from "./bundle.js";
import { DisjointRanges } from "./disjoint-ranges.js";
import { HINT_NONE } from "../machine/registers.js";
import type { Liveness } from "./liveness.js";
import { FORMS, NONE, type MachineFunction, type VirtualRegister } from "../machine/machine.js";

interface Pair {
  readonly one: VirtualRegister;
  readonly other: VirtualRegister;
  readonly loopDepth: number;
}

/** Values that share a register: what a bundle is made of once it is known which they are. */
interface Group {
  readonly ranges: DisjointRanges;
  /** A call lies within its ranges. */
  readonly crossesCall: boolean;
  /** A use would save a move in the register of an argument or result. */
  readonly hasHint: boolean;
}

/** The bundles to allocate. Values that never need a register, and those that nothing reads, have none. */
export function coalesce(live: Liveness): readonly Bundle[] {
  const groups = new Groups(live);
  // Moves in inner loops first: they are the ones that matter.
  const pairs = pairsOf(live.fn).sort((a, b) => b.loopDepth - a.loopDepth);
  for (const { one, other } of pairs) groups.join(one, other);
  return groups.bundles();
}

/** Each value is in the group of one that stands for it, and in the list of that group's values. */
class Groups {
  readonly #live: Liveness;
  readonly #groups: (Group | undefined)[] = [];
  readonly #memberOf: Int32Array;
  /** The next value of the same group, in the order in which they have joined; -1 at the end. */
  readonly #next: Int32Array;
  /** The last value of the group that a value stands for. */
  readonly #last: Int32Array;

  constructor(live: Liveness) {
    this.#live = live;
    const count = live.fn.registerCount;
    this.#memberOf = new Int32Array(count);
    this.#next = new Int32Array(count).fill(-1);
    this.#last = new Int32Array(count);
    for (let register = 0; register < count; register++) {
      this.#memberOf[register] = register;
      this.#last[register] = register;
      this.#groups[register] = groupOf(live, register);
    }
  }

  /** Makes one group of those of two values, if no two of their ranges overlap. */
  join(ofOne: VirtualRegister, ofOther: VirtualRegister): void {
    const one = this.#find(ofOne);
    const other = this.#find(ofOther);
    const left = this.#groups[one];
    const right = this.#groups[other];
    if (one === other || left === undefined || right === undefined || isBetterApart(left, right)) return;
    if (left.ranges.overlaps(right.ranges)) return;
    this.#groups[one] = {
      ranges: left.ranges.with(right.ranges),
      crossesCall: left.crossesCall || right.crossesCall,
      hasHint: left.hasHint || right.hasHint,
    };
    this.#groups[other] = undefined;
    this.#memberOf[other] = one;
    this.#next[cell(this.#last, one)] = other;
    this.#last[one] = cell(this.#last, other);
  }

  bundles(): readonly Bundle[] {
    const bundles: Bundle[] = [];
    this.#groups.forEach((group, register) => {
      if (group !== undefined)
        bundles.push(bundleOf(this.#live, group.ranges.triples(), this.#uses(register), register));
    });
    return bundles;
  }

  /** Of all values of a group, by place. */
  #uses(first: VirtualRegister): readonly number[] {
    const uses: number[] = [];
    for (let register = first; register >= 0; register = cell(this.#next, register)) {
      for (const use of usesOf(this.#live, register)) uses.push(use);
    }
    const { at } = this.#live.uses;
    return this.#next[first] === -1 ? uses : uses.sort((a, b) => cell(at, a) - cell(at, b));
  }

  #find(register: VirtualRegister): number {
    const memberOf = this.#memberOf;
    let at = register;
    while (memberOf[at] !== at) at = memberOf[at] = cell(memberOf, cell(memberOf, at));
    return at;
  }
}

function groupOf(live: Liveness, register: VirtualRegister): Group | undefined {
  const ranges = rangesOf(live, register);
  if (ranges.length === 0) return undefined;
  const hasHint = usesOf(live, register).some((use) => (live.uses.hint[use] ?? HINT_NONE) !== HINT_NONE);
  return { ranges: DisjointRanges.of(ranges), crossesCall: containsCall(live, ranges), hasHint };
}

function pairsOf(fn: MachineFunction): Pair[] {
  const pairs: Pair[] = [];
  const add = (one: VirtualRegister, other: VirtualRegister, loopDepth: number): void => {
    if (other !== NONE && fn.materials[other] === undefined) pairs.push({ one, other, loopDepth });
  };
  for (const block of fn.blocks) {
    for (const { form, def, a, b, isSymmetric } of block.instructions) {
      if (def === NONE || !FORMS[form].aAnywhere) continue;
      add(def, a, block.loopDepth);
      if (isSymmetric) add(def, b, block.loopDepth);
    }
    const jump = block.instructions.at(-1);
    if (jump?.form !== "jump") continue;
    const target = cell(fn.blocks, cell(block.successors, 0));
    target.params.forEach((param, i) => add(param, cell(jump.args, i), block.loopDepth));
  }
  return pairs;
}

/**
 * One lives over calls, the other does not and is wanted in the register of an argument or result: together they would
 * need a move to or from there, which is just the one that merging saves.
 */
function isBetterApart(one: Group, other: Group): boolean {
  if (one.crossesCall === other.crossesCall) return false;
  return (one.crossesCall ? other : one).hasHint;
}
