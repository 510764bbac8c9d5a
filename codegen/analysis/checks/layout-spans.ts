/** Some messages of the reference point at a construct and the layout around it. */
import type { Span } from "../../../grammar/index.js";

/** From the end of what stands before. */
export function withLayoutBefore(span: Span): Span {
  const before = span.file.text.slice(0, span.start);
  return { ...span, start: before.trimEnd().length };
}

/** Up to what stands behind. */
export function withLayoutBehind(span: Span): Span {
  const behind = span.file.text.slice(span.end);
  return { ...span, end: span.end + behind.length - behind.trimStart().length };
}
