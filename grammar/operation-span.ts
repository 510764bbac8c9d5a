import type { Assign } from "./ast.js";
import type { Span } from "./source.js";

/** `+= value`: where the operation of a compound assignment stands. */
export function operationSpan(node: Assign): Span {
  const { file, end } = node.target.span;
  const blank = /\s*/y;
  blank.lastIndex = end;
  blank.test(file.text);
  return { file, start: blank.lastIndex, end: node.span.end };
}
