/**
 * Computes what is constant, applies the identities of arithmetic, folds constant offsets into addresses and decides
 * branches. `compare` that is only compared with zero becomes the condition of the branch itself.
 *
 * A mask or extension is dropped only when the operand's definition already bounds it in a way that the kernel's verifier
 * sees too (a narrow load, a mask, a shift): what made an access provable stays provable.
 */
import { evaluateAlu, evaluateByteSwap, evaluateExtend, holds } from "../ir/evaluate.js";
import { ALU, CONDITIONS } from "../kernel/operations.js";
import {
  isDereferenceable,
  type AluOp,
  type Block,
  type Condition,
  type Instruction,
  type IrFunction,
  type Opcode,
  type Target,
  type Terminator,
  type Value,
  type ValueType,
} from "../ir/ir.js";
import { bitLength, type OperandFacts, significantBitsOf } from "../ir/known-bits.js";
import { mapOperands, mapTerminatorOperands, resultOf } from "../ir/operands.js";
import { constants } from "../ir/varying.js";
import { graphFor } from "./analyses.js";
import { dropUnreachable, withBlocks } from "./blocks.js";
import { Definitions } from "./definitions.js";
import type { Pass } from "./pass.js";
import { Substitution, Values } from "./substitution.js";

type InstructionOf<O extends Opcode> = Extract<Instruction, { readonly op: O }>;
/** Another instruction for the same result, a value that is the result already, or nothing better. */
type Better = Instruction | Value | undefined;

export const foldConstants: Pass = { name: "fold-constants", run: (fn) => new Folder(fn).run() };

