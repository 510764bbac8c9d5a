/**
 * Spilled values that are compared, for kernels before 6.9.
 *
 * When a register is compared, the verifier narrows its bounds, and since 6.9 those of its copy on the stack. Before, the
 * copy stays as it was, and before 6.8 a value without bounds is not even remembered as one. So there the value is stored
 * once more behind the comparison.
 */
import type { Feature } from "../../facts.js";
import type { VirtualRegister } from "../machine/machine.js";
import type { Places } from "./spills.js";

const NONE: ReadonlySet<VirtualRegister> = new Set();

/** The values to store again behind the branches that compare them. */
export function narrowedScalars(places: Places, supports: (feature: Feature) => boolean): ReadonlySet<VirtualRegister> {
  const compared = new Set<VirtualRegister>();
  for (const { instructions } of places.live.fn.blocks) {
    const last = instructions.at(-1);
    if (last?.form !== "branch") continue;
    for (const register of [last.a, last.b]) if (places.hasHome(register)) compared.add(register);
  }
  // Of the features that are asked for this one came with 6.9.
  return compared.size === 0 || supports("may-goto") ? NONE : compared;
}
