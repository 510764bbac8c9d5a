/** From the raw text of an attach point to its parts (language.md 3, probes-and-cli.md 1.2). */
import { type AttachPoint, type DiagnosticBag, type Span, span } from "../../../grammar/index.js";
import type { Part } from "../../language/provider.js";

/**
 * Splits at unquoted `:` and `@` (which leaves a part of its own), removes quotes, and puts positional
 * parameters in; their text is split as well.
 *
 * @returns undefined after a report
 */
export function splitAttachPoint(
  point: AttachPoint,
  positional: readonly string[],
  bag: DiagnosticBag,
): readonly Part[] | undefined {
  const scan = new Scan(point);
  const trouble = scan.run(point.text, positional, 0);
  if (trouble === undefined) return scan.finish();
  bag.error("positional-in-attach-point", point.span, { after: trouble });
  return undefined;
}

/** A parameter may name another one, but not for ever. */
const MAX_NESTING = 8;

interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** The part that is being read. */
interface Open {
  text: string;
  quoted: number;
  plain: number;
  /** Of the attach point's text; undefined: nothing has been read of it. */
  start: number | undefined;
  end: number;
}

const NOTHING: Open = { text: "", quoted: 0, plain: 0, start: undefined, end: 0 };

class Scan {
  readonly #parts: Part[] = [];
  readonly #point: AttachPoint;
  #open: Open = { ...NOTHING };
  /** What a parameter brings stands where the parameter stands. */
  #parameter: Stretch | undefined;

  constructor(point: AttachPoint) {
    this.#point = point;
  }

  /** @returns what follows a `$` that is no parameter */
  run(text: string, positional: readonly string[], depth: number): string | undefined {
    let at = 0;
    while (at < text.length) {
      const c = text[at] ?? "";
      if (c === '"') at = this.#quote(text, at);
      else if (c === ":") at = this.#split(at);
      else if (c === "@") at = this.#splitAround(at);
      else if (c === "$") {
        const [whole, digits] = /^\$(0|[1-9][0-9]*)/.exec(text.slice(at)) ?? [];
        if (whole === undefined || digits === undefined || digits === "0") return text[at + 1] ?? "";
        const trouble = this.#insert(at, whole, positional[Number(digits) - 1] ?? "", positional, depth);
        if (trouble !== undefined) return trouble;
        at += whole.length;
      } else at = this.#take(c, at);
    }
    if (depth === 0) this.#endPart(text.length);
    return undefined;
  }

  finish(): readonly Part[] {
    return this.#parts;
  }

  #insert(at: number, name: string, value: string, positional: readonly string[], depth: number): string | undefined {
    const outer = this.#parameter;
    this.#parameter ??= { start: at, end: at + name.length };
    this.#reach(at, at + name.length);
    const trouble = depth < MAX_NESTING ? this.run(value, positional, depth + 1) : undefined;
    this.#parameter = outer;
    return trouble;
  }

  #take(c: string, at: number): number {
    this.#reach(at, at + 1);
    this.#open.text += c;
    this.#open.plain++;
    return at + 1;
  }

  #quote(text: string, start: number): number {
    let at = start + 1;
    this.#open.quoted++;
    while (at < text.length && text[at] !== '"') {
      if (text[at] === "\\") at++;
      this.#open.text += text[at] ?? "";
      at++;
    }
    this.#reach(start, at + 1);
    return at + 1;
  }

  #split(at: number): number {
    this.#endPart(at);
    return at + 1;
  }

  #splitAround(at: number): number {
    this.#endPart(at);
    const { start, end } = this.#parameter ?? { start: at, end: at + 1 };
    this.#parts.push({ text: "@", span: this.#spanOf(start, end), isQuoted: false });
    return at + 1;
  }

  /** The open part covers this piece of the text. */
  #reach(start: number, end: number): void {
    const place = this.#parameter ?? { start, end };
    this.#open.start ??= place.start;
    this.#open.end = Math.max(this.#open.end, place.end);
  }

  /** @param at - where the next separator stands */
  #endPart(at: number): void {
    const { text, quoted, plain, start, end } = this.#open;
    const empty = this.#parameter?.start ?? at;
    const span = start === undefined ? this.#spanOf(empty, empty) : this.#spanOf(start, end);
    this.#parts.push({ text, span, isQuoted: quoted > 0 && plain === 0 });
    this.#open = { ...NOTHING };
  }

  #spanOf(start: number, end: number): Span {
    const { file, start: origin } = this.#point.span;
    return span(file, origin + start, Math.min(origin + end, this.#point.span.end));
  }
}
