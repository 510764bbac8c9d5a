/** Gives every instruction its place and every jump its distance. */
import { cell } from "../../column.js";
import type { Span } from "../../../grammar/index.js";
import { InternalError } from "../../internal-error.js";
import {
  bpfInstruction,
  type BlockEnd,
  type BpfInstruction,
  type CodeBlock,
  type FunctionCode,
  type Reference,
} from "../machine/code.js";
import { withIslands, withLongJumps } from "./far-jumps.js";
import { distance, isInRange, type Line, type Listing, negatedJump, NO_TARGET, placed } from "./jump-listing.js";
import { EXIT_OPCODE, GOTOL_OPCODE, GOTO_OPCODE, LDIMM64 } from "../../kernel/opcodes.js";

/** A place in the program where something refers to what the loader knows. `instruction` counts 8-byte units. */
export interface CodeReference {
  readonly instruction: number;
  readonly reference: Exclude<Reference, { kind: "function" }>;
}

export interface AssembledFunction {
  /** Its number in the IR program. */
  readonly index: number;
  readonly name: string;
  /** In 8-byte units from the start of the program. */
  readonly offset: number;
}

export interface AssembledProgram {
  readonly code: Uint8Array;
  readonly references: readonly CodeReference[];
  readonly functions: readonly AssembledFunction[];
  /** Where code for another place of the source starts, ascending. */
  readonly lines: readonly { readonly instruction: number; readonly span: Span }[];
}

export interface AssembleOptions {
  /** `gotol` is there: ISA v4, 6.6. Asked only when a jump is too far. */
  readonly hasLongJumps: () => boolean;
}

export function assemble(functions: readonly FunctionCode[], options: AssembleOptions): AssembledProgram {
  const listings = functions.map((fn) => listingOf(fn, options));
  const offsets: number[] = [];
  let total = 0;
  functions.forEach(({ index }, at) => {
    offsets[index] = total;
    total += cell(listings, at).size;
  });
  const writer = new Writer(total, offsets);
  functions.forEach(({ index }, at) => {
    const listing = listings[at];
    if (listing !== undefined) writer.write(listing, cell(offsets, index));
  });
  return {
    code: writer.code,
    references: writer.references,
    functions: functions.map(({ index, name }) => ({ index, name, offset: cell(offsets, index) })),
    lines: writer.lines,
  };
}

// ---------------------------------------------------------------- one function as a list

function listingOf(fn: FunctionCode, options: AssembleOptions): Listing {
  const lines = linesOf(fn.blocks);
  const listing = placed(lines.lines, lines.labels);
  return isInRange(listing) ? listing : options.hasLongJumps() ? withLongJumps(listing) : withIslands(listing);
}

/** Blocks one after the other; a jump to what follows anyway is left out. */
function linesOf(blocks: readonly CodeBlock[]): { lines: Line[]; labels: Int32Array } {
  const forwarded = forwardings(blocks);
  const isUsed = reachable(blocks, forwarded);
  const used = blocks.map((_, at) => at).filter((at) => isUsed[at] === 1);
  const lines: Line[] = [];
  const labels = new Int32Array(blocks.length);
  used.forEach((at, i) => {
    const block = blocks[at];
    if (block === undefined) return;
    labels[at] = lines.length;
    for (const instruction of block.body) lines.push({ instruction, target: NO_TARGET });
    lines.push(...endLines(block.end, forwarded, used[i + 1] ?? -1));
  });
  blocks.forEach((_, at) => (labels[at] = cell(labels, cell(forwarded, at))));
  return { lines, labels };
}

function endLines(end: BlockEnd, forwarded: Int32Array, next: number): readonly Line[] {
  const real = (target: number): number => cell(forwarded, target);
  const goto = (target: number, span: Span | undefined): readonly Line[] =>
    real(target) === next ? [] : [{ instruction: bpfInstruction(GOTO_OPCODE, span), target: real(target) }];
  switch (end.kind) {
    case "goto":
      return goto(end.target, end.span);
    case "exit":
      return [{ instruction: bpfInstruction(EXIT_OPCODE, end.span), target: NO_TARGET }];
    case "may-goto":
      // Some kernels refuse one that jumps nowhere: "may-goto-on" in `../../kernel/verifier-facts.ts`.
      if (real(end.next) === real(end.exhausted)) return goto(end.next, end.jump.span);
      return [{ instruction: end.jump, target: real(end.exhausted) }, ...goto(end.next, end.jump.span)];
    case "branch": {
      const { jump } = end;
      const [then, otherwise] = [real(end.then), real(end.otherwise)];
      if (then === otherwise) return goto(then, jump.span);
      const negated = then === next ? negatedJump(jump) : undefined;
      if (negated !== undefined) return [{ instruction: negated, target: otherwise }];
      return [{ instruction: jump, target: then }, ...goto(otherwise, jump.span)];
    }
  }
}

