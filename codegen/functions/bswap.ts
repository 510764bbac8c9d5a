import { scalar } from "../language/lowering.js";
import { int, type IntBytes, typeName, UINT64 } from "../types/type.js";
import { familyOf } from "../types/families.js";
import { sizeOf } from "../types/layout.js";
import { defineFunction, firstArgument } from "../language/function.js";

export const bswap = defineFunction({
  name: "bswap",
  doc: {
    summary: "Reverses the bytes of an integer.",
    example: 'BEGIN { printf("%x\\n", bswap((uint32)1)); exit(); }',
  },
  params: [{ name: "value", kind: "value" }],
  result: ({ call, typeOf }) => {
    const type = typeOf(firstArgument(call));
    return familyOf(type) === "int" ? int(sizeOf(type) as IntBytes, false) : UINT64;
  },
  check: ({ call, typeOf, bag }) => {
    const type = typeOf(firstArgument(call));
    if (familyOf(type) === "int") return;
    bag.error("integer-needed", call.span, {
      name: call.name,
      given: type.kind === "aggregation" ? typeName(type) : familyOf(type),
    });
  },
  lower: (cx, call) => {
    const value = firstArgument(call);
    const bits = 8 * sizeOf(cx.typeOf(value));
    if (bits === 8) return scalar(cx.b.extend(cx.value(value), 8, false));
    return scalar(cx.b.byteSwap(cx.value(value), bits as 16 | 32 | 64));
  },
});
