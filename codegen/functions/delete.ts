import { scalar } from "../language/lowering.js";
import { BOOL } from "../types/type.js";
import { defineFunction } from "../language/function.js";

/** The legacy `delete(@m[k])` has the entry as its only argument. */
export const deleteEntry = defineFunction({
  name: "delete",
  isMacro: true,
  doc: {
    summary: "Removes an entry; tells whether it was there.",
    example: "BEGIN { @[1] = 2; _ = delete(@, 1); exit(); }",
  },
  params: [
    { name: "map", kind: "map", acceptsEntry: true },
    { name: "key", kind: "value", isKey: true, isOptional: true },
  ],
  mapUse: "deletes",
  hasEffects: true,
  result: BOOL,
  check: ({ call, mapTypes, bag }) => {
    const map = call.args[0];
    if (map?.kind !== "map") return;
    const types = mapTypes(map.name);
    if (types === undefined) return;
    if (types.value.kind === "aggregation" && types.value.of.isSeries) {
      return bag.error("tseries-key", call.span, { name: "delete" });
    }
    if (call.args.length === 1 && types.key !== undefined) bag.error("delete-one-argument", call.span, {});
    if (call.args.length === 2 && types.key === undefined) bag.error("delete-two-arguments", call.span, {});
  },
  lower: (cx, call) => {
    const target = call.args[0];
    const key = target?.kind === "map-access" ? target.key : call.args[1];
    const name = target?.kind === "map-access" ? target.map.name : target?.kind === "map" ? target.name : "@";
    return scalar(cx.deleteEntry(name, key, call.span));
  },
});