/** Where a jump to each block really ends: empty blocks only pass it on. */
function forwardings(blocks: readonly CodeBlock[]): Int32Array {
  const ends = new Int32Array(blocks.length).fill(UNKNOWN);
  return ends.map((_, start) => {
    const passed: number[] = [];
    let at = start;
    while (ends[at] === UNKNOWN) {
      const block = blocks[at];
      ends[at] = at;
      if (block?.end.kind !== "goto" || block.body.length > 0) break;
      passed.push(at);
      at = block.end.target;
    }
    const end = ends[at] ?? at;
    for (const one of passed) ends[one] = end;
    return end;
  });
}

const UNKNOWN = -1;

/** Unreachable instructions are refused by the kernel. */
function reachable(blocks: readonly CodeBlock[], forwarded: Int32Array): Uint8Array {
  const isUsed = new Uint8Array(blocks.length);
  const work = [cell(forwarded, 0)];
  for (let at = work.pop(); at !== undefined; at = work.pop()) {
    if (isUsed[at] === 1) continue;
    isUsed[at] = 1;
    for (const target of targetsOf(blocks[at]?.end)) work.push(forwarded[target] ?? target);
  }
  return isUsed;
}

function targetsOf(end: BlockEnd | undefined): readonly number[] {
  switch (end?.kind) {
    case "goto":
      return [end.target];
    case "branch":
      return [end.then, end.otherwise];
    case "may-goto":
      return [end.next, end.exhausted];
    default:
      return [];
  }
}

// ---------------------------------------------------------------- bytes

class Writer {
  readonly code: Uint8Array;
  readonly references: CodeReference[] = [];
  readonly lines: { readonly instruction: number; readonly span: Span }[] = [];
  readonly #view: DataView;
  readonly #functionOffsets: readonly number[];

  /** @param functionOffsets by number in the IR program */
  constructor(size: number, functionOffsets: readonly number[]) {
    this.code = new Uint8Array(size * 8);
    this.#view = new DataView(this.code.buffer);
    this.#functionOffsets = functionOffsets;
  }

  write(listing: Listing, start: number): void {
    // A function that has lines at all must have one at its start.
    let span = listing.lines.find(({ instruction }) => instruction.span !== undefined)?.instruction.span;
    if (span !== undefined) this.lines.push({ instruction: start, span });
    listing.lines.forEach(({ instruction, target }, at) => {
      const place = start + cell(listing.places, at);
      if (at > 0 && instruction.span !== undefined && instruction.span !== span) {
        span = instruction.span;
        this.lines.push({ instruction: place, span });
      }
      const by = target === NO_TARGET ? 0 : distance(listing, at, target);
      this.#instruction(instruction, place, by);
    });
  }

  #instruction(instruction: BpfInstruction, place: number, by: number): void {
    const { opcode, dst, src, reference } = instruction;
    const isLong = opcode === GOTOL_OPCODE;
    const at = place * 8;
    this.#view.setUint8(at, opcode);
    this.#view.setUint8(at + 1, dst | (src << 4));
    const offset = isLong ? 0 : instruction.offset + by;
    if (offset !== (offset << 16) >> 16)
      throw new InternalError("assemble", `an offset of ${offset} does not fit its instruction`);
    this.#view.setInt16(at + 2, offset, true);
    this.#view.setInt32(at + 4, isLong ? by : this.#immediate(instruction, place), true);
    if (opcode === LDIMM64) this.#view.setInt32(at + 12, instruction.high, true);
    if (reference !== undefined && reference.kind !== "function")
      this.references.push({ instruction: place, reference });
  }

  /** Functions are addressed relative to the next instruction. */
  #immediate({ reference, imm }: BpfInstruction, place: number): number {
    return reference?.kind === "function" ? cell(this.#functionOffsets, reference.callee) - place - 1 : imm;
  }
}
