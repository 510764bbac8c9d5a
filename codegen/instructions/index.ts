/** Machine code, as far as probes have to understand it: where instructions start. */
import type { ProgramArchitecture } from "../facts.js";
import { AARCH64 } from "./aarch64.js";
import type { InstructionSet, Obstacle } from "./instruction-set.js";
import { I386, X86_64 } from "./x86.js";

export type { Obstacle } from "./instruction-set.js";

const INSTRUCTION_SETS: { readonly [A in ProgramArchitecture]: InstructionSet } = {
  x86_64: X86_64,
  i386: I386,
  aarch64: AARCH64,
};

/** `undecodable`: what comes before is no code, or none that is known. */
export type Boundary = "start" | "middle" | "undecodable";

/** Whether an instruction starts at an offset of some code, which has to be read from its start. */
export function boundaryAt(arch: ProgramArchitecture | undefined, code: Uint8Array, offset: number): Boundary {
  const lengthAt = arch && INSTRUCTION_SETS[arch].lengthAt;
  if (lengthAt === undefined) return "undecodable";
  let at = 0;
  while (at < offset) {
    const length = lengthAt(code, at);
    if (length === undefined) return "undecodable";
    at += length;
  }
  return at > offset ? "middle" : lengthAt(code, at) === undefined ? "undecodable" : "start";
}

/** What keeps the kernel from putting a uprobe on the instruction at an offset, if that is known. */
export const obstacleAt = (
  arch: ProgramArchitecture | undefined,
  code: Uint8Array,
  offset: number,
): Obstacle | undefined => arch && INSTRUCTION_SETS[arch].obstacleAt(code, offset);
