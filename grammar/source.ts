/**
 * Source text and positions.
 *
 * Text inside tsbt is a *byte string*: every UTF-16 unit is one byte (0..255), as Buffer's
 * "latin1" encoding gives it. A script is bytes, its columns are counted in bytes, and what
 * traced programs hand us need not be UTF-8; so offsets are byte offsets, string literals are
 * the bytes that were written, and nothing is lost on the way to the output.
 */

/** One script, import, header or macro text. */
export interface SourceFile {
  /** As shown in diagnostics: the path as given, or `stdin`. */
  readonly name: string;
  /** A byte string. */
  readonly text: string;
  /** Not the user's: messages are given where the user's text led here. */
  readonly isLibrary?: boolean;
  /** It stands in a program of another language, which has made line ends of what was written `\n`: a string may hold them. */
  readonly isEmbedded?: boolean;
}

/** A half-open range of byte offsets in a file. */
export interface Span {
  readonly file: SourceFile;
  readonly start: number;
  readonly end: number;
  /**
   * In the text of a macro: the calls that brought it here, innermost first. All spans of one expansion
   * share the array.
   */
  readonly expandedFrom?: readonly Span[];
}

/** 1-based line and 1-based byte column. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export const span = (file: SourceFile, start: number, end: number): Span => ({ file, start, end });

/** From the first byte of `a` to the last of `b`. Both are in one file. */
export const cover = (a: Span, b: Span): Span => ({ ...a, end: b.end });

export const textOf = (s: Span): string => s.file.text.slice(s.start, s.end);

const lineStarts = new WeakMap<SourceFile, readonly number[]>();

function startsOf(file: SourceFile): readonly number[] {
  let starts = lineStarts.get(file);
  if (starts === undefined) {
    const found = [0];
    for (let at = file.text.indexOf("\n"); at !== -1; at = file.text.indexOf("\n", at + 1)) found.push(at + 1);
    lineStarts.set(file, (starts = found));
  }
  return starts;
}

/** Computed only when a diagnostic is printed or line info is written. */
export function positionOf(file: SourceFile, offset: number): Position {
  const starts = startsOf(file);
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
}

/** The text of a 1-based line, without its newline. */
export function lineText(file: SourceFile, line: number): string {
  const starts = startsOf(file);
  const start = starts[line - 1] ?? file.text.length;
  const next = starts[line];
  return file.text.slice(start, next === undefined ? file.text.length : next - 1);
}

/** What is wrong inside of a macro of the library is told at the script's own call. */
export function outsideLibrary(places: readonly (Span | undefined)[]): readonly [Span | undefined, ...Span[]] {
  const own = places.filter((place) => place !== undefined && place.file.isLibrary !== true) as Span[];
  return own.length > 0 ? [own[0], ...own.slice(1)] : [places[0]];
}
