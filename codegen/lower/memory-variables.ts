/**
 * Which variables lie in scratch memory, of which the verifier knows nothing:
 *
 * - those that the callback of a loop shares with the function around it, and with other callbacks;
 * - those that are assigned to more than once, at least once in a branch or a loop. In a register the verifier would
 *   know their different values on different paths; as soon as a branch depends on them it could not take two paths
 *   for one any more, and their number would grow without bound.
 */
import { type AnyNode, forEachChild, type For, type While } from "../../grammar/index.js";
import { loopsInline } from "./loops.js";
import type { ProbeLowering } from "./probe-lowering.js";

export function memoryVariables(cx: ProbeLowering): ReadonlySet<number> {
  const found = new Set<number>();
  const counts = new Map<number, { total: number; conditional: number }>();
  const visit = (node: AnyNode, isConditional: boolean): void => {
    if (isLoop(node) && !isInlined(cx, node)) for (const id of variablesIn(cx, node)) found.add(id);
    const id = assignedBy(cx, node);
    if (id !== undefined) {
      const count = counts.get(id) ?? { total: 0, conditional: 0 };
      counts.set(id, { total: count.total + 1, conditional: count.conditional + (isConditional ? 1 : 0) });
    }
    forEachChild(node, (child) =>
      visit(child, isConditional || isLoop(node) || node.kind === "if" || node.kind === "ternary"),
    );
  };
  visit(cx.probe.body, false);
  for (const [id, { total, conditional }] of counts) if (total > 1 && conditional > 0) found.add(id);
  return found;
}

/** A declaration counts: it is where the variable is zero. */
function assignedBy(cx: ProbeLowering, node: AnyNode): number | undefined {
  const target =
    node.kind === "assign" || node.kind === "step" ? node.target : node.kind === "let" ? node.variable : undefined;
  return target?.kind === "variable" ? cx.typed.variableOf(target).id : undefined;
}

const isLoop = (node: AnyNode): node is For | While => node.kind === "for" || node.kind === "while";

const isInlined = (cx: ProbeLowering, node: For | While): boolean =>
  loopsInline(cx) && !(node.kind === "for" && node.over.kind === "map");

function variablesIn(cx: ProbeLowering, node: AnyNode): ReadonlySet<number> {
  const ids = new Set<number>();
  const visit = (n: AnyNode): void => {
    if (n.kind === "variable") ids.add(cx.typed.variableOf(n).id);
    forEachChild(n, visit);
  };
  visit(node);
  return ids;
}
