import { scalar } from "../lower/lowering.js";
import { INT64 } from "../types/type.js";
import { defineFunction, mapArgument } from "./define.js";

export const len = defineFunction({
  name: "len",
  doc: { summary: "Number of entries of a map.", example: "BEGIN { @[1] = 2; print(len(@)); exit(); }" },
  params: [{ name: "map", kind: "map" }],
  result: INT64,
  check: ({ call, mapTypes, bag }) => {
    const map = call.args[0];
    if (map?.kind !== "map") return;
    const types = mapTypes(map.name);
    if (types !== undefined && types.key === undefined) bag.error("keyed-map-needed", call.span, { name: "len" });
  },
  lower: (cx, call) => scalar(cx.mapLength(mapArgument(call))),
});
