/** The script in canonical form, or what keeps it from being read. */
import { type Comment, type Diagnostic, DiagnosticBag, format as print, parse } from "../grammar/index.js";
import { sourceOf } from "./facts.js";

export type Formatted =
  | { readonly kind: "formatted"; readonly text: string }
  | { readonly kind: "wrong"; readonly diagnostics: readonly Diagnostic[] };

export function format(text: string): Formatted {
  const bag = new DiagnosticBag();
  const comments: Comment[] = [];
  const program = parse(sourceOf(text), bag, comments);
  return bag.hasErrors
    ? { kind: "wrong", diagnostics: bag.all }
    : { kind: "formatted", text: print(program, comments) };
}
