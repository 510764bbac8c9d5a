import type { AnyNode } from "../ast.js";
import { forEachChild } from "../walk.js";

/**
 * The first node that lies more than `limit` levels below the root. Chains such as `a + b + c` make deep trees
 * without nesting in the text. Uses no recursion.
 */
export function tooDeepNode(root: AnyNode, limit: number): AnyNode | undefined {
  let level: AnyNode[] = [root];
  for (let depth = 0; depth <= limit; depth++) {
    const below: AnyNode[] = [];
    for (const node of level) forEachChild(node, (child) => below.push(child));
    if (below.length === 0) return undefined;
    level = below;
  }
  return level[0];
}
