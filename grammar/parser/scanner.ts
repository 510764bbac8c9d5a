/**
 * Bytes to tokens. What a byte means depends on where it stands, so the reader of a construct asks for
 * the token that it expects: ordinary ones by {@link Scanner.next}, attach points and predicates by
 * their own methods, C text by offsets.
 */
import { integerEnd } from "../literals.js";
import type { SourceFile } from "../source.js";
import {
  AttachPoint,
  EndOfFile,
  Integer,
  LCurly,
  MapName,
  Positional,
  PositionalCount,
  PredicateEnd,
  PredicateStart,
  PUNCTUATION,
  QuotedString,
  RCurly,
  Semicolon,
  Token,
  Unknown,
  UnterminatedString,
  Variable,
  wordType,
} from "../tokens.js";
import type { TokenType } from "chevrotain";

/** A comment with its delimiters: byte offsets, half open. */
export interface Comment {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const [TAB, LF, CR, SPACE, QUOTE, HASH, DOLLAR, STAR, SLASH, AT, BACKSLASH] = [
  9, 10, 13, 32, 0x22, 0x23, 0x24, 0x2a, 0x2f, 0x40, 0x5c,
] as const;

const NOTHING = 0;
const LETTER = 1;
const DIGIT = 2;

/** Which bytes may start or continue a word. */
const CLASS: Uint8Array = new Uint8Array(256).map((_, code) => {
  const char = String.fromCharCode(code);
  if (/[A-Za-z_]/.test(char)) return LETTER;
  return /[0-9]/.test(char) ? DIGIT : NOTHING;
});

const isWordByte = (code: number): boolean => CLASS[code] !== NOTHING && CLASS[code] !== undefined;

/** Candidates by first byte, the longest first. */
const PUNCTUATION_BY_BYTE: readonly (readonly (readonly [string, TokenType])[])[] = Array.from(
  { length: 256 },
  (_, code) => PUNCTUATION.filter(([text]) => text.charCodeAt(0) === code).sort(([a], [b]) => b.length - a.length),
);

export class Scanner {
  readonly text: string;
  /** Where the next token is looked for. */
  at = 0;
  readonly #comments: Comment[] | undefined;
  readonly #stringsMayBreak: boolean;
  #commentsEnd = 0;
  /** There is no `/ {` from here on; keeps a script of unclosed predicates from being quadratic. */
  #noPredicateEndFrom = Infinity;

  constructor(file: SourceFile, comments?: Comment[]) {
    this.text = file.text;
    this.#stringsMayBreak = file.isEmbedded === true;
    this.#comments = comments;
  }

  get isAtEnd(): boolean {
    return this.at >= this.text.length;
  }

  // -------------------------------------------------------------- layout

  skipLayout(): void {
    const { text } = this;
    for (;;) {
      const code = text.charCodeAt(this.at);
      if (code === SPACE || code === LF || code === TAB || code === CR) this.at++;
      else if (code === SLASH && !this.#skipComment()) return;
      else if (code !== SLASH) return;
    }
  }

  #skipComment(): boolean {
    const start = this.at;
    const end = commentEnd(this.text, start);
    if (end === undefined) return false;
    this.at = end;
    if (this.#comments !== undefined && start >= this.#commentsEnd) {
      this.#comments.push({ text: this.text.slice(start, end), start, end });
      this.#commentsEnd = end;
    }
    return true;
  }

  // -------------------------------------------------------------- ordinary tokens

