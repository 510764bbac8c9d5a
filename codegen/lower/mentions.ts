/** Whether an expression reads a variable or a map. */
import { type AnyNode, children } from "../../grammar/index.js";

export const mentions = (node: AnyNode, name: string): boolean =>
  ((node.kind === "map" || node.kind === "variable") && node.name === name) ||
  children(node).some((child) => mentions(child, name));
