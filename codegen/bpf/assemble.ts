/**
 * Gives every instruction its place and every jump its distance.
 *
 * Distances are 16 bits wide. A jump that is too far becomes `if … goto +1; goto far` the other way round, with
 * `gotol` (ISA v4) for the far jump; kernels without it get a chain of jumps through places in between.
 */
import type { Span } from "../../grammar/index.js";
import {
  bpfInstruction,
  type BlockEnd,
  type BpfInstruction,
  type CodeBlock,
  type FunctionCode,
  type Reference,
} from "./code.js";
import {
  CLASS,
  CLASS_MASK,
  EXIT_OPCODE,
  GOTOL_OPCODE,
  GOTO_OPCODE,
  JUMPS,
  LDIMM64,
  OPERATION_MASK,
} from "./opcodes.js";

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

/** An instruction with the label that it jumps to, or NO_TARGET. Labels are numbered as the blocks of the function. */
interface Line {
  readonly instruction: BpfInstruction;
  readonly target: number;
}

const NO_TARGET = -1;
const SHORTEST = -0x8000;
const FURTHEST = 0x7fff;
/** Where a long jump cannot be encoded, jumps on the way to it stand at most this far apart. */
const ISLAND_DISTANCE = 0x7000;

export function assemble(functions: readonly FunctionCode[], options: AssembleOptions): AssembledProgram {
  const listings = functions.map((fn) => listingOf(fn, options));
  const offsets: number[] = [];
  let total = 0;
  functions.forEach(({ index }, at) => {
    offsets[index] = total;
    total += listings[at]?.size ?? 0;
  });
  const writer = new Writer(total, offsets);
  functions.forEach(({ index }, at) => {
    const listing = listings[at];
    if (listing !== undefined) writer.write(listing, offsets[index] ?? 0);
  });
  return {
    code: writer.code,
    references: writer.references,
    functions: functions.map(({ index, name }) => ({ index, name, offset: offsets[index] ?? 0 })),
    lines: writer.lines,
  };
}

// ---------------------------------------------------------------- one function as a list

interface Listing {
  readonly lines: readonly Line[];
  /** Of lines, in 8-byte units from the start of the function. */
  readonly places: Int32Array;
  /** Of blocks. */
  readonly labels: Int32Array;
  readonly size: number;
}

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
  blocks.forEach((_, at) => (labels[at] = labels[forwarded[at] ?? at] ?? 0));
  return { lines, labels };
}