class Folder {
  readonly #fn: IrFunction;
  readonly #values: Values;
  readonly #definitions = new Definitions();
  readonly #same = new Substitution();
  /** By value: an upper bound of the number of its significant bits, as an unsigned number. */
  readonly #bits: number[] = [];
  readonly #operands: OperandFacts = {
    constant: (value) => this.#constant(value),
    significantBits: (value) => this.#significantBits(value),
  };
  /** Of the block that is being rewritten. */
  #output: Instruction[] = [];
  #hasVarying = false;

  constructor(fn: IrFunction) {
    this.#fn = fn;
    this.#values = new Values(fn);
  }

  run(): IrFunction {
    const rewritten: Block[] = [];
    // Definitions come before their uses in this order, except for the arguments of back edges.
    for (const block of graphFor(this.#fn).order) rewritten[block.id] = this.#block(block);
    const blocks = this.#fn.blocks.map((block) => this.#same.apply(rewritten[block.id] ?? block));
    return dropUnreachable(withBlocks(this.#fn, blocks, this.#values.types));
  }

  #block(block: Block): Block {
    this.#output = [];
    for (const instruction of block.instructions) this.#instruction(instruction);
    const terminator = this.#terminator(mapTerminatorOperands(block.terminator, this.#same.resolve));
    const isSame =
      terminator === block.terminator &&
      this.#output.length === block.instructions.length &&
      this.#output.every((instruction, at) => instruction === block.instructions[at]);
    return isSame ? block : { ...block, instructions: this.#output, terminator };
  }

  #instruction(original: Instruction): void {
    let instruction = mapOperands(original, this.#same.resolve);
    const result = resultOf(instruction);
    for (;;) {
      const better = this.#better(instruction);
      if (better === undefined) break;
      if (typeof better === "number") {
        if (result !== undefined) this.#same.replace(result, better);
        return;
      }
      instruction = better;
    }
    this.#emit(instruction);
  }

  #emit(instruction: Instruction): void {
    this.#output.push(instruction);
    this.#definitions.add(instruction);
    if (instruction.op === "varying") this.#hasVarying = true;
    const result = resultOf(instruction);
    if (result !== undefined) this.#bits[result] = significantBitsOf(instruction, this.#operands);
  }

  // ---- terminators

  #terminator(terminator: Terminator): Terminator {
    if (terminator.op !== "branch") return terminator;
    let branch = terminator;
    for (;;) {
      if (isSameTarget(branch.then, branch.otherwise)) return jump(branch.then, branch);
      const known = this.#decide(branch.condition, branch.left, branch.right);
      if (known !== undefined) return jump(known ? branch.then : branch.otherwise, branch);
      const better = this.#betterBranch(branch);
      if (better === undefined) return branch;
      branch = better;
    }
  }

  #betterBranch(branch: Extract<Terminator, { op: "branch" }>): Extract<Terminator, { op: "branch" }> | undefined {
    const { condition, left, right, then, otherwise } = branch;
    const simpler = this.#simplerComparison(condition, left, right, branch);
    if (simpler !== undefined) return { ...branch, ...simpler };
    // `(a & b) == 0` has no condition of its own, but a branch can exchange its targets.
    const inner = this.#zeroTest(condition, left, right);
    if (inner?.condition === "test" && condition === "eq") {
      return { ...branch, condition: "test", left: inner.left, right: inner.right, then: otherwise, otherwise: then };
    }
    const masked = condition === "eq" && this.#isConstant(right, 0n) ? this.#definitions.as(left, "alu") : undefined;
    if (masked?.alu === "and") {
      return { ...branch, condition: "test", left: masked.left, right: masked.right, then: otherwise, otherwise: then };
    }
    return undefined;
  }

  // ---- instructions

  #better(instruction: Instruction): Better {
    const each = this.#hasVarying ? this.#inEach(instruction) : undefined;
    if (each !== undefined) return each;
    switch (instruction.op) {
      case "alu":
        return this.#alu(instruction);
      case "extend":
        return this.#extend(instruction);
      case "byte-swap":
        return this.#byteSwap(instruction);
      case "compare":
        return this.#compare(instruction);
      case "load":
        return this.#access(instruction);
      case "store":
      case "atomic-add":
      case "atomic-fetch-add":
      case "atomic-claim":
        return this.#access(instruction) ?? this.#narrowed(instruction);
      case "copy":
        return this.#copy(instruction);
      case "zero":
        return this.#zero(instruction);
      default:
        return undefined;
    }
  }

  #alu(i: InstructionOf<"alu">): Better {
    const [left, right] = [this.#constant(i.left), this.#constant(i.right)];
    if (left !== undefined && right !== undefined) return this.#toConstant(i, evaluateAlu(i.alu, left, right));
    if (left !== undefined && ALU[i.alu].commutes) return { ...i, left: i.right, right: i.left };
    if (this.#typeOf(i.result) !== "int") return right === undefined ? undefined : this.#pointerPlus(i, right);
    if (right !== undefined) return IDENTITIES[i.alu](i.left, right, this.#rules(i)) ?? this.#reassociate(i, right);
    if (left === 0n && ZERO_STAYS.has(i.alu)) return i.left;
    if (i.left !== i.right) return undefined;
    if (i.alu === "sub" || i.alu === "xor") return this.#toConstant(i, 0n);
    return i.alu === "and" || i.alu === "or" ? i.left : undefined;
  }

  /** What the instruction gives in each of the programs that are compiled as one, where all operands are known there. */
  #inEach(i: Instruction): Better {
    switch (i.op) {
      case "alu": {
        const both = this.#together(i.left, i.right, (left, right) => evaluateAlu(i.alu, left, right));
        if (both !== undefined) return this.#toConstants(i, both);
        const isSwapped = ALU[i.alu].commutes && this.#varying(i.left) !== undefined;
        return isSwapped && this.#varying(i.right) === undefined ? { ...i, left: i.right, right: i.left } : undefined;
      }
      case "extend": {
        const values = this.#varying(i.value);
        return (
          values &&
          this.#toConstants(
            i,
            values.map((value) => evaluateExtend(value, i.bits, i.isSigned)),
          )
        );
      }
      case "byte-swap": {
        const values = this.#varying(i.value);
        return (
          values &&
          this.#toConstants(
            i,
            values.map((value) => evaluateByteSwap(value, i.bits)),
          )
        );
      }
      default:
        return undefined;
    }
  }

  /** By program, if both are constants and one of them varies. */
  #together<T>(left: Value, right: Value, of: (left: bigint, right: bigint) => T): readonly T[] | undefined {
    const [a, b] = [this.#varying(left), this.#varying(right)];
    const [first, second] = [this.#constant(left), this.#constant(right)];
    if (a === undefined) return first === undefined ? undefined : b?.map((value) => of(first, value));
    if (b === undefined) return second === undefined ? undefined : a.map((value) => of(value, second));
    return a.map((value, at) => of(value, b[at] ?? 0n));
  }

  #varying(value: Value): readonly bigint[] | undefined {
    return this.#definitions.as(value, "varying")?.values;
  }

  #rules(i: InstructionOf<"alu">): IdentityRules {
    return {
      constant: (value) => this.#toConstant(i, value),
      instead: (alu, right) => ({ ...i, alu, right: this.#newConstant(right, i) }),
      bits: this.#significantBits(i.left),
    };
  }

  #pointerPlus(i: InstructionOf<"alu">, right: bigint): Better {
    if (right === 0n) return i.left;
    if (i.alu === "sub") return { ...i, alu: "add", right: this.#newConstant(-right, i) };
    const base = this.#definitions.as(i.left, "map-value");
    const offset = base === undefined ? undefined : BigInt(base.offset) + right;
    if (base !== undefined && offset !== undefined && offset >= 0n && offset < MAX_MAP_OFFSET) {
      return { ...base, result: i.result, offset: Number(offset), span: i.span };
    }
    return this.#reassociate(i, right);
  }

  /** `(x op a) op b` is `x op (a op b)`. */
  #reassociate(i: InstructionOf<"alu">, right: bigint): Better {
    const join = REASSOCIATES[i.alu];
    const inner = this.#definitions.as(i.left, "alu");
    if (join === undefined || inner?.alu !== i.alu) return undefined;
    const first = this.#constant(inner.right);
    if (first === undefined) return undefined;
    const joined = join(first, right);
    if (joined === undefined) return this.#toConstant(i, 0n);
    return { ...i, left: inner.left, right: this.#newConstant(joined, i) };
  }

  #extend(i: InstructionOf<"extend">): Better {
    const value = this.#constant(i.value);
    if (value !== undefined) return this.#toConstant(i, evaluateExtend(value, i.bits, i.isSigned));
    const bits = this.#significantBits(i.value);
    if (i.isSigned ? bits < i.bits : bits <= i.bits) return i.value;
    if (i.isSigned && this.#isSignExtended(i.value, i.bits)) return i.value;
    const inner = this.#definitions.of(i.value);
    if (inner?.op === "extend" && inner.bits >= i.bits) return { ...i, value: inner.value };
    if (inner?.op === "alu" && inner.alu === "and" && this.#keepsLowBits(inner.right, i.bits)) {
      return { ...i, value: inner.left };
    }
    return undefined;
  }

  #isSignExtended(value: Value, bits: number): boolean {
    const definition = this.#definitions.of(value);
    if (definition?.op === "extend") return definition.isSigned && definition.bits <= bits;
    return definition?.op === "load" && definition.isSigned && definition.bytes * 8 <= bits;
  }

  #keepsLowBits(mask: Value, bits: number): boolean {
    const value = this.#constant(mask);
    const low = (1n << BigInt(bits)) - 1n;
    return value !== undefined && (value & low) === low;
  }

  #byteSwap(i: InstructionOf<"byte-swap">): Better {
    const value = this.#constant(i.value);
    if (value !== undefined) return this.#toConstant(i, evaluateByteSwap(value, i.bits));
    const inner = this.#definitions.as(i.value, "byte-swap");
    if (inner?.bits !== i.bits) return undefined;
    if (i.bits === 64) return inner.value;
    return { op: "extend", result: i.result, value: inner.value, bits: i.bits, isSigned: false, span: i.span };
  }

  #compare(i: InstructionOf<"compare">): Better {
    const known = this.#decide(i.condition, i.left, i.right);
    if (known !== undefined) return this.#toConstant(i, known ? 1n : 0n);
    if (this.#typeOf(i.left) === "int" && this.#isTruth(i.condition, i.left, i.right)) return i.left;
    const simpler = this.#simplerComparison(i.condition, i.left, i.right, i);
    return simpler === undefined ? undefined : { ...i, ...simpler };
  }

  /** True for `truth != 0` and `truth == 1`: that is the truth value itself. */
  #isTruth(condition: Condition, left: Value, right: Value): boolean {
    if (this.#definitions.as(left, "compare") === undefined) return false;
    return (condition === "ne" && this.#isConstant(right, 0n)) || (condition === "eq" && this.#isConstant(right, 1n));
  }

  // ---- comparisons

  /** What the comparison always gives, if that is known. */
  #decide(condition: Condition, left: Value, right: Value): boolean | undefined {
    const [a, b] = [this.#constant(left), this.#constant(right)];
    if (a !== undefined && b !== undefined) return holds(condition, a, b);
    if (this.#hasVarying) {
      const each = this.#together(left, right, (x, y) => holds(condition, x, y));
      if (each !== undefined) return each.every((one) => one === each[0]) ? each[0] : undefined;
    }
    const relation = CONDITIONS[condition];
    if (left === right && relation.ofEquals !== undefined) return relation.ofEquals;
    if (b === 0n && isDereferenceable(this.#typeOf(left))) return NOT_NULL_IS[condition];
    if (a === 0n && isDereferenceable(this.#typeOf(right))) return NOT_NULL_IS[relation.swapped];
    return b === undefined ? undefined : this.#decideByBits(condition, left, b);
  }

  /** `left` is below a power of two. */
  #decideByBits(condition: Condition, left: Value, right: bigint): boolean | undefined {
    const bits = this.#significantBits(left);
    if (bits === 64) return undefined;
    const bound = BigInt.asUintN(64, right);
    if (condition === "test") return bound % (1n << BigInt(bits)) === 0n ? false : undefined;
    if (bound < 1n << BigInt(bits)) return undefined;
    switch (condition) {
      case "ult":
      case "ule":
      case "ne":
        return true;
      case "ugt":
      case "uge":
      case "eq":
        return false;
      default:
        return undefined;
    }
  }

  #simplerComparison(
    condition: Condition,
    left: Value,
    right: Value,
    at: Instruction | Terminator,
  ): Comparison | undefined {
    if (this.#constant(left) !== undefined)
      return { condition: CONDITIONS[condition].swapped, left: right, right: left };
    const inner = this.#zeroTest(condition, left, right);
    const isWanted = condition === "ne";
    if (inner !== undefined) {
      const chosen = isWanted ? inner.condition : CONDITIONS[inner.condition].negated;
      if (chosen !== undefined) return { condition: chosen, left: inner.left, right: inner.right };
    }
    if (condition !== "eq" && condition !== "ne") return undefined;
    const alu = this.#definitions.as(left, "alu");
    const bound = this.#constant(right);
    if (alu === undefined || bound === undefined || this.#typeOf(left) !== "int") return undefined;
    if (bound === 0n && (alu.alu === "sub" || alu.alu === "xor"))
      return { condition, left: alu.left, right: alu.right };
    if (bound === 0n && alu.alu === "and" && isWanted) return { condition: "test", left: alu.left, right: alu.right };
    const added = alu.alu === "add" ? this.#constant(alu.right) : undefined;
    if (added === undefined) return undefined;
    return { condition, left: alu.left, right: this.#newConstant(bound - added, at) };
  }

  /** The comparison whose truth value is compared with 0 (or 1, the other way round). */
  #zeroTest(condition: Condition, left: Value, right: Value): Comparison | undefined {
    if (condition !== "eq" && condition !== "ne") return undefined;
    const inner = this.#definitions.as(left, "compare");
    if (inner === undefined) return undefined;
    if (this.#isConstant(right, 0n)) return inner;
    const negated = CONDITIONS[inner.condition].negated;
    return this.#isConstant(right, 1n) && negated !== undefined ? { ...inner, condition: negated } : undefined;
  }

  // ---- addresses

  #access(i: InstructionOf<"load" | "store" | "atomic-add" | "atomic-fetch-add" | "atomic-claim">): Better {
    const address = this.#address(i.pointer, i.offset, i.bytes);
    return address === undefined ? undefined : { ...i, ...address };
  }

  /** Memory takes the low bytes alone: what was done to the others does not matter. */
  #narrowed(i: InstructionOf<"store" | "atomic-add" | "atomic-fetch-add" | "atomic-claim">): Better {
    const stored = this.#definitions.of(i.value);
    const bits = i.bytes * 8;
    if (stored?.op === "extend" && stored.bits >= bits) return { ...i, value: stored.value };
    if (stored?.op !== "alu" || stored.alu !== "and" || bits === 64) return undefined;
    return this.#keepsLowBits(stored.right, bits) ? { ...i, value: stored.left } : undefined;
  }

  #copy(i: InstructionOf<"copy">): Better {
    const to = this.#address(i.to, i.toOffset, i.bytes);
    if (to !== undefined) return { ...i, to: to.pointer, toOffset: to.offset };
    const from = this.#address(i.from, i.fromOffset, i.bytes);
    return from === undefined ? undefined : { ...i, from: from.pointer, fromOffset: from.offset };
  }

  #zero(i: InstructionOf<"zero">): Better {
    const to = this.#address(i.to, i.toOffset, i.bytes);
    return to === undefined ? undefined : { ...i, to: to.pointer, toOffset: to.offset };
  }

  /** Without its constant part, which goes into the offset as far as that has 16 bits. */
  #address(pointer: Value, offset: number, bytes: number): { pointer: Value; offset: number } | undefined {
    const sum = this.#definitions.as(pointer, "alu");
    if (sum?.alu !== "add") return undefined;
    const added = this.#constant(sum.right);
    if (added === undefined) return undefined;
    const total = BigInt(offset) + added;
    if (total < -0x8000n || total + BigInt(bytes) > 0x7fffn) return undefined;
    return { pointer: sum.left, offset: Number(total) };
  }

  // ---- values

  #constant(value: Value): bigint | undefined {
    return this.#definitions.constantOf(value);
  }

  #isConstant(value: Value, constant: bigint): boolean {
    return this.#constant(value) === constant;
  }

  #typeOf(value: Value): ValueType {
    return this.#values.typeOf(value);
  }

  #significantBits(value: Value): number {
    return this.#bits[value] ?? 64;
  }

  #toConstant(i: { readonly result: Value; readonly span: Instruction["span"] }, value: bigint): Instruction {
    return { op: "const", result: i.result, value: BigInt.asIntN(64, value), span: i.span };
  }

  #toConstants(
    i: { readonly result: Value; readonly span: Instruction["span"] },
    values: readonly bigint[],
  ): Instruction {
    return constants(
      i.result,
      values.map((value) => BigInt.asIntN(64, value)),
      i.span,
    );
  }

  #newConstant(value: bigint, at: Instruction | Terminator): Value {
    const result = this.#values.add("int");
    this.#emit(this.#toConstant({ result, span: at.span }, value));
    return result;
  }
}

