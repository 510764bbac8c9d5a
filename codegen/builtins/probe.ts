import { memory } from "../language/lowering.js";
import { string } from "../types/type.js";
import { defineBuiltin } from "../language/builtin.js";

/** A string literal, if the body has one attach point. */
export const probe = defineBuiltin({
  name: "probe",
  doc: { summary: "Name of the attach point that fired.", example: "interval:ms:10 { print(probe); exit(); }" },
  type: ({ context }) => string(Math.max(0, ...context.probeNames.map((name) => name.length)) + 1),
  constant: ({ context: { probeNames } }) => (probeNames.length > 1 ? undefined : (probeNames[0] ?? "")),
  lower: (cx, node) => {
    const { probeNames } = cx.context;
    return memory(probeNames.length > 1 ? cx.pointData(probeNames) : cx.inMemory(node, cx.typeOf(node)));
  },
});
