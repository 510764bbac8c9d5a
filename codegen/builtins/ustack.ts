import { capture, captured, defaultStack } from "../functions/stack.js";
import { ustack as call } from "../functions/ustack.js";
import { defineBuiltin } from "../language/builtin.js";

/** The bare word. */
export const ustack = defineBuiltin({
  name: "ustack",
  doc: call.doc,
  type: ({ config }) => defaultStack("ustack", config),
  lower: captured,
  lowerInto: (cx, place, node) => capture(cx, defaultStack("ustack", cx.config), place, node.span),
});
