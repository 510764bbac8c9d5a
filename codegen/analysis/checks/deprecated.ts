/** Constructs that still work and should not be used (language.md 18.3, stage 5). */
import { type DiagnosticBag, type Program, visit } from "../../../grammar/index.js";

const FOR_HINT =
  "For loops support ranges (e.g. `for ($x : $start..$end) { ... }`), and can be used in place of while. These are more easily proven to be bounded by the verifier.";

export function checkDeprecated(program: Program, bag: DiagnosticBag): void {
  visit(program, (node) => {
    if (node.kind === "while") bag.warning("while-deprecated", node.span, {}, { hints: [FOR_HINT] });
  });
}
