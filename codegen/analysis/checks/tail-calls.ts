/** Where a body can go on to another program. */
import { type AnyNode, forEachChild, someNode } from "../../../grammar/index.js";
import type { AnalysisInput, ProbeBody } from "../input.js";
import { arrayOfTailCall } from "../names/tail-calls.js";

/** What a loop does may be a function of the program, and such are not all left by a tail call. */
export function checkTailCalls(
  probes: readonly ProbeBody[],
  { language, facts, bag }: Pick<AnalysisInput, "language" | "facts" | "bag">,
): void {
  const isTailCall = (node: AnyNode): boolean => arrayOfTailCall(language, node) !== undefined;
  for (const { body } of probes) {
    if (!someNode(body, isTailCall)) continue;
    visit(body, false, (node, isInLoop) => {
      if (!isTailCall(node)) return;
      if (isInLoop) bag.error("tail-call-in-loop", node.span, {}, { hints: [INSTEAD] });
      else if (!facts.supports("tail-calls")) bag.error("tail-call-unsupported", node.span, {});
    });
  }
}

const INSTEAD = "Leave the loop with `break`, and call behind it.";

function visit(node: AnyNode, isInLoop: boolean, enter: (node: AnyNode, isInLoop: boolean) => void): void {
  enter(node, isInLoop);
  const isLoop = node.kind === "for" || node.kind === "while" || node.kind === "unroll";
  forEachChild(node, (child) => visit(child, isInLoop || isLoop, enter));
}
