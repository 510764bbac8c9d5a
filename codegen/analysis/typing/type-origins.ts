/** Where a type came from that something else does not fit: what the messages about it show below the mistake. */
import { type Context, context, type Expr, type Help } from "../../../grammar/index.js";
import { typeName } from "../../types/type.js";
import type { Site, Slot } from "../names/slots.js";
import type { BodyTyping } from "./body-typing.js";

/** The place that gave a slot its type, unless it is the one that is told of. @param name - `$x`, or "the keys of @x" */
export function originOf(slot: Slot, name: string, told: Site | undefined): readonly Context[] {
  const origin = slot.originBefore(told);
  return origin === undefined ? [] : [context("type-origin", origin.site.span, { name, type: typeName(origin.type) })];
}

export const originHelp = (slot: Slot, name: string, told: Site): (() => Help) => {
  return () => ({ contexts: originOf(slot, name, told) });
};

/** Of operands and arguments: where those that are names have their types from. */
export const originsOf =
  (cx: BodyTyping, exprs: readonly Expr[]): (() => Help) =>
  () => ({ contexts: exprs.flatMap((expr) => originOfValue(cx, expr)) });

function originOfValue(cx: BodyTyping, expr: Expr): readonly Context[] {
  switch (expr.kind) {
    case "variable": {
      const variable = cx.variable(expr);
      return variable === undefined ? [] : originOf(variable.slot, expr.name, undefined);
    }
    case "map":
    case "map-access": {
      const name = expr.kind === "map" ? expr.name : expr.map.name;
      return originOf(cx.map(name).value, name, undefined);
    }
    default:
      return [];
  }
}
