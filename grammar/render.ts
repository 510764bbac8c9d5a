/** Diagnostics as text (language.md 18.1, output.md 12). */
import type { Diagnostic, Severity } from "./diagnostic.js";
import { lineText, outsideLibrary, positionOf, type Position, type Span } from "./source.js";

export interface RenderOptions {
  /** With escape sequences around the message lines. */
  readonly color: boolean;
}

/** What we add is no error of its own, and has no colour. */
type Level = Severity | "note";

const LEVELS: Readonly<Record<Level, { readonly word: string; readonly color: string }>> = {
  error: { word: "ERROR", color: "\x1b[31m" },
  warning: { word: "WARNING", color: "\x1b[33m" },
  note: { word: "NOTE", color: "" },
};
const RESET = "\x1b[0m";

/** How a tab is shown in an excerpt. It counts as one column all the same. */
const TAB = "    ";

/** All of them in the given order, as a byte string that ends with a newline. */
export const renderDiagnostics = (diagnostics: readonly Diagnostic[], options: RenderOptions): string =>
  diagnostics.map((diagnostic) => renderDiagnostic(diagnostic, options)).join("");

/** The message itself, its contexts, its hints, and the macro calls that led to it. */
export function renderDiagnostic(diagnostic: Diagnostic, options: RenderOptions): string {
  const { severity, span, mark, message, help } = diagnostic;
  const record = (span: Span | undefined, message: string, level: Level = severity): string =>
    renderRecord(level, span, message, options);
  const hints = [...diagnostic.hints, ...(help.hints ?? [])];
  return [
    renderHead(severity, span, message, options) + (span === undefined ? "" : excerpt(span, mark)),
    ...diagnostic.contexts.map((context) => record(context.span, context.message)),
    ...(help.contexts ?? []).map((context) => record(context.span, context.message, "note")),
    ...hints.map(renderHint),
    ...diagnostic.expandedFrom.map((call) => record(call, "expanded from")),
  ].join("");
}

/** A line that says what to do. */
export const renderHint = (hint: string): string => `HINT: ${withoutNewline(hint)}\n`;

/** One message line and its excerpt; run-time warnings have the same form. */
export const renderRecord = (
  severity: Level,
  span: Span | undefined,
  message: string,
  options: RenderOptions,
): string => renderHead(severity, span, message, options) + (span === undefined ? "" : excerpt(span));

function renderHead(severity: Level, span: Span | undefined, message: string, { color }: RenderOptions): string {
  const level = LEVELS[severity];
  const place = span === undefined ? "" : `${renderLocation(span)}: `;
  const head = `${place}${level.word}: ${withoutNewline(message)}`;
  return `${color && level.color !== "" ? level.color + head + RESET : head}\n`;
}

/** A record at its place, and one for each macro call that led there, innermost first: a run-time warning. */
export function renderRecords(severity: Severity, place: Span, message: string, options: RenderOptions): string {
  const [span, ...calls] = placesOf(place);
  return renderRecord(severity, span, message, options) + renderCalls(severity, calls, options);
}

const withoutNewline = (message: string): string => (message.endsWith("\n") ? message.slice(0, -1) : message);

/** What a script says of itself: the line is not shown, but the calls of macros that led there are. */
export function renderScriptMessage(severity: Severity, place: Span, message: string, options: RenderOptions): string {
  const [span, ...calls] = placesOf(place);
  return renderHead(severity, span, message, options) + renderCalls(severity, calls, options);
}

const placesOf = (place: Span): readonly (Span | undefined)[] => outsideLibrary([place, ...(place.expandedFrom ?? [])]);

const renderCalls = (severity: Severity, calls: readonly (Span | undefined)[], options: RenderOptions): string =>
  calls.map((call) => renderRecord(severity, call, "expanded from", options)).join("");

/** `FILE:LINE:COL1-COL2`, or `FILE:LINE1-LINE2` over several lines. */
export function renderLocation(span: Span): string {
  const [start, end] = endsOf(span);
  return start.line === end.line
    ? `${span.file.name}:${start.line}:${start.column}-${end.column}`
    : `${span.file.name}:${start.line}-${end.line}`;
}

const endsOf = (span: Span): readonly [Position, Position] => [
  positionOf(span.file, span.start),
  positionOf(span.file, span.end),
];

/** @param mark - what of it is underlined */
function excerpt(span: Span, mark = span): string {
  const [start, end] = endsOf(span);
  if (start.line === end.line) {
    const [markStart, markEnd] = endsOf(mark);
    return underlined(lineText(span.file, start.line), markStart.column - 1, markEnd.column - 1);
  }
  let lines = "";
  for (let line = start.line; line <= end.line; line++) lines += `${cutAround(lineText(span.file, line), 0, 0).line}\n`;
  return lines;
}

/** Of a line that is longer, as programs write them, only what is around the mark is shown. */
const LONGEST_LINE = 1000;
const SHOWN_BEFORE = 80;
const SHOWN = 240;
const CUT = "...";

interface Marked {
  readonly line: string;
  readonly start: number;
  readonly end: number;
}

function cutAround(line: string, start: number, end: number): Marked {
  if (line.length <= LONGEST_LINE) return { line, start, end };
  const from = Math.max(0, start - SHOWN_BEFORE);
  const to = Math.min(line.length, from + SHOWN);
  const before = from === 0 ? "" : CUT;
  const shift = before.length - from;
  const shown = `${before}${line.slice(from, to)}${to === line.length ? "" : CUT}`;
  return { line: shown, start: start + shift, end: Math.min(end, to) + shift };
}

/** One line, with the columns from `start` up to `end` (from 0) marked. */
function underlined(whole: string, from: number, to: number): string {
  const { line, start, end } = cutAround(whole, from, to);
  const before = line.slice(0, start).replace(/[^\t]/g, " ");
  const marked = line.slice(start, end).replace(/[^\t]/g, "~");
  return `${line.replaceAll("\t", TAB)}\n${before.replaceAll("\t", TAB)}${marked.replaceAll("\t", "~~~~")}\n`;
}
