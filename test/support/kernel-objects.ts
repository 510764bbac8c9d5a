/** What traces put into the kernel, and whether it is still there. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { ATTR_BYTES, COMMAND } from "../../codegen/kernel/bpf.js";
import { ATTR } from "../../codegen/kernel/bpf-attr.js";
import { Struct } from "../../src/kernel/struct.js";
import { native, type SystemCallError } from "../../src/kernel/native.js";

/** Objects with an id, and the command of bpf(2) that opens one by it. */
const OPEN_BY_ID = {
  prog: COMMAND.programFdById,
  map: COMMAND.mapFdById,
  btf: COMMAND.btfFdById,
  link: COMMAND.linkFdById,
} as const;
const ID = { prog: ATTR.byId.progId, map: ATTR.byId.mapId, btf: ATTR.byId.btfId, link: ATTR.byId.linkId } as const;
type ObjectType = keyof typeof OPEN_BY_ID;

export interface KernelObject {
  readonly type: ObjectType;
  readonly id: number;
}

/** What the descriptors of a process hold. */
export function objectsOf(pid: number): readonly KernelObject[] {
  const directory = `/proc/${pid}/fdinfo`;
  return readdirSync(directory).flatMap((fd) => {
    const lines = textOf(`${directory}/${fd}`).matchAll(/^(prog|map|btf|link)_id:\s*(\d+)$/gm);
    return Array.from(lines, ([, type, id]): KernelObject => ({ type: type as ObjectType, id: Number(id) }));
  });
}

/** Empty when the descriptor has been closed meanwhile. */
function textOf(file: string): string {
  try {
    return readFileSync(file, "latin1");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw error;
  }
}

export function isAlive({ type, id }: KernelObject): boolean {
  try {
    native().bpfOpen(OPEN_BY_ID[type], new Struct(ATTR_BYTES).u32(ID[type], id).bytes).close();
    return true;
  } catch (error) {
    if ((error as SystemCallError).code === "ENOENT") return false;
    throw error;
  }
}

/** Probes that outlive whoever made them, because they were made by writing to tracefs. */
export function dynamicEvents(): string {
  const file = "/sys/kernel/tracing/dynamic_events";
  return existsSync(file) ? readFileSync(file, "latin1") : "";
}
