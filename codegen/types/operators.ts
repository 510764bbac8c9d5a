/**
 * Binary operators: to which types the operands are converted, and what comes out (language.md 7.3–7.8, 8.3).
 */
import type { BinaryOp } from "../../grammar/index.js";
import { promote, promoteIntegers } from "./promote.js";
import { read } from "./readings.js";
import { mergeSpaces, spaceOf } from "./spaces.js";
import { BOOL, INT64, int, pointer, sameType, UINT8, type ArrayType, type IntType, type Type } from "./type.js";

export interface BinaryTyping {
  readonly kind: "typed";
  /** What the operands are converted to before they are combined. */
  readonly left: Type;
  readonly right: Type;
  readonly result: Type;
}

/** Why two operands cannot be combined: the messages of language.md 19.4. */
export type BinaryProblem =
  /** Operands of different families, as they stand after conversion. */
  | { readonly kind: "mismatch"; readonly left: Type; readonly right: Type }
  /** One family that does not support the operator, or a pointer with something that cannot join it. */
  | { readonly kind: "unsupported" }
  | { readonly kind: "array-operator" }
  | { readonly kind: "array-shape"; readonly differs: readonly ("length" | "element")[] };

type OpClass = "logic" | "equality" | "order" | "minus" | "arithmetic";

export const OP_CLASSES: { readonly [O in BinaryOp]: OpClass } = {
  "||": "logic",
  "&&": "logic",
  "==": "equality",
  "!=": "equality",
  "<": "order",
  ">": "order",
  "<=": "order",
  ">=": "order",
  "-": "minus",
  "+": "arithmetic",
  "*": "arithmetic",
  "/": "arithmetic",
  "%": "arithmetic",
  "&": "arithmetic",
  "|": "arithmetic",
  "^": "arithmetic",
  "<<": "arithmetic",
  ">>": "arithmetic",
};

const isComparison = (op: BinaryOp): boolean => OP_CLASSES[op] === "equality" || OP_CLASSES[op] === "order";

/** `&&`, `||` and comparisons answer yes or no. */
export const yieldsBool = (op: BinaryOp): boolean => OP_CLASSES[op] === "logic" || isComparison(op);

const typed = (left: Type, right: Type, result: Type): BinaryTyping => ({ kind: "typed", left, right, result });

export function binaryOperands(op: BinaryOp, leftType: Type, rightType: Type): BinaryTyping | BinaryProblem {
  const left = read(leftType);
  const right = read(rightType);
  if (left.kind === "bool" && right.kind === "bool") return typed(BOOL, BOOL, BOOL);
  const a = asNumber(left);
  const b = asNumber(right);
  if (a !== undefined && b !== undefined) return integers(op, a, b, left, right);
  if (left.kind === "pointer" || right.kind === "pointer") return pointers(op, left, right);
  if (left.kind !== right.kind) return mismatch(op, left, right);
  if (left.kind === "array") return arrays(op, left, right as ArrayType);
  return others(op, left, right);
}

/** A bool among integers acts as 0 or 1. */
function asNumber(type: Type): IntType | undefined {
  if (type.kind === "int") return type;
  if (type.kind === "enum") return int(type.bytes, type.isSigned);
  return type.kind === "bool" ? UINT8 : undefined;
}

function integers(op: BinaryOp, a: IntType, b: IntType, left: Type, right: Type): BinaryTyping {
  const space = mergeSpaces(a.space, b.space);
  switch (OP_CLASSES[op]) {
    case "logic":
      return typed(left, right, BOOL);
    case "equality":
    case "order": {
      const both = promoteIntegers(a, b);
      return typed(both, both, BOOL);
    }
    case "minus":
      return typed(INT64, INT64, int(8, true, space));
    case "arithmetic": {
      const isSigned = adapted(a, b).isSigned || adapted(b, a).isSigned;
      return typed(int(8, isSigned), int(8, isSigned), int(8, isSigned, space));
    }
  }
}

