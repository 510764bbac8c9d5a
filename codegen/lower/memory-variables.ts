/**
 * Which variables lie in scratch memory: those that the callback of a loop shares with the function around it, and
 * with other callbacks.
 */
import { type AnyNode, forEachChild, type For, type While } from "../../grammar/index.js";
import { loopsInline } from "./loops.js";
import type { ProbeLowering } from "./probe-lowering.js";

export function memoryVariables(cx: ProbeLowering): ReadonlySet<number> {
  const found = new Set<number>();
  const visit = (node: AnyNode): void => {
    if (isLoop(node) && !isInlined(cx, node)) for (const id of variablesIn(cx, node)) found.add(id);
    forEachChild(node, visit);
  };
  visit(cx.probe.body);
  return found;
}

const isLoop = (node: AnyNode): node is For | While => node.kind === "for" || node.kind === "while";

const isInlined = (cx: ProbeLowering, node: For | While): boolean =>
  loopsInline(cx) && !(node.kind === "for" && node.over.kind === "map");

export function variablesIn(cx: ProbeLowering, node: AnyNode): ReadonlySet<number> {
  const ids = new Set<number>();
  const visit = (n: AnyNode): void => {
    if (n.kind === "variable") ids.add(cx.typed.variableOf(n).id);
    forEachChild(n, visit);
  };
  visit(node);
  return ids;
}
