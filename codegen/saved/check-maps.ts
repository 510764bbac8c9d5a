/**
 * Maps that user space reads and writes by itself. The kernel copies whole keys and values, whatever room there is for them in
 * our memory: of one that is larger than its readers think it would write over what lies behind.
 */
import { type BpfMap, type BpfObject, LATE_EVENT_BYTES, LATER_TARGET, type MapRole } from "../object.js";
import { SavedError } from "../codec/index.js";
import { FILE_BYTES, FILE_KEY_BYTES, NODE_BYTES, SPACE_BYTES } from "../kernel/unwind-rules.js";

type Shape = Pick<BpfMap, "type"> & Partial<Pick<BpfMap, "keyBytes" | "valueBytes" | "maxEntries">>;

const array = (valueBytes: number): Shape => ({ type: "array", keyBytes: 4, valueBytes });

const SHAPES: { readonly [R in MapRole]: (object: BpfObject) => Shape } = {
  // How large it is is chosen when it is made.
  events: () => ({ type: "ring-buffer", maxEntries: 0 }),
  "late-events": () => ({ type: "queue", valueBytes: LATE_EVENT_BYTES }),
  "spare-ring": () => ({ type: "ring-buffer" }),
  "spare-allowance": ({ spareProbes }) => array(8 * Math.max(spareProbes.length, 1)),
  losses: () => ({ type: "percpu-array", keyBytes: 4 }),
  warnings: ({ events }) => ({ type: "percpu-array", keyBytes: 4, valueBytes: 16, maxEntries: events.length }),
  packets: () => ({ type: "perf-event-array" }),
  "unwind-spaces": () => ({ type: "hash", keyBytes: 4, valueBytes: SPACE_BYTES }),
  "unwind-nodes": () => ({ type: "hash", keyBytes: 4, valueBytes: NODE_BYTES }),
  "unwind-files": () => ({ type: "hash", keyBytes: FILE_KEY_BYTES, valueBytes: FILE_BYTES }),
  "run-start": () => array(8),
  "stop-flag": () => array(8),
  target: () => array(LATER_TARGET.bytes),
  "boot-to-tai": () => array(8),
};

const isOf = (map: BpfMap | undefined, shape: Shape): boolean =>
  map !== undefined && Object.entries(shape).every(([part, value]) => map[part as keyof Shape] === value);

/** @throws {@link SavedError} */
export function checkMaps(object: BpfObject): void {
  const { maps, scriptMaps, programArrays, attachments, losses } = object;
  const roles = maps.flatMap(({ role }) => role ?? []);
  if (new Set(roles).size < roles.length) throw new SavedError("two of its maps have one role");
  for (const map of maps) {
    const { name, role, type, initial, valueBytes } = map;
    if (role !== undefined && !isOf(map, SHAPES[role](object)))
      throw new SavedError(`its map ${name} is not as one for ${role} is`);
    if (initial !== undefined && type !== "array") throw new SavedError(`its map ${name} can have no first value`);
    if (role === "spare-allowance" && initial?.length !== valueBytes)
      throw new SavedError(`its map ${name} has not as many first values as there are probes`);
    if (role === "losses" && valueBytes !== 8 * losses.length)
      throw new SavedError("its losses are not as many as their counters");
  }

  const isProgramArray = (index: number | undefined): boolean =>
    index === undefined || isOf(maps[index], { type: "prog-array" });
  for (const { slot, name } of attachments)
    if (!isProgramArray(slot?.map)) throw new SavedError(`${name} is to be in a map that is none of programs`);
  for (const { scriptMap, slots, filled, arrays } of programArrays) {
    const script = maps[scriptMaps[scriptMap]?.map ?? -1];
    const isWhole =
      isOf(script, { type: "hash", keyBytes: 8, valueBytes: 8 }) &&
      (filled === undefined || isOf(maps[filled], { ...array(4), maxEntries: slots })) &&
      arrays.every(({ map, byNumber }) => isProgramArray(map) && isProgramArray(byNumber));
    if (!isWhole) throw new SavedError("an array of programs has maps of other kinds");
  }
}
