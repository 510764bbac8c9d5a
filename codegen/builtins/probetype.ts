import { memory } from "../language/lowering.js";
import { string } from "../types/type.js";
import { defineBuiltin } from "../language/builtin.js";

/** A string literal: bodies of unlike attach points are never shared. */
export const probetype = defineBuiltin({
  name: "probetype",
  doc: { summary: "Kind of the probe that fired.", example: "interval:ms:10 { print(probetype); exit(); }" },
  type: ({ context }) => string(context.probeType.length + 1),
  constant: ({ context }) => context.probeType,
  lower: (cx, node) => memory(cx.inMemory(node, cx.typeOf(node))),
});
