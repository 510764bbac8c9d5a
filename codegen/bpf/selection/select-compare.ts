/** Selects conditions: fused into a branch, or as the value 0 or 1. */
import type { Condition, Instruction, Value } from "../../ir/ir.js";
import { NONE, type VirtualRegister } from "../machine/machine.js";
import { jumpOpcode } from "../../kernel/opcodes.js";
import { CONDITIONS } from "../../kernel/operations.js";
import { asImmediate, type Selection } from "./selection.js";

/** A condition of the IR, before registers. */
export interface Comparison {
  readonly condition: Condition;
  readonly left: Value;
  readonly right: Value;
}

/** A condition as one jump instruction asks it. */
export interface Test {
  readonly opcode: number;
  readonly a: VirtualRegister;
  readonly b: VirtualRegister;
  readonly imm: number;
}

export function selectCompare(
  s: Selection,
  { result, condition, left, right }: Extract<Instruction, { op: "compare" }>,
): void {
  const sign = signBitOf(s, { condition, left, right });
  if (sign !== undefined) {
    s.emitAluImmediate("shr", result, s.use(sign), 63);
    return;
  }
  const { comparison, isNegated } = simplify(s, { condition, left, right });
  s.emit("set", { def: result, ...testOf(s, isNegated ? { condition, left, right } : comparison) });
}

/** `a < 0` is its sign bit: no jump. */
const signBitOf = (s: Selection, { condition, left, right }: Comparison): Value | undefined =>
  condition === "slt" && s.facts.constant(right) === 0n
    ? left
    : condition === "sgt" && s.facts.constant(left) === 0n
      ? right
      : undefined;

/**
 * Looks through `(a < b) != 0` and `(a & b) != 0`. `isNegated`: the condition found is the opposite of the one given,
 * and BPF has no jump for the opposite.
 */
export function simplify(s: Selection, given: Comparison): { comparison: Comparison; isNegated: boolean } {
  let comparison = constantRight(s, given);
  let isNegated = false;
  for (let inner = testedAgainstZero(s, comparison); inner !== undefined; inner = testedAgainstZero(s, comparison)) {
    if (comparison.condition === "eq") isNegated = !isNegated;
    comparison = constantRight(s, inner);
  }
  const opposite = CONDITIONS[comparison.condition].negated;
  return isNegated && opposite !== undefined
    ? { comparison: { ...comparison, condition: opposite }, isNegated: false }
    : { comparison, isNegated };
}

function constantRight(s: Selection, { condition, left, right }: Comparison): Comparison {
  const isSwapped = s.facts.constant(left) !== undefined && s.facts.constant(right) === undefined;
  return isSwapped
    ? { condition: CONDITIONS[condition].swapped, left: right, right: left }
    : { condition, left, right };
}

function testedAgainstZero(s: Selection, { condition, left, right }: Comparison): Comparison | undefined {
  if ((condition !== "eq" && condition !== "ne") || s.facts.constant(right) !== 0n || !s.facts.isUsedOnce(left))
    return undefined;
  const inner = s.facts.definition(left);
  if (inner?.op === "compare") return inner;
  // Only masks that are an immediate or a variable: a wide constant would need a register all the same.
  return inner?.op === "alu" && inner.alu === "and"
    ? { condition: "test", left: inner.left, right: inner.right }
    : undefined;
}

/** Registers and opcode of a condition, in 64 bits or, where that is provably the same and shorter, in 32. */
export function testOf(s: Selection, given: Comparison): Test {
  const { condition, left, right } = constantRight(s, given);
  return halfTest(s, condition, left, right) ?? wideTest(s, condition, left, right);
}

function wideTest(s: Selection, condition: Condition, left: Value, right: Value): Test {
  const imm = s.immediate(right);
  const opcode = jumpOpcode(CONDITIONS[condition].code, { wide: true, register: imm === undefined });
  return { opcode, a: s.use(left), b: imm === undefined ? s.use(right) : NONE, imm: imm ?? 0 };
}

/** The signed conditions as they are for values whose upper halves are both zero. */
const UNSIGNED: { readonly [C in Condition]?: Condition } = { slt: "ult", sle: "ule", sgt: "ugt", sge: "uge" };

function halfTest(s: Selection, condition: Condition, left: Value, right: Value): Test | undefined {
  const constant = s.facts.constant(right);
  if (isZeroExtended(s, left) && (constant === undefined ? isZeroExtended(s, right) : isUnsignedHalf(constant))) {
    const saves =
      constant === undefined
        ? isWidening(s, left) || isWidening(s, right)
        : isWidening(s, left) || asImmediate(constant) === undefined;
    return saves ? halfOf(s, UNSIGNED[condition] ?? condition, left, right, constant) : undefined;
  }
  if (
    isSignExtended(s, left) &&
    (constant === undefined ? isSignExtended(s, right) : asImmediate(constant) !== undefined)
  ) {
    return halfOf(s, condition, left, right, constant);
  }
  return undefined;
}

function halfOf(s: Selection, condition: Condition, left: Value, right: Value, constant: bigint | undefined): Test {
  const opcode = jumpOpcode(CONDITIONS[condition].code, { wide: false, register: constant === undefined });
  return {
    opcode,
    a: s.useLowHalf(left),
    b: constant === undefined ? s.useLowHalf(right) : NONE,
    imm: constant === undefined ? 0 : Number(BigInt.asIntN(32, constant)),
  };
}

const isUnsignedHalf = (value: bigint): boolean => value >= 0n && value <= 0xffffffffn;

const isZeroExtended = (s: Selection, value: Value): boolean =>
  s.typeOf(value) === "int" && s.facts.significantBits(value) <= 32;

/** An extension that is made for this comparison only: comparing low halves saves it. */
function isWidening(s: Selection, value: Value): boolean {
  const definition = s.facts.definition(value);
  return definition?.op === "extend" && definition.bits === 32 && s.facts.isUsedOnce(value);
}

/** A sign extension of 32 bits that is made for this comparison only. */
function isSignExtended(s: Selection, value: Value): boolean {
  const definition = s.facts.definition(value);
  if (!s.facts.isUsedOnce(value)) return false;
  if (definition?.op === "extend") return definition.bits === 32 && definition.isSigned;
  return definition?.op === "load" && definition.bytes === 4 && definition.isSigned;
}
