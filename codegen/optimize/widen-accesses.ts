/**
 * Wider accesses to memory: neighbouring stores of constants and zeros become one store, a narrow value with zeros behind it is
 * stored at full width, and copies and fills learn the alignment that their places really have.
 */
import { cell } from "../column.js";
import type { AccessBytes, Block, Instruction, IrFunction, Value } from "../ir/ir.js";
import { constants } from "../ir/varying.js";
import { alignmentOf } from "./alignment.js";
import { withBlocks } from "./blocks.js";
import { memoryFor, type MemoryModel } from "./memory-model.js";
import type { Pass, PassContext } from "./pass.js";
import type { Origin } from "./pointers.js";
import { Values } from "./substitution.js";

export const widenAccesses: Pass = {
  name: "widen-accesses",
  run: (fn, cx) => (hasWrites(fn) ? new Widener(fn, cx).run() : fn),
};

const hasWrites = (fn: IrFunction): boolean =>
  fn.blocks.some(({ instructions }) => instructions.some(({ op }) => op === "store" || op === "zero" || op === "copy"));

/** A constant, by program if it varies, or the low bytes of a value with zeros behind them. */
type Content = { readonly constant: readonly bigint[] } | { readonly value: Value; readonly valueBytes: AccessBytes };

const ZERO: Content = { constant: [0n] };

/** A write of at most eight bytes that may become part of a wider one. */
interface Piece {
  /** In the output. */
  readonly at: number;
  readonly origin: Origin;
  readonly bytes: number;
  readonly content: Content;
  readonly pointer: Value;
  readonly offset: number;
  readonly span: Instruction["span"];
}

/** Neighbours are written soon after one another. */
const MAX_PIECES = 16;

class Widener {
  readonly #fn: IrFunction;
  readonly #model: MemoryModel;
  readonly #values: Values;
  /** Of the block that is being rewritten; undefined where a piece has gone into a wider one. */
  #output: (Instruction | undefined)[] = [];
  /** Pieces that nothing has read or written since. */
  #pieces: Piece[] = [];

  constructor(fn: IrFunction, cx: PassContext) {
    this.#fn = fn;
    this.#model = memoryFor(fn, cx.maps);
    this.#values = new Values(fn);
  }

  run(): IrFunction {
    const blocks = this.#fn.blocks.map((block) => this.#block(block));
    return withBlocks(this.#fn, blocks, this.#values.types);
  }

  #block(block: Block): Block {
    this.#output = [];
    this.#pieces = [];
    for (const instruction of block.instructions) this.#instruction(instruction);
    const instructions = this.#output.filter((i) => i !== undefined);
    const isSame =
      instructions.length === block.instructions.length && instructions.every((i, at) => i === block.instructions[at]);
    return isSame ? block : { ...block, instructions };
  }

  #instruction(i: Instruction): void {
    const aligned = this.#aligned(i);
    const piece = this.#pieceOf(aligned);
    this.#forget(i);
    if (piece !== undefined && this.#join(piece)) return;
    this.#output.push(aligned);
    if (piece !== undefined) this.#watch(piece);
  }

  #watch(piece: Piece): void {
    this.#pieces.push(piece);
    if (this.#pieces.length > MAX_PIECES) this.#pieces.shift();
  }

  #aligned(i: Instruction): Instruction {
    if (i.op === "zero") {
      const align = this.#alignmentAt(i.to, i.toOffset);
      return align > i.align ? { ...i, align } : i;
    }
    if (i.op !== "copy") return i;
    const align = Math.min(this.#alignmentAt(i.to, i.toOffset), this.#alignmentAt(i.from, i.fromOffset)) as AccessBytes;
    return align > i.align ? { ...i, align } : i;
  }

  #alignmentAt(pointer: Value, offset: number): AccessBytes {
    const origin = this.#model.pointers.originOf(pointer);
    if (origin === undefined) return 1;
    return alignmentOf(this.#fn, this.#model.pointers, { base: origin.base, offset: origin.offset + offset });
  }

  // ---- pieces

  #pieceOf(i: Instruction): Piece | undefined {
    if (i.op === "zero" && i.bytes < 8) return this.#piece(i.to, i.toOffset, i.bytes, ZERO, i.span);
    if (i.op !== "store" || i.bytes === 8 || this.#values.typeOf(i.value) !== "int") return undefined;
    const content = this.#constantOf(i.value) ?? { value: i.value, valueBytes: i.bytes };
    return this.#piece(i.pointer, i.offset, i.bytes, content, i.span);
  }

