import { memory } from "../language/lowering.js";
import { string } from "../types/type.js";
import { defineBuiltin } from "../language/builtin.js";

/** A string literal: analysis gives every attach point whose body names `probe` a body of its own. */
export const probe = defineBuiltin({
  name: "probe",
  doc: { summary: "Name of the attach point that fired.", example: "interval:ms:10 { print(probe); exit(); }" },
  type: ({ context }) => string((context.probeName ?? "").length + 1),
  constant: ({ context }) => context.probeName ?? "",
  lower: (cx, node) => memory(cx.inMemory(node, cx.typeOf(node))),
});
