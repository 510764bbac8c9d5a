/**
 * Spilled values that are compared, for kernels without "narrowed-spills" (`../../kernel/verifier-facts.ts`): there the value
 * is stored once more behind the comparison.
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
  return compared.size === 0 || supports("narrowed-spills") ? NONE : compared;
}
