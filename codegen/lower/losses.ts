/** Events for which there was no room. */
import type { ProbeLowering } from "./probe-lowering.js";

/** Counts one. */
export function countLoss(cx: ProbeLowering): void {
  if (!cx.mayOutline) return addLoss(cx);
  cx.callOutline({ name: "count_loss", args: [], changes: "nothing" }, () => addLoss(cx));
}

function addLoss(cx: ProbeLowering): void {
  const { b } = cx;
  // Made here and not in the prologue: this is the way that is hardly ever taken.
  const key = cx.stackPlace(4, 4, "loss key");
  b.store(key.base, key.offset, 4, b.int(0));
  b.ifNotNull(b.call("map_lookup_elem", [b.map(cx.module.lossCounters()), cx.addressOf(key)]), {
    found: (counter) => b.store(counter, 0, 8, b.add(b.load(counter, 0, 8), b.int(1))),
  });
}
