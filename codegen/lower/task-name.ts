/**
 * The name of the current task, loaded from where it lies: 5 ns where `get_current_comm` takes 35.
 *
 * Kernels since 5.17 keep zeros behind it. To know where it lies takes some 2 ms of reading the kernel's types, so a script
 * that only prints names asks the helper.
 */
import { type AnyNode, forEachChild } from "../../grammar/index.js";
import type { TypedProgram } from "../analysis/typed-program.js";
import { findMember } from "../btf/index.js";
import type { Value } from "../ir/ir.js";
import type { ProbeLowering } from "./probe-lowering.js";

const COMM = "comm";
/** Of `comm` in `struct task_struct` (linux/sched.h). */
const COMM_BYTES = 16;

/** @returns undefined where it is left to the helper */
export function loadComm(cx: ProbeLowering, width: 4 | 8): readonly Value[] | undefined {
  const { b, facts, module } = cx;
  // `bpf_loop` came with 5.17, too.
  const canLoad = facts.supports("current-task-btf") && facts.supports("loop");
  const offset = canLoad && module.decidesByComm ? offsetOfComm(cx) : undefined;
  if (offset === undefined) return undefined;
  const task = b.call("get_current_task_btf", []);
  return Array.from({ length: COMM_BYTES / width }, (_, i) => b.load(task, offset + width * i, width));
}

/** Not that of a struct which the script declares with the same name. */
function offsetOfComm({ facts: { btf } }: ProbeLowering): number | undefined {
  const task = btf?.find("struct", "task_struct");
  const member = btf === undefined || task === undefined ? undefined : findMember(btf, task, COMM);
  return member === undefined ? undefined : member.bitOffset / 8;
}

/** Whether names are more than arguments of calls: keys of maps, or compared. */
export function decidesByComm({ probes }: TypedProgram): boolean {
  const decides = (node: AnyNode): boolean => {
    if (node.kind === "identifier") return node.name === COMM;
    let found = false;
    forEachChild(node, (child) => {
      const isArgument = node.kind === "call" && child.kind === "identifier";
      found ||= !isArgument && decides(child);
    });
    return found;
  };
  return probes.some(({ predicate, body }) => decides(body) || (predicate !== undefined && decides(predicate)));
}
