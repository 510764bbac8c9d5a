/** Where a body can go on to another program. */
import { visit } from "../../../grammar/index.js";
import { arrayOfTailCall } from "../../language/tail-call.js";
import type { AnalysisInput, ProbeBody } from "../input.js";

export function checkTailCalls(
  probes: readonly ProbeBody[],
  { language, facts, bag }: Pick<AnalysisInput, "language" | "facts" | "bag">,
): void {
  for (const { body } of probes) {
    visit(body, (node) => {
      if (arrayOfTailCall(language, node) === undefined || facts.supports("tail-calls")) return;
      bag.error("tail-call-unsupported", node.span, {});
    });
  }
}
