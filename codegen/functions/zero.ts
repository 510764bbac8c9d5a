import { VOID } from "../types/type.js";
import { defineFunction, mapArgument } from "../language/function.js";

export const zero = defineFunction({
  name: "zero",
  doc: { summary: "Sets all values of a map to zero.", example: "BEGIN { @[1] = 2; zero(@); exit(); }" },
  params: [{ name: "map", kind: "map" }],
  mapUse: "zeroes",
  result: VOID,
  check: ({ call, mapTypes, bag }) => {
    const map = mapArgument(call);
    if (mapTypes(map)?.holdsPrograms === true) bag.error("program-array-call", call.span, { call: "zero", map });
  },
  lower: (cx, call) => {
    if (cx.takings.done.has(call)) return undefined;
    cx.sendEvent({
      action: "zero",
      mustArrive: "queued",
      fields: [],
      site: { map: cx.scriptMapIndex(mapArgument(call)) },
      span: call.span,
    });
    return undefined;
  },
});
