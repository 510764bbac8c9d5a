import type { AnyNode } from "../ast.js";
import { forEachChild } from "../walk.js";

/** The stack is used up. */
export const isStackOverflow = (error: unknown): boolean =>
  error instanceof Error &&
  ((error instanceof RangeError && error.message.startsWith("Maximum call stack")) || isStackOverflow(error.cause));

/** One of those that lie furthest below the root, and how far. Uses no recursion. */
export function deepestNode(root: AnyNode): { readonly node: AnyNode; readonly levels: number } {
  let node = root;
  let levels = -1;
  for (let level: AnyNode[] = [root]; level.length > 0; levels++) {
    const below: AnyNode[] = [];
    for (const each of level) forEachChild(each, (child) => below.push(child));
    node = level[0] ?? node;
    level = below;
  }
  return { node, levels };
}

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
