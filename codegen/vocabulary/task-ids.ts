/** Ids of the current task, in the namespaces that they may be asked for in (stdlib.md 6). */
import type { Value } from "../ir/ir.js";
import type { Lowering, Place } from "../language/lowering.js";

/** Of the tracer, or of the whole system. */
export type PidNamespace = "curr_ns" | "init";

/** What `get_ns_current_pid_tgid` writes: u32 pid (a thread's), u32 tgid. */
const IDS = { bytes: 8, thread: 0, process: 4 } as const;

/** 0 for a task that has no number in the tracer's namespace. */
export function processId(cx: Lowering, namespace: PidNamespace): Value {
  const ids = idsInNamespace(cx, namespace);
  if (ids !== undefined) return cx.b.load(ids.base, ids.offset + IDS.process, 4);
  return cx.b.alu("shr", cx.b.call("get_current_pid_tgid", []), cx.b.int(32));
}

export function threadId(cx: Lowering, namespace: PidNamespace): Value {
  const ids = idsInNamespace(cx, namespace);
  if (ids !== undefined) return cx.b.load(ids.base, ids.offset + IDS.thread, 4);
  return cx.b.extend(cx.b.call("get_current_pid_tgid", []), 32, false);
}

/** Undefined: the ids that the whole system knows are the ones. */
function idsInNamespace(cx: Lowering, namespace: PidNamespace): Place | undefined {
  const own = cx.facts.pidNamespace;
  if (namespace === "init" || own === undefined) return undefined;
  const { b } = cx;
  const place = cx.temporary(IDS.bytes, 8, "ids in namespace");
  // It fails for a task that the namespace does not know, which is nothing to warn of, and writes zeros then.
  b.call("get_ns_current_pid_tgid", [b.int(own.device), b.int(own.inode), cx.addressOf(place), b.int(IDS.bytes)]);
  return place;
}
