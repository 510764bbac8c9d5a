import type { AnyNode } from "../ast.js";

/** Whether two trees are equal but for where they stand. */
export const sameTree = (a: AnyNode, b: AnyNode): boolean => sameValue(a, b);

function sameValue(a: unknown, b: unknown): boolean {
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return a === b;
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  for (const key of keys) {
    if (key === "span" || key === "nameSpan") continue;
    if (!sameValue((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key])) return false;
  }
  return true;
}
