/** Places of the script, for programs. */
import { lineText, outsideLibrary, positionOf, type SourceFile, type Span } from "../../grammar/index.js";
import { decoded } from "../output/index.js";
import type { ScriptPlace, ScriptRange } from "./events.js";

/** The innermost place in the script's own text. */
export function placeOf(span: Span): ScriptPlace {
  const { file, start } = ownSpan(span);
  const { line, column } = positionOf(file, start);
  return { file: decoded(file.name), line, column: decoded(lineText(file, line).slice(0, column - 1)).length + 1 };
}

export function rangeOf(span: Span): ScriptRange {
  const { file, start, end } = ownSpan(span);
  return { ...placeOf(span), start: offsetIn(file, start), end: offsetIn(file, end) };
}

const ownSpan = (span: Span): Span => outsideLibrary([span, ...(span.expandedFrom ?? [])])[0] ?? span;

const offsetIn = ({ text }: SourceFile, bytes: number): number => decoded(text.slice(0, bytes)).length;
