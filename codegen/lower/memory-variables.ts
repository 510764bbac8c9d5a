/**
 * Which variables must lie in memory that the verifier knows nothing of, instead of registers or stack slots.
 *
 * - Those that the callback of a loop shares with the function around it.
 * - Those that change in a loop and are used as an index or a length: the verifier would follow their exact value
 *   through every iteration. What is loaded from global data is any number, and is bounded where it is used.
 */
import { type AnyNode, forEachChild, type For, type While } from "../../grammar/index.js";
import { loopsInline } from "./loops.js";
import type { ProbeLowering } from "./probe-lowering.js";

export function memoryVariables(cx: ProbeLowering): ReadonlySet<number> {
  const found = new Set<number>();
  const visit = (node: AnyNode, isInLoop: boolean): void => {
    if (isLoop(node)) {
      const inline = isInlined(cx, node);
      if (!inline) for (const id of variablesIn(cx, node)) found.add(id);
      forEachChild(node, (child) => visit(child, true));
      return;
    }
    if (isInLoop && (node.kind === "index" || isSized(node))) for (const id of variablesIn(cx, node)) found.add(id);
    forEachChild(node, (child) => visit(child, isInLoop));
  };
  visit(cx.probe.body, false);
  return found;
}

const isLoop = (node: AnyNode): node is For | While => node.kind === "for" || node.kind === "while";

const isInlined = (cx: ProbeLowering, node: For | While): boolean =>
  loopsInline(cx) && !(node.kind === "for" && node.over.kind === "map");

/** Calls that take a length. */
const isSized = (node: AnyNode): boolean => node.kind === "call" && (node.name === "str" || node.name === "buf");

function variablesIn(cx: ProbeLowering, node: AnyNode): ReadonlySet<number> {
  const ids = new Set<number>();
  const visit = (n: AnyNode): void => {
    if (n.kind === "variable") ids.add(cx.typed.variableOf(n).id);
    forEachChild(n, visit);
  };
  visit(node);
  return ids;
}
