/** A probe's predicate and body. */
import type { ProbeBody } from "../input.js";
import type { BodyTyping } from "./body-typing.js";
import { checkCondition } from "./conversions.js";
import { typeExpr } from "./expressions.js";
import { typeBody } from "./statements.js";

export function typeProbe(cx: BodyTyping, probe: ProbeBody): void {
  if (probe.predicate !== undefined) {
    const type = typeExpr(cx, probe.predicate);
    checkCondition(cx, probe.predicate, type, probe.predicate.span);
  }
  typeBody(cx, probe.body);
}