  #constantOf(value: Value): Content | undefined {
    const definition = this.#model.pointers.definitions.of(value);
    if (definition?.op === "varying") return { constant: definition.values };
    return definition?.op === "const" ? { constant: [definition.value] } : undefined;
  }

  #piece(
    pointer: Value,
    offset: number,
    bytes: number,
    content: Content,
    span: Instruction["span"],
  ): Piece | undefined {
    const from = this.#model.pointers.originOf(pointer);
    if (from === undefined) return undefined;
    const origin: Origin = { base: from.base, offset: from.offset + offset };
    return { at: this.#output.length, origin, bytes, content, pointer, offset, span };
  }

  /** Pieces that the instruction may read or overwrite cannot move behind it. */
  #forget(i: Instruction): void {
    if (this.#pieces.length === 0) return;
    if (this.#model.changedMaps(i) !== "none") {
      this.#pieces = [];
      return;
    }
    for (const { origin, bytes } of this.#model.accessesOf(i)) {
      const end = bytes === undefined ? Infinity : origin.offset + bytes;
      this.#pieces = this.#pieces.filter((piece) =>
        piece.origin.base === origin.base
          ? piece.origin.offset + piece.bytes <= origin.offset || end <= piece.origin.offset
          : !this.#model.pointers.mayOverlap(piece.origin.base, origin.base),
      );
    }
  }

  // ---- joining

  /** Makes one store of the piece and a neighbour. */
  #join(piece: Piece): boolean {
    const neighbour = this.#pieces.find((other) => this.#wholeOf(other, piece) !== undefined);
    const whole = neighbour === undefined ? undefined : this.#wholeOf(neighbour, piece);
    if (neighbour === undefined || whole === undefined) return false;
    this.#output[neighbour.at] = undefined;
    this.#pieces = this.#pieces.filter((other) => other !== neighbour);
    this.#store(whole);
    return true;
  }

  /** The two pieces as one, if they are next to each other and one store can write them. */
  #wholeOf(a: Piece, b: Piece): Piece | undefined {
    const [low, high] = a.origin.offset < b.origin.offset ? [a, b] : [b, a];
    const bytes = low.bytes + high.bytes;
    const areNeighbours = low.origin.base === high.origin.base && low.origin.offset + low.bytes === high.origin.offset;
    if (!areNeighbours || (bytes !== 2 && bytes !== 4 && bytes !== 8)) return undefined;
    if (alignmentOf(this.#fn, this.#model.pointers, low.origin) < bytes) return undefined;
    const content = joined(low, high);
    return content === undefined ? undefined : { ...low, bytes, content, span: b.span };
  }

  #store(whole: Piece): void {
    const { pointer, offset, content, span } = whole;
    const bytes = whole.bytes as AccessBytes;
    const value = "constant" in content ? this.#constant(content.constant, span) : this.#extended(content, bytes, span);
    const at = this.#output.length;
    this.#output.push({ op: "store", pointer, offset, bytes, value, span });
    if (bytes < 8) this.#watch({ ...whole, at });
  }

  #constant(values: readonly bigint[], span: Instruction["span"]): Value {
    const result = this.#values.add("int");
    this.#output.push(constants(result, values, span));
    return result;
  }

  #extended(content: Extract<Content, { value: Value }>, bytes: AccessBytes, span: Instruction["span"]): Value {
    const { value, valueBytes } = content;
    if (valueBytes >= bytes) return value;
    const result = this.#values.add("int");
    const bits = (valueBytes * 8) as 8 | 16 | 32;
    this.#output.push({ op: "extend", result, value, bits, isSigned: false, span });
    return result;
  }
}

/** What is in two neighbours together, if one store can write it. */
function joined(low: Piece, high: Piece): Content | undefined {
  if (!("constant" in high.content)) return undefined;
  const highs = high.content.constant;
  if (!("constant" in low.content)) return highs.every((value) => value === 0n) ? low.content : undefined;
  const lows = low.content.constant;
  const lowBits = low.bytes * 8;
  const bits = lowBits + high.bytes * 8;
  const joinedAt = (program: number): bigint =>
    BigInt.asIntN(bits, BigInt.asUintN(lowBits, at(lows, program)) | (at(highs, program) << BigInt(lowBits)));
  const constant = (lows.length > 1 ? lows : highs).map((_, program) => joinedAt(program));
  // A store of eight bytes has an immediate of four.
  return bits < 64 || constant.every((value) => BigInt.asIntN(32, value) === value) ? { constant } : undefined;
}

/** One constant is that of all programs. */
const at = (constant: readonly bigint[], program: number): bigint => cell(constant, constant.length > 1 ? program : 0);