function endLines(end: BlockEnd, forwarded: Int32Array, next: number): readonly Line[] {
  const real = (target: number): number => forwarded[target] ?? target;
  const goto = (target: number, span: Span | undefined): readonly Line[] =>
    real(target) === next ? [] : [{ instruction: bpfInstruction(GOTO_OPCODE, span), target: real(target) }];
  switch (end.kind) {
    case "goto":
      return goto(end.target, end.span);
    case "exit":
      return [{ instruction: bpfInstruction(EXIT_OPCODE, end.span), target: NO_TARGET }];
    case "may-goto":
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

const NEGATED: ReadonlyMap<number, number> = new Map(
  Object.values(JUMPS).flatMap(({ code, negated }) =>
    negated === undefined ? [] : [[code, JUMPS[negated].code] as const],
  ),
);

function negatedJump(jump: BpfInstruction): BpfInstruction | undefined {
  const code = NEGATED.get(jump.opcode & OPERATION_MASK);
  return code === undefined ? undefined : { ...jump, opcode: code | (jump.opcode & ~OPERATION_MASK) };
}

/** Where a jump to each block really ends: empty blocks only pass it on. */
function forwardings(blocks: readonly CodeBlock[]): Int32Array {
  return Int32Array.from(blocks, (_, start) => {
    let at = start;
    for (let steps = 0; steps < blocks.length; steps++) {
      const block = blocks[at];
      if (block?.end.kind !== "goto" || block.body.length > 0) break;
      at = block.end.target;
    }
    return at;
  });
}

/** Unreachable instructions are refused by the kernel. */
function reachable(blocks: readonly CodeBlock[], forwarded: Int32Array): Uint8Array {
  const isUsed = new Uint8Array(blocks.length);
  const work = [forwarded[0] ?? 0];
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

// ---------------------------------------------------------------- places and distances

const sizeOf = (instruction: BpfInstruction): number => (instruction.opcode === LDIMM64 ? 2 : 1);

/** @param labels of blocks, as indexes of lines */
function placed(lines: readonly Line[], labels: Int32Array): Listing {
  const places = new Int32Array(lines.length + 1);
  lines.forEach(({ instruction }, at) => (places[at + 1] = (places[at] ?? 0) + sizeOf(instruction)));
  return { lines, places, labels, size: places[lines.length] ?? 0 };
}

function distance({ places, labels }: Listing, at: number, target: number): number {
  return (places[labels[target] ?? 0] ?? 0) - (places[at] ?? 0) - 1;
}

const isShort = (by: number): boolean => by >= SHORTEST && by <= FURTHEST;

const isInRange = (listing: Listing): boolean =>
  listing.lines.every(
    ({ target, instruction }, at) =>
      target === NO_TARGET || instruction.opcode === GOTOL_OPCODE || isShort(distance(listing, at, target)),
  );

const isConditional = (instruction: BpfInstruction): boolean =>
  instruction.opcode !== GOTO_OPCODE && instruction.opcode !== GOTOL_OPCODE;

/** Turns jumps that are too far into `gotol`, until all fit: growing code may push others out of range. */
function withLongJumps(given: Listing): Listing {
  let listing = given;
  while (!isInRange(listing)) {
    const insertions: Line[][] = listing.lines.map((line, at) => {
      if (
        line.target === NO_TARGET ||
        line.instruction.opcode === GOTOL_OPCODE ||
        isShort(distance(listing, at, line.target))
      )
        return [line];
      const far: Line = { instruction: bpfInstruction(GOTOL_OPCODE, line.instruction.span), target: line.target };
      return isConditional(line.instruction) ? aroundFar(line, far) : [far];
    });
    listing = relaid(listing, insertions);
  }
  return listing;
}

/** `if … goto far` as `if … goto +1; goto +1; goto far`: the condition need not have an opposite. */
function aroundFar(line: Line, far: Line): Line[] {
  const skip = (instruction: BpfInstruction): Line => ({
    instruction: { ...instruction, offset: 1 },
    target: NO_TARGET,
  });
  const negated = negatedJump(line.instruction);
  if (negated !== undefined) return [skip(negated), far];
  return [skip(line.instruction), skip(bpfInstruction(GOTO_OPCODE, line.instruction.span)), far];
}

/** Lines replaced by others; labels move along. */
function relaid({ labels }: Listing, replaced: readonly (readonly Line[])[]): Listing {
  const starts = new Int32Array(replaced.length + 1);
  replaced.forEach((lines, at) => (starts[at + 1] = (starts[at] ?? 0) + lines.length));
  return placed(
    replaced.flat(),
    labels.map((at) => starts[at] ?? 0),
  );
}

/**
 * Without `gotol`: far jumps hop. Every `ISLAND_DISTANCE` units an island is laid, a row of jumps that the code around
 * it skips; each far jump goes to its own one in the next island, and from there on.
 */
function withIslands(given: Listing): Listing {
  const labels: number[] = [...given.labels];
  let listing = given;
  for (let turn = 0; !isInRange(listing); turn++) {
    if (turn > MAX_ISLAND_TURNS) throw new Error("a jump is out of range, and so are the places between");
    listing = withIsland(listing, labels);
  }
  return listing;
}

const MAX_ISLAND_TURNS = 4096;

/** Lays one hop for the first far jump: near enough to it, between two lines. */
function withIsland(listing: Listing, labels: number[]): Listing {
  const at = listing.lines.findIndex(({ target }, i) => target !== NO_TARGET && !isShort(distance(listing, i, target)));
  const line = listing.lines[at];
  if (line === undefined) return listing;
  const isForward = distance(listing, at, line.target) > 0;
  const goal = (listing.places[at] ?? 0) + (isForward ? ISLAND_DISTANCE : -ISLAND_DISTANCE);
  let spot = isForward
    ? listing.places.findIndex((place) => place >= goal)
    : listing.places.findLastIndex((place) => place <= goal);
  // Not into the middle of a jump over the next instruction.
  while (
    spot > 0 &&
    (listing.lines[spot - 1]?.instruction.offset ?? 0) === 1 &&
    listing.lines[spot - 1]?.target === NO_TARGET &&
    isJump(listing.lines[spot - 1])
  )
    spot--;
  const span = line.instruction.span;
  const hop: Line = { instruction: bpfInstruction(GOTO_OPCODE, span), target: line.target };
  const over: Line = { instruction: { ...bpfInstruction(GOTO_OPCODE, span), offset: 1 }, target: NO_TARGET };
  const replaced = listing.lines.map((one, i) => (i === spot ? [over, hop, one] : [one]));
  const moved = relaid(listing, replaced);
  // The hop is a new label: it stands one line after where the code at `spot` was.
  const label = labels.push(0) - 1;
  const grown = Int32Array.from({ length: labels.length }, (_, i) => (i === label ? spot + 1 : (moved.labels[i] ?? 0)));
  const from = at < spot ? at : at + 2;
  const lines = moved.lines.map((one, i) => (i === from ? { ...one, target: label } : one));
  // What jumps to the code at `spot` enters through the jump over the hop.
  return placed(lines, grown);
}

const isJump = (line: Line | undefined): boolean => {
  const kind = (line?.instruction.opcode ?? 0) & CLASS_MASK;
  return kind === CLASS.jmp || kind === CLASS.jmp32;
};

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
      const place = start + (listing.places[at] ?? 0);
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
    this.#view.setInt16(at + 2, isLong ? 0 : instruction.offset + by, true);
    this.#view.setInt32(at + 4, isLong ? by : this.#immediate(instruction, place), true);
    if (opcode === LDIMM64) this.#view.setInt32(at + 12, instruction.high, true);
    if (reference !== undefined && reference.kind !== "function")
      this.references.push({ instruction: place, reference });
  }

  /** Functions are addressed relative to the next instruction. */
  #immediate({ reference, imm }: BpfInstruction, place: number): number {
    return reference?.kind === "function" ? (this.#functionOffsets[reference.callee] ?? 0) - place - 1 : imm;
  }
}