interface Comparison {
  readonly condition: Condition;
  readonly left: Value;
  readonly right: Value;
}

const jump = (target: Target, { span }: Terminator): Terminator => ({ op: "jump", target, span });

const isSameTarget = (a: Target, b: Target): boolean =>
  a.block === b.block && a.args.every((value, at) => value === b.args[at]);

/** BPF_MAX_VAR_OFF of the kernel. */
const MAX_MAP_OFFSET = 1n << 29n;

/** What comparing a pointer that is not null with 0 gives. */
const NOT_NULL_IS: { readonly [C in Condition]?: boolean } = { eq: false, ne: true };

// ---------------------------------------------------------------- identities

interface IdentityRules {
  readonly constant: (value: bigint) => Instruction;
  readonly instead: (alu: AluOp, right: bigint) => Instruction;
  /** Significant bits of the left operand. */
  readonly bits: number;
}
/** Of `left op right` with a constant on the right. */
type Identity = (left: Value, right: bigint, rules: IdentityRules) => Better;

const neutral =
  (element: bigint): Identity =>
  (left, right) =>
    right === element ? left : undefined;

/** A shift drops bits; by 0 it does nothing. */
const shift: Identity = (left, right) => ((right & 63n) === 0n ? left : undefined);

const log2 = (value: bigint): bigint | undefined => {
  const unsigned = BigInt.asUintN(64, value);
  return unsigned > 0n && (unsigned & (unsigned - 1n)) === 0n ? BigInt(bitLength(unsigned) - 1) : undefined;
};

