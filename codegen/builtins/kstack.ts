import { defineBuiltin } from "../language/builtin.js";
import { capture, captured, defaultStack } from "../vocabulary/stack.js";
import { defineStack } from "./parts/stack-function.js";

export const kstackOf = defineStack("kstack", {
  summary: "Captures the kernel stack: kstack, kstack(mode), kstack(limit) or kstack(mode, limit).",
  example: "profile:hz:99 { @[kstack(perf, 10)] = count(); }",
});

/** The bare word. */
export const kstack = defineBuiltin({
  name: "kstack",
  doc: kstackOf.doc,
  type: ({ config }) => defaultStack("kstack", config),
  check: ({ config, span }, bag) => {
    if (config.stackMode === "build_id") bag.warning("stack-build-id-fallback", span, {});
    return true;
  },
  lower: captured,
  lowerInto: (cx, place, node) => capture(cx, defaultStack("kstack", cx.config), place, node),
});
