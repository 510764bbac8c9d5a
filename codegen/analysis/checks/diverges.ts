/** What never comes to its end: `exit()`, `return`, and all that runs into one (language.md 13.10). */
import type { Block, Expr, Statement } from "../../../grammar/index.js";
import { isDivergingCall } from "../../language/diverging.js";
import type { Language } from "../../language/language.js";

export function statementDiverges(language: Language, node: Statement): boolean {
  switch (node.kind) {
    case "return":
    case "break":
    case "continue":
      return true;
    case "expr-statement":
      return expressionDiverges(language, node.expr);
    case "assign":
    case "discard":
      return expressionDiverges(language, node.value);
    case "let":
      return node.value !== undefined && expressionDiverges(language, node.value);
    default:
      return false;
  }
}

export function expressionDiverges(language: Language, node: Expr): boolean {
  switch (node.kind) {
    case "call":
      return isDivergingCall(language, node);
    case "block":
      return node.value === undefined && lastDiverges(language, node);
    case "if":
      return (
        expressionDiverges(language, node.then) &&
        node.otherwise !== undefined &&
        expressionDiverges(language, node.otherwise)
      );
    default:
      return false;
  }
}

/** What stands behind a statement that never ends was reported there, and is not held against the block. */
function lastDiverges(language: Language, { statements }: Block): boolean {
  const last = statements.at(-1);
  return last !== undefined && statementDiverges(language, last);
}

/** Whether its value, if it has one, is never reached. */
export const blockDiverges = (language: Language, node: Block): boolean =>
  node.statements.some((statement) => statementDiverges(language, statement)) ||
  (node.value !== undefined && expressionDiverges(language, node.value));
