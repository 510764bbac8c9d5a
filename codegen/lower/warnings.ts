/** Run-time warnings (output.md 11): events that name a place in the script. */
import type { Span } from "../../grammar/index.js";
import type { Value } from "../ir/ir.js";
import type { WarningSite } from "../object.js";
import { INT64 } from "../types/type.js";
import type { ProbeLowering } from "./probe-lowering.js";

/** Warns when a helper's result is negative. */
export function reportHelper(cx: ProbeLowering, helper: string, result: Value, span: Span): void {
  cx.b.if("slt", result, cx.b.int(0), {
    then: () => sendWarning(cx, { kind: "helper", helper, span }, result),
  });
}

export function sendWarning(cx: ProbeLowering, site: WarningSite, result: Value): void {
  cx.sendEvent({
    action: "warning",
    site: { warning: cx.module.warning(site) },
    fields: [{ name: "result", type: INT64, value: result }],
    span: site.span,
  });
}
