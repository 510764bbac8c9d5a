/** What never comes to its end: `exit()`, `return`, and all that runs into one (language.md 13.10). */
import type { Block, Expr, Statement } from "../../grammar/index.js";
import { FUNCTIONS } from "../functions/index.js";

export function statementDiverges(node: Statement): boolean {
  switch (node.kind) {
    case "return":
    case "break":
    case "continue":
      return true;
    case "expr-statement":
      return expressionDiverges(node.expr);
    case "assign":
    case "discard":
      return expressionDiverges(node.value);
    case "let":
      return node.value !== undefined && expressionDiverges(node.value);
    default:
      return false;
  }
}

export function expressionDiverges(node: Expr): boolean {
  switch (node.kind) {
    case "call": {
      const definition = FUNCTIONS.get(node.name);
      return definition?.kind === "function" && definition.isDiverging === true;
    }
    case "block":
      return node.value === undefined && lastDiverges(node);
    case "if":
      return expressionDiverges(node.then) && node.otherwise !== undefined && expressionDiverges(node.otherwise);
    default:
      return false;
  }
}

/** What stands behind a statement that never ends was reported there, and is not held against the block. */
function lastDiverges({ statements }: Block): boolean {
  const last = statements.at(-1);
  return last !== undefined && statementDiverges(last);
}

/** Whether its value, if it has one, is never reached. */
export const blockDiverges = (node: Block): boolean =>
  node.statements.some(statementDiverges) || (node.value !== undefined && expressionDiverges(node.value));
