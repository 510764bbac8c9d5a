import type { AnyNode } from "../../grammar/index.js";
import type { Language } from "./language.js";

/** `exit()`: nothing comes behind it. */
export function isDivergingCall({ functions }: Language, node: AnyNode): boolean {
  const definition = node.kind === "call" ? functions.get(node.name) : undefined;
  return definition?.kind === "function" && definition.isDiverging === true;
}

/** Whether a node by itself may end the probe, or what it stands in, while it is evaluated. */
export const isDiverging = (language: Language, node: AnyNode): boolean =>
  node.kind === "return" || node.kind === "break" || node.kind === "continue" || isDivergingCall(language, node);
