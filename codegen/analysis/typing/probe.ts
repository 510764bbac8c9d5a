/** A probe's predicate and body. */
import type { Span } from "../../../grammar/index.js";
import type { ProbeBody } from "../input.js";
import type { BodyTyping } from "./body-typing.js";
import { checkCondition } from "./conversions.js";

export function typeProbe(cx: BodyTyping, probe: ProbeBody): void {
  if (probe.predicate !== undefined) {
    const type = cx.typeExpr(probe.predicate);
    checkCondition(cx, probe.predicate, type, slashed(probe.predicate.span));
  }
  cx.typeBody(probe.body);
}

/** The predicate with its slashes. */
function slashed({ file, start, end }: Span): Span {
  const open = file.text.lastIndexOf("/", start - 1);
  const close = file.text.indexOf("/", end);
  return { file, start: open < 0 ? start : open, end: close < 0 ? end : close + 1 };
}
