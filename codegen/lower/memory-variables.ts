/**
 * Which variables lie in scratch memory: those that the callback of a loop shares with the function around it, and
 * all of a program that has no room for them on the stack.
 */
import { type AnyNode, forEachChild } from "../../grammar/index.js";
import type { ProbeLowering } from "./probe-lowering.js";

export function memoryVariables(cx: ProbeLowering): ReadonlySet<number> {
  const found = new Set<number>();
  const visit = (node: AnyNode): void => {
    if (cx.loopForms.isLoop(node) && cx.loopForms.formOf(node) === "callback") addVariables(cx, node, found);
    else forEachChild(node, visit);
  };
  for (const part of [cx.probe.predicate, cx.probe.body]) {
    if (part === undefined) continue;
    if (cx.options.sparesStack) addVariables(cx, part, found);
    else visit(part);
  }
  return found;
}

/** Those that pointers may show. */
export function addressedVariables({ typed, probe: { predicate, body } }: ProbeLowering): ReadonlySet<number> {
  const found = new Set<number>();
  const visit = (node: AnyNode): void => {
    if (node.kind === "unary" && node.op === "&" && node.operand.kind === "variable")
      found.add(typed.variableOf(node.operand).id);
    forEachChild(node, visit);
  };
  for (const part of [predicate, body]) if (part !== undefined) visit(part);
  return found;
}

function addVariables(cx: ProbeLowering, node: AnyNode, found: Set<number>): void {
  if (node.kind === "variable") found.add(cx.typed.variableOf(node).id);
  forEachChild(node, (child) => addVariables(cx, child, found));
}
