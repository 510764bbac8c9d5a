/** A function as a list of instructions with places, whose jumps still go to labels. */
import type { BpfInstruction } from "./code.js";
import { GOTOL_OPCODE, JUMPS, LDIMM64, OPERATION_MASK } from "./opcodes.js";

/** An instruction with the label that it jumps to, or NO_TARGET. */
export interface Line {
  readonly instruction: BpfInstruction;
  readonly target: number;
}

export const NO_TARGET = -1;

export interface Listing {
  readonly lines: readonly Line[];
  /** Of lines, in 8-byte units from the start of the function. */
  readonly places: Int32Array;
  /** Labels, as indexes of lines: the blocks of the function, and what far jumps need besides. */
  readonly labels: Int32Array;
  readonly size: number;
}

const sizeOf = (instruction: BpfInstruction): number => (instruction.opcode === LDIMM64 ? 2 : 1);

export function placed(lines: readonly Line[], labels: Int32Array): Listing {
  const places = new Int32Array(lines.length + 1);
  lines.forEach(({ instruction }, at) => (places[at + 1] = (places[at] ?? 0) + sizeOf(instruction)));
  return { lines, places, labels, size: places[lines.length] ?? 0 };
}

/** What the jump at a line has to be told to get to a label. */
export function distance({ places, labels }: Listing, at: number, target: number): number {
  return (places[labels[target] ?? 0] ?? 0) - (places[at] ?? 0) - 1;
}

const SHORTEST = -0x8000;
const FURTHEST = 0x7fff;

/** Distances are 16 bits wide. */
export const isShort = (by: number): boolean => by >= SHORTEST && by <= FURTHEST;

export const isInRange = (listing: Listing): boolean =>
  listing.lines.every(
    ({ target, instruction }, at) =>
      target === NO_TARGET || instruction.opcode === GOTOL_OPCODE || isShort(distance(listing, at, target)),
  );

const NEGATED: ReadonlyMap<number, number> = new Map(
  Object.values(JUMPS).flatMap(({ code, negated }) =>
    negated === undefined ? [] : [[code, JUMPS[negated].code] as const],
  ),
);

export function negatedJump(jump: BpfInstruction): BpfInstruction | undefined {
  const code = NEGATED.get(jump.opcode & OPERATION_MASK);
  return code === undefined ? undefined : { ...jump, opcode: code | (jump.opcode & ~OPERATION_MASK) };
}
