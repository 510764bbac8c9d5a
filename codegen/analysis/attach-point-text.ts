/** From the raw text of an attach point to its parts (language.md 3, probes-and-cli.md 1.2). */
import type { AttachPoint, DiagnosticBag } from "../../grammar/index.js";
import type { Part } from "../language/provider.js";

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

class Scan {
  readonly #parts: Part[] = [];
  readonly #point: AttachPoint;
  #text = "";
  #quoted = 0;
  #plain = 0;

  constructor(point: AttachPoint) {
    this.#point = point;
  }

  /** @returns what follows a `$` that is no parameter */
  run(text: string, positional: readonly string[], depth: number): string | undefined {
    let at = 0;
    while (at < text.length) {
      const c = text[at] ?? "";
      if (c === '"') at = this.#quote(text, at + 1);
      else if (c === ":") at = this.#split(at);
      else if (c === "@") at = this.#splitAround(at);
      else if (c === "$") {
        const [whole, digits] = /^\$(0|[1-9][0-9]*)/.exec(text.slice(at)) ?? [];
        if (whole === undefined || digits === undefined || digits === "0") return text[at + 1] ?? "";
        const value = positional[Number(digits) - 1] ?? "";
        const trouble = depth < MAX_NESTING ? this.run(value, positional, depth + 1) : undefined;
        if (trouble !== undefined) return trouble;
        at += whole.length;
      } else at = this.#take(c, at);
    }
    return undefined;
  }

  finish(): readonly Part[] {
    this.#endPart();
    return this.#parts;
  }

  #take(c: string, at: number): number {
    this.#text += c;
    this.#plain++;
    return at + 1;
  }

  #quote(text: string, start: number): number {
    this.#quoted++;
    let at = start;
    while (at < text.length && text[at] !== '"') {
      if (text[at] === "\\") at++;
      this.#text += text[at] ?? "";
      at++;
    }
    return at + 1;
  }

  #split(at: number): number {
    this.#endPart();
    return at + 1;
  }

  #splitAround(at: number): number {
    this.#endPart();
    this.#parts.push({ text: "@", span: this.#point.span, isQuoted: false });
    return at + 1;
  }

  #endPart(): void {
    this.#parts.push({ text: this.#text, span: this.#point.span, isQuoted: this.#quoted > 0 && this.#plain === 0 });
    this.#text = "";
    this.#quoted = 0;
    this.#plain = 0;
  }
}