  /** The word that starts here, or nothing. Does not move. */
  peekWord(): string {
    return CLASS[this.text.charCodeAt(this.at)] === LETTER ? this.text.slice(this.at, this.#wordEnd(this.at)) : "";
  }

  /** Whether the word that comes next begins a program, and is no attach point of such a provider or name. */
  get startsProg(): boolean {
    const start = /prog\b\s*[^\s:=,]/y;
    start.lastIndex = this.at;
    return start.test(this.text);
  }

  /** Skips layout and takes a token; at the end of the text, the end-of-file token. */
  next(): Token {
    this.skipLayout();
    const { text, at } = this;
    if (at >= text.length) return new Token(EndOfFile, "", text.length, text.length);
    const code = text.charCodeAt(at);
    switch (CLASS[code]) {
      case LETTER:
        return this.#word();
      case DIGIT:
        return this.take(Integer, integerEnd(text, at));
    }
    switch (code) {
      case QUOTE:
        return this.#string();
      case DOLLAR:
        return this.#dollar();
      case AT:
        return this.take(MapName, CLASS[text.charCodeAt(at + 1)] === LETTER ? this.#wordEnd(at + 1) : at + 1);
    }
    return this.#punctuation(code);
  }

  /** The token from here to `end`. */
  take(type: TokenType, end: number): Token {
    const start = this.at;
    this.at = end;
    return new Token(type, this.text.slice(start, end), start, end);
  }

  #wordEnd(start: number): number {
    let end = start;
    while (isWordByte(this.text.charCodeAt(end))) end++;
    return end;
  }

  #word(): Token {
    const end = this.#wordEnd(this.at);
    return this.take(wordType(this.text.slice(this.at, end)), end);
  }

  #dollar(): Token {
    const { text, at } = this;
    const code = text.charCodeAt(at + 1);
    if (CLASS[code] === LETTER) return this.take(Variable, this.#wordEnd(at + 1));
    if (code === HASH) return this.take(PositionalCount, at + 2);
    if (CLASS[code] !== DIGIT) return this.take(Unknown, at + 1);
    let end = at + 1;
    while (CLASS[text.charCodeAt(end)] === DIGIT) end++;
    return this.take(Positional, end);
  }

  #string(): Token {
    const { text } = this;
    let end = this.at + 1;
    for (;;) {
      const code = text.charCodeAt(end);
      if (code === QUOTE) return this.take(QuotedString, end + 1);
      if (end >= text.length || (code === LF && !this.#stringsMayBreak)) return this.take(UnterminatedString, end);
      end += code === BACKSLASH && text.charCodeAt(end + 1) !== LF ? 2 : 1;
    }
  }

  #punctuation(code: number): Token {
    const { text, at } = this;
    for (const [spelling, type] of PUNCTUATION_BY_BYTE[code] ?? []) {
      if (!text.startsWith(spelling, at)) continue;
      this.at = at + spelling.length;
      return new Token(type, spelling, at, this.at);
    }
    return this.take(Unknown, at + 1);
  }

  // -------------------------------------------------------------- runs of tokens

  /**
   * Takes tokens from the next one, which should be a `{`, through its partner.
   *
   * @returns where the `{` stands, or infinity when there is none
   */
  block(tokens: Token[]): number {
    const first = this.next();
    tokens.push(first);
    if (first.tokenType !== LCurly) return Infinity;
    for (let depth = 1; depth > 0;) {
      const token = this.next();
      if (token.tokenType === EndOfFile) break;
      if (token.tokenType === LCurly) depth++;
      else if (token.tokenType === RCurly) depth--;
      tokens.push(token);
    }
    return first.startOffset;
  }

  /** Takes tokens through the first of the given type or `;`. Stops before a brace or the end of the text. */
  through(last: TokenType, tokens: Token[]): void {
    for (;;) {
      const before = this.at;
      const token = this.next();
      const isOutside = token.tokenType === LCurly || token.tokenType === RCurly;
      if (isOutside) this.at = before;
      if (isOutside || token.tokenType === EndOfFile) return;
      tokens.push(token);
      if (token.tokenType === last || token.tokenType === Semicolon) return;
    }
  }

  /** Takes a `;`, when it comes next. */
  semicolon(tokens: Token[]): void {
    this.skipLayout();
    if (this.text.charAt(this.at) === ";") tokens.push(this.next());
  }

  // -------------------------------------------------------------- heads of probes

  /** Takes the list of attach points and its commas. */
  attachPoints(tokens: Token[]): void {
    for (;;) {
      this.skipLayout();
      const end = attachPointEnd(this.text, this.at);
      if (end > this.at) tokens.push(this.take(AttachPoint, end));
      this.skipLayout();
      if (this.text.charAt(this.at) !== ",") return;
      tokens.push(this.next());
    }
  }

