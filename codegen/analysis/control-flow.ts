/** Where `break`, `continue` and `return` may stand, and what can never run (language.md 13). */
import {
  type AnyNode,
  type Block,
  type DiagnosticBag,
  forEachChild,
  type Macro,
  type Probe,
  type Return,
} from "../../grammar/index.js";
import { statementDiverges } from "./diverges.js";

interface Place {
  readonly where: "probe" | "macro";
  /** `break` and `continue` have something to leave. */
  readonly isInLoop: boolean;
  /** The returns of the outermost `for`, which must agree on having a value. */
  readonly returns: Return[] | undefined;
}

export function checkControlFlow(item: Probe | Macro, bag: DiagnosticBag): void {
  check(item.body, { where: item.kind, isInLoop: false, returns: undefined }, bag);
}

function check(node: AnyNode, place: Place, bag: DiagnosticBag): void {
  switch (node.kind) {
    case "break":
    case "continue":
      if (!place.isInLoop) bag.error("jump-outside-loop", node.span, { word: node.kind, where: place.where });
      break;
    case "return":
      checkReturn(node, place, bag);
      break;
    case "for":
      return inside(node, { ...place, isInLoop: true, returns: place.returns ?? [] }, bag);
    case "while":
      return inside(node, { ...place, isInLoop: true }, bag);
    case "block":
      checkReachable(node, bag);
      break;
  }
  inside(node, place, bag);
}

function inside(node: AnyNode, place: Place, bag: DiagnosticBag): void {
  forEachChild(node, (child) => {
    check(child, place, bag);
  });
}

function checkReturn(node: Return, place: Place, bag: DiagnosticBag): void {
  if (place.where === "macro") bag.error("jump-outside-loop", node.span, { word: "return", where: "macro" });
  const first = place.returns?.[0];
  if (first !== undefined && (first.value === undefined) !== (node.value === undefined)) {
    bag.error("return-inconsistent", node.span, {});
  }
  place.returns?.push(node);
}

/** Warns at the first thing behind each statement that never ends. */
function checkReachable(block: Block, bag: DiagnosticBag): void {
  for (const [i, statement] of block.statements.entries()) {
    if (!statementDiverges(statement)) continue;
    const next = block.statements[i + 1];
    if (next !== undefined) bag.warning("statement-unreachable", next.span, {});
    else if (block.value !== undefined) bag.warning("expression-unreachable", block.value.span, {});
  }
}
