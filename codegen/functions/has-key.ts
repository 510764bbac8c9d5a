import { scalar } from "../language/lowering.js";
import { BOOL } from "../types/type.js";
import { defineFunction, mapArgument } from "../language/function.js";

export const hasKey = defineFunction({
  name: "has_key",
  isMacro: true,
  doc: { summary: "Tells whether a map has an entry.", example: "BEGIN { @[1] = 2; print(has_key(@, 1)); exit(); }" },
  params: [
    { name: "map", kind: "map" },
    { name: "key", kind: "value", isKey: true },
  ],
  result: BOOL,
  check: ({ call, mapTypes, bag }) => {
    const map = call.args[0];
    if (map?.kind !== "map") return;
    const types = mapTypes(map.name);
    if (types === undefined) return;
    if (types.value.kind === "aggregation" && types.value.of.isSeries) {
      return bag.error("tseries-key", call.span, { name: "has_key" });
    }
    if (types.key === undefined) bag.error("keyed-map-needed", call.span, { name: "has_key" });
  },
  lower: (cx, call) => {
    const name = mapArgument(call);
    const entry = cx.b.call("map_lookup_elem", [cx.mapArgument(name), cx.key(name, call.args[1])]);
    return scalar(cx.b.compare("ne", entry, cx.b.int(0)));
  },
});
