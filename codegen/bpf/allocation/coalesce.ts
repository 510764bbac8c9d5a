/** Puts values that a move would connect into one bundle, so that they get one register and the move goes away. */
import { cell } from "../../column.js";
import { merged, wholeOf, type Bundle } from "./bundle.js";
import { HINT_NONE } from "../machine/registers.js";
import type { Liveness } from "./liveness.js";
import { FORMS, NONE, type MachineFunction, type VirtualRegister } from "../machine/machine.js";

interface Pair {
  readonly one: VirtualRegister;
  readonly other: VirtualRegister;
  readonly loopDepth: number;
}

/** The bundles to allocate. Values that never need a register, and those that nothing reads, have none. */
export function coalesce(live: Liveness): readonly Bundle[] {
  const bundleAt: (Bundle | undefined)[] = [];
  const memberOf = new Int32Array(live.fn.registerCount);
  for (let register = 0; register < live.fn.registerCount; register++) {
    memberOf[register] = register;
    bundleAt[register] = wholeOf(live, register);
  }
  const find = (register: VirtualRegister): number => {
    let at = register;
    while (memberOf[at] !== at) at = memberOf[at] = cell(memberOf, cell(memberOf, at));
    return at;
  };
  // Moves in inner loops first: they are the ones that matter.
  const pairs = pairsOf(live.fn).sort((a, b) => b.loopDepth - a.loopDepth);
  for (const pair of pairs) {
    const one = find(pair.one);
    const other = find(pair.other);
    const left = bundleAt[one];
    const right = bundleAt[other];
    if (one === other || left === undefined || right === undefined || isBetterApart(live, left, right)) continue;
    const both = merged(live, left, right);
    if (both === undefined) continue;
    bundleAt[one] = both;
    bundleAt[other] = undefined;
    memberOf[other] = one;
  }
  return bundleAt.filter((bundle) => bundle !== undefined);
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
function isBetterApart(live: Liveness, one: Bundle, other: Bundle): boolean {
  if (one.crossesCall === other.crossesCall) return false;
  const local = one.crossesCall ? other : one;
  return local.uses.some((use) => (live.uses.hint[use] ?? HINT_NONE) !== HINT_NONE);
}
