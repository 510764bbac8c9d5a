/** Random values of any type that a variable or a map may have. */
import { sizeOf } from "../layout.js";
import type { Expr } from "../program.js";
import {
  type ArrayType,
  fits,
  int,
  isSame,
  type RecordType,
  type StringType,
  type TupleType,
  type ValueType,
} from "../types.js";
import { access } from "./accesses.js";
import { condition } from "./conditions.js";
import type { Context, Scope } from "./context.js";
import { literal } from "./literals.js";
import { cast, choose, fitting, integer, number, operation } from "./numbers.js";

const WORDS = ["", "a", "ab", "abc", "tsbt", "a longer text than a register", "x".repeat(60)];

/** What fits where `type` is inferred: the type stays as it is. */
export function valueFor(cx: Context, scope: Scope, type: ValueType, depth: number): Expr {
  switch (type.kind) {
    case "int":
      return fitting(cx, scope, type, depth);
    case "bool":
      return condition(cx, scope, depth);
    case "enum":
      return enumValue(cx, scope, type);
    default:
      return cx.choose<Expr>([
        [2, () => access(cx, scope, (candidate) => fits(candidate, type))],
        [depth > 0 ? 1 : 0, () => choose(cx, scope, depth, () => valueFor(cx, scope, type, depth - 1))],
        [2, () => made(cx, scope, type, depth)],
      ]);
  }
}

function made(cx: Context, scope: Scope, type: ValueType, depth: number): Expr | undefined {
  switch (type.kind) {
    case "string":
      return text(cx, scope, type);
    case "tuple":
      return tuple(cx, scope, type, depth);
    case "record":
      return record(cx, scope, type, depth);
    case "array":
      return array(cx, scope, type, depth);
    default:
      return undefined;
  }
}

function text(cx: Context, scope: Scope, { bytes }: StringType): Expr {
  const shorter = cx.once(4) ? access(cx, scope, (type) => type.kind === "string" && type.bytes <= bytes) : undefined;
  if (shorter !== undefined) return cast(shorter, { kind: "string", bytes });
  const given = cx.positional[2] ?? "";
  if (cx.once(8) && given.length < bytes) {
    return { kind: "positional", number: 3, value: given, result: { kind: "string", bytes: given.length + 1 } };
  }
  const value = cx.pick(WORDS.filter((word) => word.length < bytes));
  return { kind: "constant", value, result: { kind: "string", bytes: value.length + 1 } };
}

const inner = (depth: number): number => Math.max(0, depth - 1);

function tuple(cx: Context, scope: Scope, type: TupleType, depth: number): Expr {
  const elements = type.elements.map((element) => valueFor(cx, scope, element, inner(depth)));
  return { kind: "tuple", elements, result: { kind: "tuple", elements: elements.map(({ result }) => result) } };
}

/** The order of its members does not matter (7.5). */
function record(cx: Context, scope: Scope, type: RecordType, depth: number): Expr {
  const turned = cx.once(3) ? type.members.toReversed() : type.members;
  const made = turned.map((member) => ({ name: member.name, value: valueFor(cx, scope, member.type, inner(depth)) }));
  const members = made.map(({ name, value }) => ({ name, type: value.result }));
  return { kind: "record", elements: made.map(({ value }) => value), result: { kind: "record", members } };
}

/** Of an integer, or of a string that is as large. */
function array(cx: Context, scope: Scope, type: ArrayType, depth: number): Expr | undefined {
  const size = sizeOf(type);
  if (cx.once(2) || size > 8) {
    const string: ValueType = { kind: "string", bytes: size };
    const found = access(cx, scope, (candidate) => isSame(candidate, string));
    if (found !== undefined) return cast(found, type);
    if (size > 8) return cast({ kind: "constant", value: cx.pick(["q", "y"]).repeat(size - 1), result: string }, type);
  }
  const bytes = cx.pick(([1, 2, 4, 8] as const).filter((b) => b <= size));
  return cast(integer(cx, scope, int(bytes, cx.once(2)), inner(depth)), type);
}

function enumValue(cx: Context, scope: Scope, type: Extract<ValueType, { kind: "enum" }>): Expr {
  return cx.choose<Expr>([
    [2, () => access(cx, scope, (candidate) => isSame(candidate, type))],
    [2, () => ({ kind: "enumerator", name: cx.pick(type.members).name, result: type })],
    [1, () => cast(operation("&", number(cx, scope, 1), literal(3n)), type)],
  ]);
}
