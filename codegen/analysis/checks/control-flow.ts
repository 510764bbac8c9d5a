/** Where `break`, `continue` and `return` may stand, and what can never run (language.md 13). */
import {
  type AnyNode,
  type Block,
  type DiagnosticBag,
  type Expr,
  forEachChild,
  type Macro,
  type Probe,
  type Prog,
  type Return,
  type Span,
} from "../../../grammar/index.js";
import type { Language } from "../../language/language.js";
import { statementDiverges } from "./diverges.js";
import { withLayoutBefore } from "./layout-spans.js";

interface Place {
  readonly language: Language;
  readonly where: "probe" | "prog" | "macro";
  /** `break` and `continue` have something to leave. */
  readonly isInLoop: boolean;
  /** The returns of the outermost `for`, which must agree on having a value. */
  readonly returns: Return[] | undefined;
  /** Blocks at the ends of bodies, whose values nobody takes, and how they are shown. */
  readonly unused: Map<Block, Span>;
}

export function checkControlFlow(item: Probe | Prog | Macro, language: Language, bag: DiagnosticBag): void {
  const unused = new Map<Block, Span>();
  if (item.kind !== "macro") {
    const { body } = item;
    const hasPredicate = item.kind === "probe" && item.predicate !== undefined;
    markUnused(body, hasPredicate ? withLayoutBefore(body.span) : body.span, unused);
  }
  check(item.body, { language, where: item.kind, isInLoop: false, returns: undefined, unused }, bag);
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
      markUnused(node.body, withLayoutBefore(node.body.span), place.unused);
      return inside(node, { ...place, isInLoop: true, returns: place.returns ?? [] }, bag);
    case "while":
      markUnused(node.body, withLayoutBefore(node.body.span), place.unused);
      return inside(node, { ...place, isInLoop: true }, bag);
    case "unroll":
      markUnused(node.body, withLayoutBefore(node.body.span), place.unused);
      break;
    case "block":
      checkReachable(node, place, bag);
      break;
  }
  inside(node, place, bag);
}

function markUnused(node: Expr, span: Span, unused: Map<Block, Span>): void {
  if (node.kind === "block") {
    unused.set(node, span);
    const last = node.statements.at(-1);
    const value = node.value ?? (last?.kind === "expr-statement" ? last.expr : undefined);
    if (value !== undefined) markUnused(value, value.span, unused);
  } else if (node.kind === "if") {
    markUnused(node.then, withLayoutBefore(node.then.span), unused);
    const { otherwise } = node;
    if (otherwise !== undefined) markUnused(otherwise, withLayoutBefore(otherwise.span), unused);
  }
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
function checkReachable(block: Block, { language, unused }: Place, bag: DiagnosticBag): void {
  for (const [i, statement] of block.statements.entries()) {
    if (!statementDiverges(language, statement)) continue;
    const next = block.statements[i + 1];
    if (next !== undefined) bag.warning("statement-unreachable", next.span, {});
    else if (block.value !== undefined) warnOfValue(block.value, unused.get(block), bag);
  }
}

function warnOfValue(value: Expr, unused: Span | undefined, bag: DiagnosticBag): void {
  if (unused !== undefined) bag.warning("statement-unreachable", unused, {});
  else bag.warning("expression-unreachable", value.span, {});
}
