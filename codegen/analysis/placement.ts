/** `count()` and the like stand only on the right of an assignment to a map (language.md 12.1). */
import { type AnyNode, type DiagnosticBag, type Expr, forEachChild } from "../../grammar/index.js";
import type { ProbeBody } from "./input.js";
import { aggregationNamed, calledAggregation } from "./typing/aggregations.js";

export function checkPlacement(probes: readonly ProbeBody[], bag: DiagnosticBag): void {
  const allowed = new Set<Expr>();
  const visit = (node: AnyNode): void => {
    if (node.kind === "assign" && node.op === undefined && node.target.kind !== "variable") {
      const call = calledAggregation(node.value);
      if (call !== undefined) allowed.add(call);
    }
    if (node.kind === "call" && aggregationNamed(node.name) !== undefined && !allowed.has(node)) {
      bag.error("aggregation-placement", node.span, { name: node.name });
    }
    forEachChild(node, visit);
  };
  for (const probe of probes) {
    if (probe.predicate !== undefined) visit(probe.predicate);
    visit(probe.body);
  }
}
