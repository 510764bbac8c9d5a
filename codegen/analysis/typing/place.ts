/** Where messages about an expression point: parentheses that it begins with are left out, as in bpftrace. */
import type { Expr, Span } from "../../../grammar/index.js";

export function placeOf(node: Expr): Span {
  switch (node.kind) {
    case "binary":
      return startingAt(node, node.left);
    case "field":
    case "index":
      return startingAt(node, node.object);
    default:
      return node.span;
  }
}

const startingAt = ({ span }: Expr, first: Expr): Span => ({ ...span, start: placeOf(first).start });
