/** Contexts of `tracing` programs: the parameters of a function, each in as many u64 as it needs. */
import { type BtfParam, type NamedBtf, toType } from "../btf/index.js";
import { RETURN_VALUE } from "../language/provider.js";
import { sizeOf } from "../types/layout.js";
import type { Member } from "../types/struct-source.js";

/** @param result - the BTF type of what the function returned, which comes last; undefined: it is not there */
export function slotMembers(from: NamedBtf, params: readonly BtfParam[], result?: number): readonly Member[] {
  const members: Member[] = [];
  let slot = 0;
  const add = (name: string, typeId: number): void => {
    const type = toType(from, typeId, "kernel");
    members.push({ name, type, offsetBits: slot * 64, bitSize: undefined });
    slot += Math.max(1, Math.ceil(sizeOf(type) / 8));
  };
  for (const { name, type } of params) add(name, type);
  if (result !== undefined) add(RETURN_VALUE, result);
  return members;
}
