import { type Btf, findMember } from "../../codegen/btf/index.js";
import { PROGRAM_TYPE } from "../../codegen/kernel/bpf.js";
import {
  assembleSmall,
  callHelper,
  compute,
  exit,
  FRAME,
  jumpIf,
  load,
  move,
  store,
} from "../../codegen/kernel/small-program.js";
import { loadProgram } from "../../src/kernel/feature-calls.js";
import { readVmlinuxBtf } from "../../src/kernel/vmlinux-btf.js";

/** Behind its metadata and the task. */
const VMA_IN_CONTEXT = 16;

/**
 * Whether helpers take the address of what a pointer that an iterator hands out leads to: the file of mapped memory.
 * Some verifiers, among 6.18 as well, trust no pointer that was read from a struct that they do not trust.
 */
export function walkedPointersArePassed(): boolean {
  const btf = readVmlinuxBtf("", undefined);
  const attachBtfId = btf?.find("func", "bpf_iter_task_vma");
  if (btf === undefined || attachBtfId === undefined) return false;
  const instructions = assembleSmall([
    load(8, 1, 1, VMA_IN_CONTEXT),
    jumpIf("eq", 1, 0, 8),
    load(8, 1, 1, offsetOf(btf, "vm_area_struct", "vm_file")),
    jumpIf("eq", 1, 0, 6),
    compute("add", 1, offsetOf(btf, "file", "f_path")),
    store(8, FRAME, -8, 0),
    move(2, { r: FRAME }),
    compute("add", 2, -8),
    move(3, 8),
    callHelper("d_path"),
    move(0, 0),
    exit,
  ]);
  return loadProgram({ type: PROGRAM_TYPE.tracing, instructions, attachType: "iterator", attachBtfId }) === "ok";
}

function offsetOf(btf: Btf, struct: string, member: string): number {
  const id = btf.find("struct", struct);
  const found = id === undefined ? undefined : findMember(btf, id, member);
  if (found === undefined) throw new Error(`no ${member} in struct ${struct}`);
  return found.bitOffset / 8;
}
