import { type AnyNode, forEachChild } from "../../grammar/index.js";
import type { ProbeLowering } from "./probe-lowering.js";

/** Variables that pointers may show. */
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
