/** Whether an expression reads a variable or a map. */
import { type AnyNode, someNode } from "../../grammar/index.js";

export const mentions = (node: AnyNode, name: string): boolean =>
  someNode(node, (part) => (part.kind === "map" || part.kind === "variable") && part.name === name);
