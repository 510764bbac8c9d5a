import { capture, captured, defaultStack } from "../functions/stack.js";
import { kstack as call } from "../functions/kstack.js";
import { defineBuiltin } from "../language/builtin.js";

/** The bare word. */
export const kstack = defineBuiltin({
  name: "kstack",
  doc: call.doc,
  type: ({ config }) => defaultStack("kstack", config),
  check: ({ config, span }, bag) => {
    if (config.stackMode === "build_id") bag.warning("stack-build-id-fallback", span, {});
    return true;
  },
  lower: captured,
  lowerInto: (cx, place, node) => capture(cx, defaultStack("kstack", cx.config), place, node.span),
});