  /**
   * Takes a predicate, when there is one: the slash that closes it is the first with only layout between it and a
   * `{`. Without any the tokens end before the first brace.
   */
  predicate(tokens: Token[]): void {
    this.skipLayout();
    const start = this.at;
    if (this.text.charCodeAt(start) !== SLASH) return;
    const first = tokens.length;
    tokens.push(this.take(PredicateStart, start + 1));
    const isUnclosed = start >= this.#noPredicateEndFrom;
    let braceAt: { readonly index: number; readonly offset: number } | undefined;
    for (;;) {
      const before = this.at;
      const token = this.next();
      if (token.tokenType === LCurly) braceAt ??= { index: tokens.length, offset: before };
      if (token.tokenType === EndOfFile || (isUnclosed && braceAt !== undefined)) break;
      if (token.image === "/" && this.#isBeforeBrace()) {
        tokens.push(new Token(PredicateEnd, "/", token.startOffset, token.endOffset));
        return;
      }
      tokens.push(token);
    }
    this.#noPredicateEndFrom = Math.min(this.#noPredicateEndFrom, start);
    if (braceAt === undefined) return;
    tokens.length = Math.max(braceAt.index, first + 1);
    this.at = braceAt.offset;
  }

  #isBeforeBrace(): boolean {
    const before = this.at;
    this.skipLayout();
    const found = this.text.charAt(this.at) === "{";
    this.at = before;
    return found;
  }

  // -------------------------------------------------------------- raw text

  lineEnd(start: number): number {
    const end = this.text.indexOf("\n", start);
    return end === -1 ? this.text.length : end;
  }

  /** Moves past the next `{` and its partner, reading no tokens. Answers whether there were such. */
  skipBraces(): boolean {
    while (!this.isAtEnd && this.text.charAt(this.at) !== "{") this.at = rawEnd(this.text, this.at);
    return this.skipBalanced("{", "}");
  }

  /** Moves past the text from the bracket that stands here through its partner; to the end when there is none. */
  skipBalanced(open: string, close: string): boolean {
    const { text } = this;
    let depth = 0;
    while (this.at < text.length) {
      const char = text.charAt(this.at);
      this.at = rawEnd(text, this.at);
      if (char === open) depth++;
      else if (char === close && --depth === 0) return true;
    }
    return false;
  }
}

/** One past the comment at `start`, or undefined when there is none. An unclosed one takes the whole rest. */
function commentEnd(text: string, start: number): number | undefined {
  const second = text.charCodeAt(start + 1);
  if (second === SLASH) {
    const end = text.indexOf("\n", start);
    return end === -1 ? text.length : end;
  }
  if (second !== STAR) return undefined;
  const end = text.indexOf("*/", start + 2);
  return end === -1 ? text.length : end + 2;
}

/** One past what stands at `at` in raw text: a comment, a quoted stretch (of this line at most), or one byte. */
function rawEnd(text: string, at: number): number {
  const char = text.charAt(at);
  if (char === "/") return commentEnd(text, at) ?? at + 1;
  if (char !== '"' && char !== "'") return at + 1;
  let end = at + 1;
  for (; end < text.length && text.charAt(end) !== "\n"; end++) {
    if (text.charAt(end) === char) return end + 1;
    if (text.charAt(end) === "\\") end++;
  }
  return Math.min(end, text.length);
}

const ENDS_ATTACH_POINT = /[ \t\r\n{,]/;

/** language.md 3.1 and probes-and-cli.md 1.1. */
function attachPointEnd(text: string, start: number): number {
  // Once there was a colon, slashes belong to paths; and a comment that is glued to the text belongs to it.
  let isSlashText = false;
  let at = start;
  for (; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === '"') at = quotedEnd(text, at) - 1;
    else if (ENDS_ATTACH_POINT.test(char)) break;
    else if (char === ":") isSlashText = true;
    else if (char !== "/" || isSlashText) continue;
    else if (/[/*]/.test(text.charAt(at + 1))) isSlashText = true;
    else break;
  }
  return Math.min(at, text.length);
}

function quotedEnd(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text.charAt(at) !== '"') at += text.charAt(at) === "\\" ? 2 : 1;
  return at + 1;
}
