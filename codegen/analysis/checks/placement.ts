/** `count()` and the like stand only on the right of an assignment to a map (language.md 12.1). */
import { type AnyNode, type DiagnosticBag, type Expr, forEachChild } from "../../../grammar/index.js";
import type { ProbeBody } from "../input.js";
import { calledAggregation } from "../../language/aggregation-calls.js";
import { aggregationNamed, type Language } from "../../language/language.js";

export function checkPlacement(probes: readonly ProbeBody[], language: Language, bag: DiagnosticBag): void {
  const allowed = new Set<Expr>();
  const visit = (node: AnyNode): void => {
    if (node.kind === "assign" && node.op === undefined && node.target.kind !== "variable") {
      const call = calledAggregation(language, node.value);
      if (call !== undefined) allowed.add(call);
    }
    if (node.kind === "call" && aggregationNamed(language, node.name) !== undefined && !allowed.has(node)) {
      bag.error("aggregation-placement", node.span, { name: node.name });
    }
    forEachChild(node, visit);
  };
  for (const probe of probes) {
    if (probe.predicate !== undefined) visit(probe.predicate);
    visit(probe.body);
  }
}
