import { scalar } from "../language/lowering.js";
import { INT64 } from "../types/type.js";
import { defineFunction, firstArgument } from "../language/function.js";
import { lowerStackLen } from "./stack-len.js";

export const len = defineFunction({
  name: "len",
  isMacro: true,
  doc: {
    summary: "Number of entries of a map, or of frames of a stack.",
    example: "BEGIN { @[1] = 2; print(len(@)); exit(); }",
  },
  params: [{ name: "map", kind: "map", acceptsValue: true }],
  unknownMap: { code: "map-unknown", at: "argument" },
  result: INT64,
  check: ({ call, typeOf, mapTypes, bag }) => {
    const argument = firstArgument(call);
    if (argument.kind !== "map") {
      if (typeOf(argument).kind !== "stack") bag.error("len-argument", call.span, {});
      return;
    }
    const types = mapTypes(argument.name);
    if (types !== undefined && types.key === undefined) bag.error("keyed-map-needed", call.span, { name: "len" });
  },
  lower: (cx, call) => {
    const argument = firstArgument(call);
    return argument.kind === "map" ? scalar(cx.mapLength(argument.name)) : lowerStackLen(cx, argument);
  },
});
