/** Tells a compiled script which process is traced. */
import { type Attachment, type BpfMap, type BpfObject, LATER_TARGET } from "../../../codegen/object.js";
import type { Target } from "../loaded-script.js";

export function withTarget(object: BpfObject, target: Target | undefined): BpfObject {
  if (target === undefined) return object;
  const { pid } = target.process;
  return {
    ...object,
    maps: object.maps.map((map) => (map.role === "target" ? filled(map, target) : map)),
    attachments: object.attachments.map((attachment) => aimed(attachment, pid)),
  };
}

function filled(map: BpfMap, { process: { pid }, isChild }: Target): BpfMap {
  const initial = new Uint8Array(LATER_TARGET.bytes);
  new DataView(initial.buffer).setBigUint64(isChild ? LATER_TARGET.child : LATER_TARGET.filter, BigInt(pid), true);
  return { ...map, initial };
}

/** Probes of programs say for themselves whose they are; others are told when they are attached. */
const aimed = (attachment: Attachment, pid: number): Attachment =>
  "pid" in attachment.point ? ({ ...attachment, point: { ...attachment.point, pid } } as Attachment) : attachment;
