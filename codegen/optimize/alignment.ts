/** What divides addresses. */
import type { AccessBytes, IrFunction } from "../ir/ir.js";
import type { Origin, Pointers } from "./pointers.js";

/** What divides the address `bytes` after one that `align` divides. */
export function alignmentAfter(align: AccessBytes, bytes: number): AccessBytes {
  let at: AccessBytes = align;
  while (bytes % at !== 0) at = (at / 2) as AccessBytes;
  return at;
}

/** Map values and records start at multiples of 8, slots as they say. */
export function alignmentOf(fn: IrFunction, pointers: Pointers, origin: Origin): AccessBytes {
  const slot = pointers.placeInSlot(origin);
  if (slot !== undefined) {
    return slot.offset === undefined ? 1 : alignmentAfter(fn.slots[slot.slot]?.align ?? 1, slot.offset);
  }
  return origin.base.isWhole ? alignmentAfter(8, origin.offset) : 1;
}
