import { defineBuiltin } from "../language/builtin.js";
import { capture, captured, checkUnwinding, defaultStack } from "../vocabulary/stack.js";
import { defineStack } from "./parts/stack-function.js";

const definition = defineStack("dw_ustack", {
  summary:
    "Captures the user stack of code without frame pointers: dw_ustack, dw_ustack(mode), dw_ustack(limit) or dw_ustack(mode, limit).",
  example: "config = { unstable_dw_ustack = enable } profile:hz:99 { @[dw_ustack(perf, 10)] = count(); }",
});

export const dwUstackOf: typeof definition = { ...definition, unstable: "dw_ustack", isMacro: true };

/** The bare word. */
export const dwUstack = defineBuiltin({
  name: "dw_ustack",
  doc: dwUstackOf.doc,
  type: ({ config }) => defaultStack("dw_ustack", config),
  check: ({ config, span, facts }, bag) => {
    checkUnwinding(span, facts, bag);
    if (config.stackMode === "build_id") bag.warning("stack-build-id-fallback", span, {});
    return true;
  },
  lower: captured,
  lowerInto: (cx, place, node) => capture(cx, defaultStack("dw_ustack", cx.config), place, node),
});
