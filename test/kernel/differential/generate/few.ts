/** Keys: few different ones, so that entries are met again. */
import type { Expr } from "../program.js";
import { int, type ValueType } from "../types.js";
import { condition } from "./conditions.js";
import type { Context, Scope } from "./context.js";
import { number } from "./numbers.js";
import { literal } from "./literals.js";

const WORDS = ["", "a", "ab", "abc"];

/** @param depth of the expressions in it; at 0 there are but constants and variables */
export function few(cx: Context, scope: Scope, type: ValueType, depth = 1): Expr {
  switch (type.kind) {
    case "int": {
      const left = depth === 0 ? someVariable(cx, scope) : number(cx, scope, depth);
      if (left === undefined || cx.once(2)) return { kind: "constant", value: BigInt(cx.below(4)), result: type };
      const right = literal(3n);
      const operand: Expr = { kind: "binary", op: "&", left, right, result: int(8, isSignedWith(left)) };
      return { kind: "cast", operand, result: type };
    }
    case "bool":
      return cx.once(2) && depth > 0
        ? condition(cx, scope, depth)
        : { kind: "constant", value: cx.once(2), result: type };
    case "enum":
      return { kind: "enumerator", name: cx.pick(type.members).name, result: type };
    case "string": {
      const value = cx.pick(WORDS.filter((word) => word.length < type.bytes));
      return { kind: "constant", value, result: { kind: "string", bytes: value.length + 1 } };
    }
    case "tuple": {
      const elements = type.elements.map((element) => few(cx, scope, element, depth));
      return { kind: "tuple", elements, result: { kind: "tuple", elements: elements.map((e) => e.result) } };
    }
    case "record": {
      const elements = type.members.map((member) => few(cx, scope, member.type, depth));
      const members = type.members.map(({ name }, i) => ({ name, type: elements[i]?.result ?? type }));
      return { kind: "record", elements, result: { kind: "record", members } };
    }
    case "array": {
      const bytes = type.length * (type.element.kind === "int" ? type.element.bytes : 1);
      if (bytes > 8) {
        const value = cx.pick(["a", "b"]).repeat(bytes - 1);
        const operand: Expr = { kind: "constant", value, result: { kind: "string", bytes } };
        return { kind: "cast", operand, result: type };
      }
      return { kind: "cast", operand: few(cx, scope, int(bytes as 1 | 2 | 4 | 8, cx.once(2)), depth), result: type };
    }
    default:
      throw new Error(`no keys of ${type.kind}`);
  }
}

/** An integer, without more ado. */
export function someVariable(cx: Context, scope: Scope): Expr | undefined {
  const found = scope.variables.filter(({ type }) => type.kind === "int");
  if (found.length === 0) return undefined;
  const { name, type } = cx.pick(found);
  return { kind: "variable", name, result: type };
}

const isSignedWith = ({ result }: Expr): boolean =>
  result.kind === "int" && (result.isSigned || result.isFlexible === true);
