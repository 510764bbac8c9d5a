/** A stream of tokens with some of them seen in advance: what the parsers read from. */
import { CSyntaxError, type CPlace } from "./failure.js";
import { type CToken, isIdentifier, isPunctuator } from "./token.js";

/** As a C compiler has it. */
const MAX_NESTING = 256;

const CLOSING: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };
const CLOSERS: ReadonlySet<string> = new Set(Object.values(CLOSING));

export class CTokens {
  readonly #source: () => CToken;
  readonly #ahead: CToken[] = [];
  #depth = 0;
  /** Where the last token that was taken ends. */
  #end: CPlace | undefined;

  /** @param source gives `end` for ever at its end */
  constructor(source: () => CToken) {
    this.#source = source;
  }

  peek(distance = 0): CToken {
    while (this.#ahead.length <= distance) this.#ahead.push(this.#source());
    return this.#ahead[distance]!;
  }

  next(): CToken {
    const token = this.#ahead.length > 0 ? this.#ahead.shift()! : this.#source();
    if (token.kind !== "end") this.#end = { file: token.file, at: token.at + token.text.length };
    return token;
  }

  /** Behind what was taken last: where something is missing. */
  get end(): CPlace {
    return this.#end ?? this.peek();
  }

  is(text: string): boolean {
    return isPunctuator(this.peek(), text);
  }

  accept(text: string): CToken | undefined {
    return isPunctuator(this.peek(), text) ? this.next() : undefined;
  }

  acceptWord(text: string): CToken | undefined {
    return isIdentifier(this.peek(), text) ? this.next() : undefined;
  }

  /** @param words as they stand in the message */
  expect(text: string, words = `'${text}'`): CToken {
    const token = this.accept(text);
    if (token === undefined) throw new CSyntaxError(this.peek(), `expected ${words}`);
    return token;
  }

  /** From an opening bracket to the one that closes it; what lies between is not looked at. */
  skipBalanced(): void {
    const open = this.next();
    const expected: string[] = [CLOSING[open.text] ?? ""];
    while (expected.length > 0) {
      const token = this.next();
      if (token.kind === "end") throw new CSyntaxError(token, `expected '${expected.at(-1) ?? ""}'`);
      if (token.kind !== "punctuator") continue;
      const close = CLOSING[token.text];
      if (close !== undefined) expected.push(close);
      else if (CLOSERS.has(token.text)) {
        if (expected.at(-1) !== token.text) throw new CSyntaxError(token, `expected '${expected.at(-1) ?? ""}'`);
        expected.pop();
      }
    }
  }

  /** To one of the given tokens outside of brackets, which is left, or to the end. */
  skipTo(stops: ReadonlySet<string>): void {
    for (let depth = 0; ;) {
      const token = this.peek();
      if (token.kind === "end") return;
      if (token.kind === "punctuator") {
        if (depth === 0 && stops.has(token.text)) return;
        if (CLOSING[token.text] !== undefined) depth++;
        else if (CLOSERS.has(token.text)) {
          if (depth === 0) return;
          depth--;
        }
      }
      this.next();
    }
  }

  /** Runs `read` one level deeper. */
  nested<T>(read: () => T): T {
    if (this.#depth >= MAX_NESTING) {
      throw new CSyntaxError(this.peek(), `bracket nesting level exceeded maximum of ${MAX_NESTING}`);
    }
    this.#depth++;
    try {
      return read();
    } finally {
      this.#depth--;
    }
  }
}