const IDENTITIES: { readonly [O in AluOp]: Identity } = {
  add: neutral(0n),
  sub: (left, right, rules) => (right === 0n ? left : rules.instead("add", BigInt.asIntN(64, -right))),
  mul: (left, right, rules) => {
    if (right === 0n) return rules.constant(0n);
    if (right === 1n) return left;
    const shifted = log2(right);
    return shifted === undefined ? undefined : rules.instead("shl", shifted);
  },
  div: (left, right, rules) => {
    if (right === 0n) return rules.constant(0n);
    if (right === 1n) return left;
    const shifted = log2(right);
    return shifted === undefined ? undefined : rules.instead("shr", shifted);
  },
  mod: (left, right, rules) => {
    if (right === 0n) return left;
    if (right === 1n) return rules.constant(0n);
    return log2(right) === undefined ? undefined : rules.instead("and", BigInt.asIntN(64, right - 1n));
  },
  and: (left, right, rules) => {
    if (right === 0n) return rules.constant(0n);
    const kept = (1n << BigInt(rules.bits)) - 1n;
    return (BigInt.asUintN(64, right) & kept) === kept ? left : undefined;
  },
  or: (left, right, rules) => (right === -1n ? rules.constant(-1n) : neutral(0n)(left, right, rules)),
  xor: neutral(0n),
  shl: shift,
  shr: (left, right, rules) => (rules.bits <= Number(right & 63n) ? rules.constant(0n) : shift(left, right, rules)),
  sar: shift,
};

/** `0 op x` is 0. */
const ZERO_STAYS: ReadonlySet<AluOp> = new Set<AluOp>(["shl", "shr", "sar", "div", "mod"]);

/** The constant of `x op (a, b)`; undefined when all bits are shifted out. */
type Join = (first: bigint, second: bigint) => bigint | undefined;
const shifts: Join = (first, second) => {
  const sum = (first & 63n) + (second & 63n);
  return sum > 63n ? undefined : sum;
};
const REASSOCIATES: { readonly [O in AluOp]?: Join } = {
  add: (a, b) => a + b,
  mul: (a, b) => a * b,
  and: (a, b) => a & b,
  or: (a, b) => a | b,
  xor: (a, b) => a ^ b,
  shl: shifts,
  shr: shifts,
  sar: (a, b) => shifts(a, b) ?? 63n,
};
