/** Another name for a variable, map, macro or program, everywhere. */
import { DiagnosticBag, parse, visit } from "../grammar/index.js";
import { type ServiceFacts, sourceOf } from "./facts.js";
import type { Range } from "./place.js";
import { type References, referencesAt } from "./references.js";

export type Renaming =
  | { readonly kind: "renamed"; readonly text: string; readonly places: readonly Range[] }
  /** Why it cannot be. */
  | { readonly kind: "refused"; readonly reason: string };

const SIGILS: Readonly<Record<References["kind"], string>> = { variable: "$", map: "@", macro: "", program: "" };

/** @param name - with or without its `$` or `@` */
export function rename(text: string, offset: number, name: string, { language }: ServiceFacts): Renaming {
  const references = referencesAt(text, offset);
  if (references === undefined) return refused("there is no variable, map, macro or program of this script");
  const sigil = SIGILS[references.kind];
  const bare = sigil !== "" && name.startsWith(sigil) ? name.slice(1) : name;
  if (!/^[A-Za-z_]\w*$/.test(bare)) return refused(`'${name}' is not a name`);
  if (isTaken(text, sigil + bare)) return refused(`'${sigil}${bare}' is there already`);
  if (sigil === "" && (language.functions.has(bare) || language.builtins.has(bare))) {
    return refused(`'${bare}' is a name of the language`);
  }
  let renamed = "";
  let at = 0;
  for (const { start, end } of references.places) {
    renamed += text.slice(at, start) + sigil + bare;
    at = end;
  }
  return { kind: "renamed", text: renamed + text.slice(at), places: references.places };
}

const refused = (reason: string): Renaming => ({ kind: "refused", reason });

function isTaken(text: string, name: string): boolean {
  let isFound = false;
  visit(parse(sourceOf(text), new DiagnosticBag()), (node) => {
    const own = "name" in node ? node.name : node.kind === "map-declaration" ? node.map : undefined;
    if (own === name && node.kind !== "field") isFound = true;
  });
  return isFound;
}
