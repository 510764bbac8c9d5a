import { defineBuiltin } from "../language/builtin.js";
import { capture, captured, defaultStack } from "../vocabulary/stack.js";
import { defineStack } from "./parts/stack-function.js";

export const ustackOf = defineStack("ustack", {
  summary: "Captures the user stack: ustack, ustack(mode), ustack(limit) or ustack(mode, limit).",
  example: "profile:hz:99 { @[ustack(perf, 10)] = count(); }",
});

/** The bare word. */
export const ustack = defineBuiltin({
  name: "ustack",
  doc: ustackOf.doc,
  type: ({ config }) => defaultStack("ustack", config),
  lower: captured,
  lowerInto: (cx, place, node) => capture(cx, defaultStack("ustack", cx.config), place, node),
});
