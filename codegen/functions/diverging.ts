/** Whether a node may end the probe while it is evaluated. */
import type { AnyNode } from "../../grammar/index.js";

export const isDiverging = (node: AnyNode): boolean =>
  node.kind === "return" ||
  node.kind === "break" ||
  node.kind === "continue" ||
  (node.kind === "call" && node.name === "exit");
