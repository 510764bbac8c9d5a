/** Cases that are summed up together: the geometric mean of what tsbt is of each other contender. */
import { medianRatio } from "./table.mjs";

/** By group: the metric, and what its mean ought to be at most. */
const GROUPS = { events: { metric: "BPF program", goal: 0.5 } };

/** @param done - the cases that were measured, with their groups, metrics and figures */
export function summaries(done) {
  return Object.entries(GROUPS).flatMap(([group, { metric, goal }]) => {
    const members = done.filter((one) => one.group === group && "bpftrace" in one.figures);
    if (members.length < 2) return [];
    const ratios = members.map(({ metrics, figures }) =>
      medianRatio(
        figures,
        "bpftrace",
        metrics.findIndex(({ name }) => name === metric),
      ),
    );
    const mean = Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length);
    const above = members.filter((_, i) => ratios[i] > 1).map(({ name }) => name);
    return [
      {
        title: `${group}: all ${members.length}`,
        text: `${metric}, geometric mean of tsbt / bpftrace: ${mean.toFixed(2)} (goal ${goal}); above 1: ${above.join(", ") || "none"}`,
      },
    ];
  });
}
