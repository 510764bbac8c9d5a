/** The text of one file as tokens: one pass over its bytes. */
import type { SourceFile } from "../source.js";
import type { CToken, CTokenKind } from "./token.js";

const [TAB, LF, VT, FF, CR, SPACE, QUOTE, HASH, APOSTROPHE, STAR, PLUS, MINUS, DOT, SLASH, BACKSLASH] = [
  9, 10, 11, 12, 13, 0x20, 0x22, 0x23, 0x27, 0x2a, 0x2b, 0x2d, 0x2e, 0x2f, 0x5c,
] as const;

const NOTHING = 0;
const LETTER = 1;
const DIGIT = 2;

const CLASS: Uint8Array = new Uint8Array(256).map((_, code) => {
  const char = String.fromCharCode(code);
  if (/[A-Za-z_$]/.test(char) || code >= 0x80) return LETTER;
  return /[0-9]/.test(char) ? DIGIT : NOTHING;
});

/** Regular expressions of one class run as machine code from the first header on; loops do not. */
const WORD_BYTES = /[\w$\x80-\xff]*/y;
const BLANKS = /[ \t\v\f\r]*/y;
/** Up to what may end a line, or hide its end. */
const ORDINARY_BYTES = /[^\n"'/\\]*/y;

/** The longest first. */
const PUNCTUATORS: readonly string[] =
  "... <<= >>= -> ++ -- << >> <= >= == != && || += -= *= /= %= &= |= ^= ## [ ] ( ) { } . & * + - ~ ! / % < > ^ | ? : ; = , #".split(
    " ",
  );

const PUNCTUATORS_BY_BYTE: readonly (readonly string[])[] = Array.from({ length: 256 }, (_, code) =>
  PUNCTUATORS.filter((text) => text.charCodeAt(0) === code),
);

/** Letters after which a sign belongs to a number: `1e+3`, `0x1p-3`. */
const EXPONENTS: ReadonlySet<number> = new Set([..."eEpP"].map((char) => char.charCodeAt(0)));

/** What a quote may follow directly to be part of the same literal. */
const PREFIXES: ReadonlySet<string> = new Set(["L", "u", "U", "u8"]);

const CONTINUATION = /\\\r?\n/g;

export class CLexer {
  readonly file: SourceFile;
  readonly #text: string;
  #at = 0;
  #startsLine = true;
  /** Where a comment begins that is never closed. */
  unterminatedComment: number | undefined;

  constructor(file: SourceFile) {
    this.file = file;
    this.#text = file.text;
  }

  /** The tokens between two places of a line. */
  static tokensIn(file: SourceFile, start: number, end: number): readonly CToken[] {
    const lexer = new CLexer({ name: file.name, text: file.text.slice(0, end) });
    lexer.#at = start;
    lexer.#startsLine = false;
    const tokens: CToken[] = [];
    for (let token = lexer.next(); token.kind !== "end"; token = lexer.next()) tokens.push({ ...token, file });
    return tokens;
  }

  /** Of the next byte. */
  get at(): number {
    return this.#at;
  }

  /** A parenthesis follows directly. */
  get isAtParenthesis(): boolean {
    return this.#text.charAt(this.#at) === "(";
  }

  next(): CToken {
    const hasSpace = this.#skipLayout();
    const at = this.#at;
    const startsLine = this.#startsLine;
    this.#startsLine = false;
    const kind = this.#scan(at);
    // Continuations inside of tokens are rare, and so is a scan for them.
    const raw = this.#text.slice(at, this.#at);
    const text = raw.includes("\\") ? raw.replace(CONTINUATION, "") : raw;
    const isLine = kind === "end" || startsLine;
    return { kind, text, file: this.file, at, hasSpace, startsLine: isLine, isPainted: false };
  }

  /** Goes back to a token that was the last one. */
  unread(token: CToken): void {
    this.#at = token.at;
    this.#startsLine = token.startsLine;
  }

  /** The name of a header with its delimiters, if one comes next on this line. */
  headerName(): CToken | undefined {
    const hasSpace = this.#skipLayout();
    const at = this.#at;
    const close = { '"': '"', "<": ">" }[this.#text.charAt(at)];
    if (this.#startsLine || close === undefined) return undefined;
    const end = this.#text.indexOf(close, at + 1);
    if (end === -1 || end >= this.#lineEnd(at)) return undefined;
    this.#at = end + 1;
    const text = this.#text.slice(at, this.#at);
    return { kind: "string", text, file: this.file, at, hasSpace, startsLine: false, isPainted: false };
  }

  /** What `#error` says, as it is written. */
  restOfLine(): string {
    const start = this.#at;
    return this.#text.slice(start, this.skipLine()).replace(CONTINUATION, " ").trim();
  }

  /** To the end of the line, unless the next one has begun. @returns where that is */
  skipLine(): number {
    if (this.#startsLine) return this.#at;
    const end = this.#text.indexOf("\n", this.#at);
    const line = this.#text.slice(this.#at, end === -1 ? this.#text.length : end);
    // Almost all lines are like that.
    if (!line.includes("/*") && !/\\\r?$/.test(line)) this.#at += line.length;
    else while (this.#at < this.#text.length && this.#code(this.#at) !== LF) this.#skipInLine();
    return this.#at;
  }

  /** Goes to the next line that begins with `#`, or to the end: what lies between means nothing. */
  skipToDirective(): void {
    for (;;) {
      this.#skipLayout();
      if (this.#at >= this.#text.length) return;
      if (this.#startsLine && this.#code(this.#at) === HASH) return;
      this.#startsLine = false;
      this.#skipInLine();
    }
  }

  // ---------------------------------------------------------------- layout

  #code(at: number): number {
    return at < this.#text.length ? this.#text.charCodeAt(at) : -1;
  }

  /** Of a backslash and the end of its line; 0 when there is none. */
  #continuationAt(at: number): number {
    if (this.#code(at) !== BACKSLASH) return 0;
    if (this.#code(at + 1) === LF) return 2;
    return this.#code(at + 1) === CR && this.#code(at + 2) === LF ? 3 : 0;
  }

  #skipLayout(): boolean {
    const start = this.#at;
    for (;;) {
      switch (this.#code(this.#at)) {
        case LF:
          this.#startsLine = true;
          this.#at++;
          break;
        case SPACE:
        case TAB:
        case CR:
        case VT:
        case FF:
          BLANKS.lastIndex = this.#at;
          BLANKS.test(this.#text);
          this.#at = BLANKS.lastIndex;
          break;
        case BACKSLASH: {
          const length = this.#continuationAt(this.#at);
          if (length === 0) return this.#at > start;
          this.#at += length;
          break;
        }
        case SLASH:
          if (!this.#skipComment()) return this.#at > start;
          break;
        default:
          return this.#at > start;
      }
    }
  }

  #skipComment(): boolean {
    switch (this.#code(this.#at + 1)) {
      case SLASH:
        this.#at = this.#lineEnd(this.#at);
        return true;
      case STAR: {
        const end = this.#text.indexOf("*/", this.#at + 2);
        if (end === -1) this.unterminatedComment ??= this.#at;
        this.#at = end === -1 ? this.#text.length : end + 2;
        return true;
      }
      default:
        return false;
    }
  }

  /** Of the line as the compiler sees it: with what continues it. */
  #lineEnd(from: number): number {
    for (let at = from; ; at++) {
      at = this.#text.indexOf("\n", at);
      if (at === -1) return this.#text.length;
      const isContinued =
        this.#code(at - 1) === BACKSLASH || (this.#code(at - 1) === CR && this.#code(at - 2) === BACKSLASH);
      if (!isContinued) return at;
    }
  }

  /** One byte, one comment or one literal. */
  #skipInLine(): void {
    switch (this.#code(this.#at)) {
      case SLASH:
        if (!this.#skipComment()) this.#at++;
        return;
      case QUOTE:
      case APOSTROPHE:
        this.#scanQuoted();
        return;
      case BACKSLASH:
        this.#at += Math.max(1, this.#continuationAt(this.#at));
        return;
      default:
        ORDINARY_BYTES.lastIndex = this.#at;
        ORDINARY_BYTES.test(this.#text);
        this.#at = ORDINARY_BYTES.lastIndex;
    }
  }

  // ---------------------------------------------------------------- tokens

  #scan(at: number): CTokenKind {
    const code = this.#code(at);
    if (code === -1) return "end";
    const type = CLASS[code];
    if (type === LETTER) return this.#scanWord(at);
    if (type === DIGIT || (code === DOT && CLASS[this.#code(at + 1)] === DIGIT)) return this.#scanNumber();
    if (code === QUOTE || code === APOSTROPHE) return this.#scanQuoted();
    for (const text of PUNCTUATORS_BY_BYTE[code] ?? []) {
      if (!this.#text.startsWith(text, at)) continue;
      this.#at += text.length;
      return "punctuator";
    }
    this.#at++;
    return "other";
  }

  #scanWord(start: number): CTokenKind {
    this.#skipWordBytes();
    const code = this.#code(this.#at);
    if ((code === QUOTE || code === APOSTROPHE) && PREFIXES.has(this.#text.slice(start, this.#at)))
      return this.#scanQuoted();
    return "identifier";
  }

  #skipWordBytes(): void {
    for (;;) {
      WORD_BYTES.lastIndex = this.#at;
      WORD_BYTES.test(this.#text);
      this.#at = WORD_BYTES.lastIndex;
      const length = this.#continuationAt(this.#at);
      if (length === 0 || (CLASS[this.#code(this.#at + length)] ?? NOTHING) === NOTHING) return;
      this.#at += length;
    }
  }

  #scanNumber(): CTokenKind {
    for (;;) {
      this.#skipWordBytes();
      const code = this.#code(this.#at);
      const isSign = (code === PLUS || code === MINUS) && EXPONENTS.has(this.#code(this.#at - 1));
      if (code !== DOT && !isSign) return "number";
      this.#at++;
    }
  }

  /** Up to the closing quote; a literal that is not closed ends with its line. */
  #scanQuoted(): CTokenKind {
    const quote = this.#code(this.#at);
    for (this.#at++; ; this.#at++) {
      const code = this.#code(this.#at);
      if (code === -1 || code === LF) return "other";
      if (code === quote) break;
      if (code !== BACKSLASH) continue;
      const length = this.#continuationAt(this.#at);
      this.#at += length === 0 ? 1 : length - 1;
    }
    this.#at++;
    return quote === QUOTE ? "string" : "character";
  }
}
