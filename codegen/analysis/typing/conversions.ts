/** Values that go where they were not made for: implicit casts and their warnings (language.md 8.4, 8.5). */
import type { Expr, Span } from "../../../grammar/index.js";
import { familyOf } from "../../types/families.js";
import { holds } from "../../types/literals.js";
import { asInteger, promote } from "../../types/promote.js";
import { fits } from "../../types/readings.js";
import { type EnumType, type Type, typeName } from "../../types/type.js";
import { isUnknown, type Slot } from "../names/slots.js";
import type { BodyTyping } from "./body-typing.js";

/** Warns when a run-time expression is cast to an integer that may not hold it. */
export function checkImplicitCast(cx: BodyTyping, expr: Expr, from: Type, to: Type): void {
  if (literalValue(expr) !== undefined || from.kind === "aggregation" || fits(from, to)) return;
  cx.bag.warning("implicit-cast", expr.span, { from: typeName(from), to: typeName(to) });
}

/** The value of an integer literal; blocks around it are transparent. */
export function literalValue(expr: Expr): bigint | undefined {
  if (expr.kind === "integer") return expr.value;
  if (expr.kind === "block" && expr.statements.length === 0 && expr.value !== undefined)
    return literalValue(expr.value);
  return undefined;
}

/** Whether a value of type `from` may be stored in the slot, converted or not. */
export function isAcceptable(slot: Slot, expr: Expr, from: Type): boolean {
  const to = slot.type;
  const target = asInteger(to);
  if (target !== undefined && asInteger(from) !== undefined && !slot.isLocked) {
    const value = literalValue(expr);
    return value === undefined || holds(target, value);
  }
  const both = promote(to, from);
  return both !== undefined && (!slot.isFixed || typeName(both) === typeName(to));
}

/** Conditions are integers, pointers, bools and literal strings (language.md 8.7). */
export function checkCondition(cx: BodyTyping, condition: Expr, type: Type, span: Span): void {
  if (isUnknown(type) || CONDITIONS.has(type.kind) || condition.kind === "string") return;
  cx.bag.error("condition-type", span, { family: familyOf(type) });
}

const CONDITIONS: ReadonlySet<Type["kind"]> = new Set(["int", "enum", "pointer", "bool"]);

/** Negative ones have the bits of large ones. */
const isSameWord = (a: bigint, b: bigint): boolean => BigInt.asUintN(64, a) === BigInt.asUintN(64, b);

/** A literal that becomes an enum must be one of its values. */
export function checkEnumerator(cx: BodyTyping, expr: Expr, to: EnumType, span = expr.span): void {
  const value = literalValue(expr);
  if (value === undefined || cx.structs.enumerators(to).some((e) => isSameWord(e.value, value))) return;
  cx.bag.error("enum-value", span, { name: to.name, value });
}
