/** Run-time warnings (output.md 11): events that name a place in the script. */
import type { Span } from "../../grammar/index.js";
import { type HelperName, HELPERS } from "../kernel/helpers.js";
import type { Value } from "../ir/ir.js";
import type { WarningSite } from "../object.js";
import { INT64 } from "../types/type.js";
import type { ProbeLowering } from "./probe-lowering.js";

/** Warns when a helper has failed. */
export function reportHelper(cx: ProbeLowering, helper: HelperName, result: Value, span: Span): void {
  const { b } = cx;
  const warn = (code: Value): void => sendWarning(cx, { kind: "helper", helper, span }, code);
  if (HELPERS[helper].returns === "s32") {
    // 0 or an error: it need not be extended to be tested.
    b.if("ne", result, b.int(0), { then: () => warn(b.extend(result, 32, true)) });
  } else {
    b.if("slt", result, b.int(0), { then: () => warn(result) });
  }
}

export function sendWarning(cx: ProbeLowering, site: WarningSite, result: Value): void {
  cx.sendEvent({
    action: "warning",
    site: { warning: cx.module.warning(site) },
    fields: [{ name: "result", type: INT64, value: result }],
    span: site.span,
  });
}
