import { memory } from "../language/lowering.js";
import { defineFunction, firstArgument } from "../language/function.js";

/** u64 number of the filter, u64 id. */
const CGROUP_PATH = { bytes: 16, filter: 0, id: 8 } as const;

const EVERY_HIERARCHY = "*";

/** Kept as the number; the path is looked up when it is printed. */
export const cgroupPath = defineFunction({
  name: "cgroup_path",
  doc: {
    summary: "Path of a cgroup in the hierarchies whose name fits a filter.",
    example: 'BEGIN { print(cgroup_path(cgroup, "unified")); exit(); }',
  },
  params: [
    { name: "id", kind: "value", accepts: ["int"] },
    { name: "filter", kind: "literal", accepts: ["string"], isOptional: true },
  ],
  result: { kind: "cgroup-path" },
  lower: (cx, call) => {
    const { b } = cx;
    const id = cx.value(firstArgument(call));
    const place = cx.temporary(CGROUP_PATH.bytes, 8, "cgroup path");
    const filter = cx.intern(String(cx.literal(call, 1) ?? EVERY_HIERARCHY));
    b.store(place.base, place.offset + CGROUP_PATH.filter, 8, b.int(filter));
    b.store(place.base, place.offset + CGROUP_PATH.id, 8, id);
    return memory(place);
  },
});
