/** What stands before a body and decides whether it runs: the process, `exit()`, the predicate. */
import type { Value } from "../ir/ir.js";
import { LATER_TARGET } from "../object.js";
import { processId } from "../vocabulary/task-ids.js";
import { conditionOf } from "./conditions.js";
import { hasEffects } from "./events.js";
import type { ProbeLowering } from "./probe-lowering.js";

export function lowerFilters(cx: ProbeLowering): void {
  const { predicate, body } = cx.probe;
  filterByPid(cx);
  // A predicate that changes nothing is asked first: mostly it says no, and then nothing else was paid for.
  const predicateActs = predicate !== undefined && hasEffects(cx, predicate);
  if (predicateActs) doNothingWhenStopped(cx);
  filterByPredicate(cx);
  if (!predicateActs && body.statements.length > 0) doNothingWhenStopped(cx);
}

function filterByPid(cx: ProbeLowering): void {
  const { b } = cx;
  const { pidFilter } = cx.context;
  if (pidFilter === "later") {
    const pid = b.load(b.mapValue(cx.module.target()), LATER_TARGET.filter, 8);
    b.if("ne", pid, b.int(0), { then: () => returnUnlessIn(cx, pid) });
  } else if (pidFilter !== undefined) {
    returnUnlessIn(cx, b.int(pidFilter));
  }
}

function returnUnlessIn(cx: ProbeLowering, pid: Value): void {
  const current = processId(cx, "curr_ns");
  cx.b.if("ne", current, pid, { then: () => cx.returnFromProbe() });
}

/** What takes time to detach goes on firing after the end; and nothing may happen after `exit()`, on any CPU. */
function doNothingWhenStopped(cx: ProbeLowering): void {
  const { b } = cx;
  const { schedule } = cx.context;
  // The end comes all the same, and tests and benchmarks stand each by itself.
  if (schedule.runs === "after" || schedule.runs === "as-test" || schedule.runs === "as-benchmark") return;
  const goesOn = "isSlowToDetach" in schedule && schedule.isSlowToDetach;
  if (!cx.options.scriptExits && !goesOn) return;
  const stopped = b.load(b.mapValue(cx.module.stopFlag()), 0, 8);
  b.if("ne", stopped, b.int(0), { then: () => cx.returnFromProbe() });
}

function filterByPredicate(cx: ProbeLowering): void {
  const { b } = cx;
  const { predicate } = cx.probe;
  if (predicate === undefined) return;
  b.span = predicate.span;
  const holds = conditionOf(cx, predicate);
  b.if("eq", holds, b.int(0), { then: () => cx.returnFromProbe() });
}
