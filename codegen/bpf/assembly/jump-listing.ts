/** A function as a list of instructions with places, whose jumps still go to labels. */
import { cell } from "../../column.js";
import type { BpfInstruction } from "../machine/code.js";
import { HELPERS } from "../../kernel/helpers.js";
import { CALLEE } from "../../kernel/bpf.js";
import {
  CALL_OPCODE,
  CLASS,
  CLASS_MASK,
  GOTOL_OPCODE,
  LDIMM64,
  MAY_GOTO_OPCODE,
  OPERATION_MASK,
} from "../../kernel/opcodes.js";
import { ALU, CONDITIONS } from "../../kernel/operations.js";

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
  /** The same when the kernel has put code in the place of calls and the like: it must be able to mend all jumps. */
  readonly latePlaces: Int32Array;
  /** Labels, as indexes of lines: the blocks of the function, and what far jumps need besides. */
  readonly labels: Int32Array;
  readonly size: number;
}

const sizeOf = (instruction: BpfInstruction): number => (instruction.opcode === LDIMM64 ? 2 : 1);

/**
 * How many instructions may take the place of one: kernel/bpf/verifier.c writes out lookups in maps and other calls,
 * `may_goto`, and divisions.
 */
function mostInKernel({ opcode, src, imm }: BpfInstruction): number {
  if (opcode === CALL_OPCODE) return src === CALLEE.function ? 1 : imm === HELPERS.loop.id ? 28 : 16;
  if (opcode === MAY_GOTO_OPCODE) return 12;
  const isArithmetic = (opcode & CLASS_MASK) === CLASS.alu32 || (opcode & CLASS_MASK) === CLASS.alu64;
  return isArithmetic && DIVISIONS.has(opcode & OPERATION_MASK) ? 8 : 1;
}

const DIVISIONS: ReadonlySet<number> = new Set([ALU.div.code, ALU.mod.code]);

export function placed(lines: readonly Line[], labels: Int32Array): Listing {
  const places = new Int32Array(lines.length + 1);
  const latePlaces = new Int32Array(lines.length + 1);
  lines.forEach(({ instruction }, at) => {
    const size = sizeOf(instruction);
    places[at + 1] = cell(places, at) + size;
    latePlaces[at + 1] = cell(latePlaces, at) + Math.max(size, mostInKernel(instruction));
  });
  return { lines, places, latePlaces, labels, size: cell(places, lines.length) };
}

/** What the jump at a line has to be told to get to a label. */
export function distance({ places, labels }: Listing, at: number, target: number): number {
  return cell(places, cell(labels, target)) - cell(places, at) - 1;
}

const SHORTEST = -0x8000;
const FURTHEST = 0x7fff;

/** Distances are 16 bits wide, in the kernel too. */
export function isShort({ latePlaces, labels }: Listing, at: number, target: number): boolean {
  const by = cell(latePlaces, cell(labels, target)) - cell(latePlaces, at) - 1;
  return by >= SHORTEST && by <= FURTHEST;
}

export const isInRange = (listing: Listing): boolean =>
  listing.lines.every(
    ({ target, instruction }, at) =>
      target === NO_TARGET || instruction.opcode === GOTOL_OPCODE || isShort(listing, at, target),
  );

const NEGATED: ReadonlyMap<number, number> = new Map(
  Object.values(CONDITIONS).flatMap(({ code, negated }) =>
    negated === undefined ? [] : [[code, CONDITIONS[negated].code] as const],
  ),
);

export function negatedJump(jump: BpfInstruction): BpfInstruction | undefined {
  const code = NEGATED.get(jump.opcode & OPERATION_MASK);
  return code === undefined ? undefined : { ...jump, opcode: code | (jump.opcode & ~OPERATION_MASK) };
}
