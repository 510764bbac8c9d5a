/** Operators on scalars (language.md 6.1, 7.6, 8.3, 9). All arithmetic is 64-bit and wraps. */
import type { BinaryOp, Span } from "../../grammar/index.js";
import { InternalError } from "../internal-error.js";
import type { AluOp, Condition, Value } from "../ir/ir.js";
import { sizeOf } from "../types/layout.js";
import { binaryOperands } from "../types/operators.js";
import type { Type } from "../types/type.js";
import { convertScalar } from "./convert.js";
import type { ProbeLowering } from "./probe-lowering.js";

/** A value with its type. */
export interface Typed {
  readonly value: Value;
  readonly type: Type;
}

/** Any operator but the short-circuiting ones. */
export function lowerArithmetic(cx: ProbeLowering, op: BinaryOp, left: Typed, right: Typed, span: Span): Value {
  const compare = COMPARISONS[op];
  if (compare !== undefined) {
    const condition = compare[isSignedComparison(op, left.type, right.type) ? 1 : 0];
    return cx.b.compare(condition, compared(cx, left, right.type), compared(cx, right, left.type));
  }
  const alu = ALU[op];
  if (alu === undefined) throw new InternalError("lower", `no instruction for ${op}`, span);
  if (alu === "div" || alu === "mod") return divide(cx, alu, left.value, right.value, span);
  const [a, b] = scaled(cx, numbered(cx, left), numbered(cx, right));
  return truthOf(cx, cx.b.alu(alu, a, b), left.type, right.type);
}

const COMPARISONS: Partial<{ readonly [O in BinaryOp]: readonly [unsigned: Condition, signed: Condition] }> = {
  "==": ["eq", "eq"],
  "!=": ["ne", "ne"],
  "<": ["ult", "slt"],
  "<=": ["ule", "sle"],
  ">": ["ugt", "sgt"],
  ">=": ["uge", "sge"],
};

/** `/` and `%` are unsigned and `>>` is logical, whatever the types (language.md 9). */
const ALU: Partial<{ readonly [O in BinaryOp]: AluOp }> = {
  "+": "add",
  "-": "sub",
  "*": "mul",
  "/": "div",
  "%": "mod",
  "&": "and",
  "|": "or",
  "^": "xor",
  "<<": "shl",
  ">>": "shr",
};

/** A number that is compared with a pointer becomes one. */
const compared = (cx: ProbeLowering, { value, type }: Typed, other: Type): Value =>
  other.kind === "pointer" ? convertScalar(cx.b, value, type, other) : value;

/** Both operands have been extended by their own signs; the type that they meet in decides. */
function isSignedComparison(op: BinaryOp, left: Type, right: Type): boolean {
  if (left.kind === "pointer" || right.kind === "pointer") return false;
  const typing = binaryOperands(op, left, right);
  return typing.kind === "typed" && typing.left.kind === "int" && typing.left.isSigned;
}

/** A zero divisor gives 1 and a warning. */
function divide(cx: ProbeLowering, alu: "div" | "mod", left: Value, right: Value, span: Span): Value {
  const { b } = cx;
  return b.choose("ne", right, b.int(0), {
    then: () => b.alu(alu, left, right),
    otherwise: () => {
      cx.warn("divide-by-zero", span);
      return b.int(1);
    },
  });
}

/** The verifier lets nobody calculate with a pointer, but add a constant. */
const numbered = (cx: ProbeLowering, { value, type }: Typed): Typed =>
  cx.context.isTyped && type.kind === "pointer" ? { value: cx.asNumber(value), type } : { value, type };

/** An integer that is added to a pointer counts elements. */
function scaled(cx: ProbeLowering, left: Typed, right: Typed): readonly [Value, Value] {
  const by = (pointer: Type, n: Value): Value =>
    pointer.kind === "pointer" ? cx.b.alu("mul", n, cx.b.int(strideOf(pointer))) : n;
  if (left.type.kind === "pointer" && right.type.kind !== "pointer") return [left.value, by(left.type, right.value)];
  if (right.type.kind === "pointer" && left.type.kind !== "pointer") return [by(right.type, left.value), right.value];
  return [left.value, right.value];
}

/** In bytes; 1 for void and incomplete types. */
export const strideOf = (pointer: Extract<Type, { kind: "pointer" }>): number => Math.max(1, sizeOf(pointer.to));

/** Two bools under any operator give a bool. */
function truthOf(cx: ProbeLowering, value: Value, left: Type, right: Type): Value {
  return left.kind === "bool" && right.kind === "bool" ? cx.b.compare("ne", value, cx.b.int(0)) : value;
}
