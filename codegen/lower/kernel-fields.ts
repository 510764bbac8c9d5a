/** Where the kernel that scripts are compiled for has its own fields. */
import { sizeOf } from "../types/layout.js";
import type { ProbeLowering } from "./probe-lowering.js";

export interface KernelField {
  readonly at: number;
  readonly bytes: 4 | 8;
}

export function fieldOf({ structs }: ProbeLowering, struct: string, name: string): KernelField | undefined {
  const type = structs.typeNamed(struct, "struct");
  const member = type?.kind === "struct" ? structs.member(type, name) : undefined;
  if (member === undefined) return undefined;
  return { at: member.offsetBits / 8, bytes: sizeOf(member.type) === 4 ? 4 : 8 };
}
