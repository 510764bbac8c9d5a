/** Events for which there was no room. */
import type { LossSite } from "../object.js";
import type { Value } from "../ir/ir.js";
import type { ProbeLowering } from "./probe-lowering.js";

/** Counts one, as a loss of this probe. */
export function countLoss(cx: ProbeLowering, cause: LossSite["cause"] = "events"): void {
  const counter = cx.b.int(lossCounterOf(cx, cause));
  if (!cx.mayOutline) return addLoss(cx, counter);
  const outline = { name: "count_loss", args: [counter], changes: "nothing" } as const;
  cx.callOutline(outline, ([counter]) => addLoss(cx, counter));
}

/** Where the counter of this probe lies among those of a CPU. */
export const lossCounterOf = (cx: ProbeLowering, cause: LossSite["cause"] = "events"): number =>
  8 * cx.module.lossSite({ probe: cx.label, cause });

/** @param offset - of its counter among those of the CPU */
export function addLoss(cx: ProbeLowering, offset: Value): void {
  const { b } = cx;
  // Made here and not in the prologue: this is the way that is hardly ever taken.
  const key = cx.stackPlace(4, 4, "loss key");
  b.store(key.base, key.offset, 4, b.int(0));
  b.ifNotNull(b.call("map_lookup_elem", [b.map(cx.module.lossCounters()), cx.addressOf(key)]), {
    found: (counters) => {
      const counter = b.add(counters, offset);
      b.store(counter, 0, 8, b.add(b.load(counter, 0, 8), b.int(1)));
    },
  });
}
