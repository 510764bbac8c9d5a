/** Run-time warnings (output.md 11): events that name a place in the script. */
import type { Span } from "../../grammar/index.js";
import { type HelperName, HELPERS } from "../kernel/helpers.js";
import type { Value } from "../ir/ir.js";
import type { WarningSite } from "../object.js";
import { INT64 } from "../types/type.js";
import { schemaOf, tryToSend } from "./events.js";
import type { ProbeLowering } from "./probe-lowering.js";

/** Warns when a helper has failed. */
export function reportHelper(cx: ProbeLowering, helper: HelperName, result: Value, span: Span): void {
  ifFailed(cx, helper, result, (code) => sendWarning(cx, { kind: "helper", helper, span }, code));
}

/** The same where the place is known by the schema of its warnings alone. */
export function reportUpdate(cx: ProbeLowering, result: Value, schemaId: Value): void {
  ifFailed(cx, "map_update_elem", result, (code) => warn(cx, schemaId, code));
}

/** As if a hash of the kernel had been full. */
export function reportFull(cx: ProbeLowering, schemaId: Value): void {
  warn(cx, schemaId, cx.b.int(-E2BIG));
}

/** asm-generic/errno-base.h */
const E2BIG = 7;

function ifFailed(cx: ProbeLowering, helper: HelperName, result: Value, warn: (code: Value) => void): void {
  const { b } = cx;
  if (HELPERS[helper].returns === "s32") {
    // 0 or an error: it need not be extended to be tested.
    b.if("ne", result, b.int(0), { then: () => warn(b.extend(result, 32, true)) });
  } else {
    b.if("slt", result, b.int(0), { then: () => warn(result) });
  }
}

export function sendWarning(cx: ProbeLowering, site: WarningSite, result: Value): void {
  warn(cx, cx.b.int(warningSchema(cx, site)), result);
}

/** The number of the schema of warnings about a place. */
export const warningSchema = (cx: ProbeLowering, site: WarningSite): number =>
  schemaOf(cx, {
    action: "warning",
    site: { warning: cx.module.warning(site) },
    fields: [{ name: "result", type: INT64 }],
    span: site.span,
  }).id;

function warn(cx: ProbeLowering, schemaId: Value, result: Value): void {
  if (!cx.mayOutline) return countWarning(cx, schemaId, result);
  const outline = { name: "warn", args: [schemaId, result], changes: "nothing" } as const;
  cx.callOutline(outline, ([schemaId, result]) => countWarning(cx, schemaId, result));
}

/** The first of a place on this CPU is sent; how many follow is read where they are counted. */
function countWarning(cx: ProbeLowering, schemaId: Value, result: Value): void {
  const { b } = cx;
  const key = cx.stackPlace(4, 4, "warning key");
  b.store(key.base, key.offset, 4, schemaId);
  b.ifNotNull(b.call("map_lookup_elem", [b.map(cx.module.warningCounts()), cx.addressOf(key)]), {
    found: (counter) => {
      const count = b.load(counter, 0, 8);
      b.store(counter, 0, 8, b.add(count, b.int(1)));
      const isFirst = () => {
        b.store(counter, 8, 8, result);
        tryToSend(cx, schemaId, result);
      };
      b.if("eq", count, b.int(0), { then: isFirst });
    },
  });
}