/** A sign-flexible operand takes the signedness of the other one. */
export const adapted = (type: IntType, other: IntType): IntType =>
  type.isFlexible && !other.isFlexible ? { ...type, isSigned: other.isSigned } : type;

function pointers(op: BinaryOp, left: Type, right: Type): BinaryTyping | BinaryProblem {
  if (!canJoinPointer(left) || !canJoinPointer(right)) {
    return left.kind === "void" || right.kind === "void" || left.kind === "none" || right.kind === "none"
      ? { kind: "mismatch", left, right }
      : { kind: "unsupported" };
  }
  if (yieldsBool(op)) return typed(wide(left), wide(right), BOOL);
  const moved = left.kind === "pointer" ? left : right;
  const by = left.kind === "pointer" ? right : left;
  if (moved.kind !== "pointer" || by.kind === "pointer") return { kind: "unsupported" };
  if (op !== "+" && !(op === "-" && moved === left)) return { kind: "unsupported" };
  return typed(wide(left), wide(right), pointer(moved.to, mergeSpaces(moved.space, spaceOf(by))));
}

const canJoinPointer = (type: Type): boolean => type.kind === "pointer" || asNumber(type) !== undefined;

/** Integers that meet a pointer are extended by their own sign. */
function wide(type: Type): Type {
  const number = asNumber(type);
  return number === undefined ? type : int(8, number.isSigned);
}

function arrays(op: BinaryOp, left: ArrayType, right: ArrayType): BinaryTyping | BinaryProblem {
  if (OP_CLASSES[op] !== "equality") return { kind: "array-operator" };
  const differs: ("length" | "element")[] = [];
  if (left.length !== right.length) differs.push("length");
  if (left.length !== right.length || left.element.kind !== "int" || !sameType(left.element, right.element)) {
    differs.push("element");
  }
  return differs.length > 0 ? { kind: "array-shape", differs } : typed(left, right, BOOL);
}

/** Strings, tuples, stacks, symbols …: equal or not, if they are of one type. */
function others(op: BinaryOp, left: Type, right: Type): BinaryTyping | BinaryProblem {
  const both = left.kind === "string" ? left : promote(left, right);
  if (both === undefined) return mismatch(op, left, right);
  if (OP_CLASSES[op] !== "equality" || !HAS_EQUALITY.has(left.kind)) return { kind: "unsupported" };
  return left.kind === "string" ? typed(left, right, BOOL) : typed(both, both, BOOL);
}

const HAS_EQUALITY: ReadonlySet<Type["kind"]> = new Set([
  "string",
  "buffer",
  "struct",
  "tuple",
  "record",
  "stack",
  "inet",
  "ksym",
  "usym",
  "mac",
  "timestamp",
  "timestamp-mode",
  "username",
  "cgroup-path",
]);

/**
 * Arithmetic has widened its integer operand before it finds that it cannot go on, unless the other one is a string or
 * nothing; the message shows that.
 */
function mismatch(op: BinaryOp, left: Type, right: Type): BinaryProblem {
  const isEarly = yieldsBool(op) || [left, right].some(({ kind }) => kind === "string" || kind === "none");
  const shown = (type: Type): Type => (isEarly || type.kind === "bool" ? type : wide(type));
  return { kind: "mismatch", left: shown(left), right: shown(right) };
}

/** Operands of `/` and `%` that unsigned division treats wrongly (language.md 8.4). */
export function dividesSigned(op: BinaryOp, leftType: Type, rightType: Type): boolean {
  if (op !== "/" && op !== "%") return false;
  const left = read(leftType);
  const right = read(rightType);
  if (left.kind === "bool" && right.kind === "bool") return false;
  const a = asNumber(left);
  const b = asNumber(right);
  if (a === undefined || b === undefined) return false;
  const x = adapted(a, b);
  const y = adapted(b, a);
  return (x.isSigned || y.isSigned) && (x.isSigned !== y.isSigned || x.bytes !== y.bytes);
}
