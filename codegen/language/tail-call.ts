/** Calls that go on to a program. */
import type { AnyNode } from "../../grammar/index.js";
import type { Language } from "./language.js";

/** The array that a call takes a program from, if it does such a thing. */
export function arrayOfTailCall({ functions }: Pick<Language, "functions">, node: AnyNode): string | undefined {
  if (node.kind !== "call") return undefined;
  const definition = functions.get(node.name);
  if (definition?.kind !== "function" || definition.entersPrograms !== true) return undefined;
  const [array] = node.args;
  return array?.kind === "map" ? array.name : undefined;
}
