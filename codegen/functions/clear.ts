import { VOID } from "../types/type.js";
import { defineFunction, mapArgument } from "../language/function.js";

export const clear = defineFunction({
  name: "clear",
  doc: { summary: "Removes all entries of a map.", example: "BEGIN { @[1] = 2; clear(@); exit(); }" },
  params: [{ name: "map", kind: "map" }],
  mapUse: "clears",
  result: VOID,
  lower: (cx, call) => {
    if (cx.takings.done.has(call)) return undefined;
    cx.sendEvent({
      action: "clear",
      mustArrive: "queued",
      fields: [],
      site: { map: cx.scriptMapIndex(mapArgument(call)) },
      span: call.span,
    });
    return undefined;
  },
});
