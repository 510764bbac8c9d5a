/** What every rule is written with: spans, messages, the values of literals, and the depth of nesting. */
import { EmbeddedActionsParser, type IParserErrorMessageProvider, type IToken, type TokenType } from "chevrotain";
import type * as ast from "../ast.js";
import type { Code, DiagnosticBag, MessageArgs } from "../diagnostic.js";
import { readInteger, readString, type LiteralError } from "../literals.js";
import { span, type SourceFile, type Span } from "../source.js";
import * as t from "../tokens.js";
import type { Token } from "../tokens.js";
import { SyntaxFailure } from "./failure.js";

/**
 * How deeply constructs may nest. Everything that walks a tree by recursion has the stack for it that the launcher provides;
 * with less, the stack is the limit.
 */
export const MAX_DEPTH = 8000;

/** How deeply loops may nest: each level costs the verifier more than the one around it. */
const MAX_LOOP_DEPTH = 200;

/** No script gets more syntax errors than this. */
export const MAX_SYNTAX_ERRORS = 20;

const MAX_PARAMETER = 2n ** 63n - 1n;

/** `expected …`: every message of Chevrotain's own is the text that follows that word. */
const EXPECTED: IParserErrorMessageProvider = {
  buildMismatchTokenMessage({ expected, actual, previous, ruleName }) {
    const content = isBareSigil(actual) ? AFTER_SIGIL : (CONTENT_OF[ruleName] ?? "expression");
    if (isClosing(expected) && isOpeningOrComma(previous.tokenType)) return content;
    if (expected === t.RCurly && actual.tokenType !== t.EndOfFile) return content;
    return expected.LABEL ?? expected.name;
  },
  buildNoViableAltMessage: ({ actual: [actual], customUserDescription }) =>
    actual !== undefined && isBareSigil(actual) ? AFTER_SIGIL : (customUserDescription ?? "expression"),
  buildEarlyExitMessage: ({ customUserDescription }) => customUserDescription ?? "expression",
  buildNotAllInputParsedMessage: () => "end of input",
};

/** A `$` that nothing follows. */
const isBareSigil = (token: IToken): boolean => token.image === "$";
const AFTER_SIGIL = "identifier after '$'";

export const MACRO_PARAMETER = "macro argument ($var, @map, or identifier)";

/** What could have stood in place of a closing bracket, where it is not an expression. */
const CONTENT_OF: Readonly<Record<string, string>> = { config: "config key", macro: MACRO_PARAMETER };

const isClosing = (type: TokenType): boolean => type === t.RParen || type === t.RSquare;
const isOpeningOrComma = (type: TokenType | undefined): boolean =>
  type === t.LParen || type === t.LSquare || type === t.Comma;

const NO_FILE: SourceFile = { name: "", text: "" };

export interface RuleOptions {
  /** Full validation of the grammar is for tests: it takes long. */
  readonly skipValidations: boolean;
}

export abstract class RuleBase extends EmbeddedActionsParser {
  protected file = NO_FILE;
  #bag: DiagnosticBag | undefined;
  #depth = 0;
  #loopDepth = 0;
  /** Mistakes of this script that did not stop the parser. */
  #reported = 0;

  constructor({ skipValidations }: RuleOptions) {
    super(t.VOCABULARY, { skipValidations, maxLookahead: 1, recoveryEnabled: false, errorMessageProvider: EXPECTED });
  }

  /** Takes the tokens of the next item; the last of them is {@link t.EndOfFile}. */
  begin(file: SourceFile, tokens: Token[], bag: DiagnosticBag): void {
    this.file = file;
    this.#bag = bag;
    this.#depth = 0;
    this.#loopDepth = 0;
    this.input = tokens;
  }

  /** Forgets the script, so that its text can be freed. */
  end(): void {
    this.file = NO_FILE;
    this.#bag = undefined;
    this.#reported = 0;
    this.input = [];
  }

  // ---------------------------------------------------------------- leaves

  protected variable(token: IToken): ast.Variable {
    return { kind: "variable", span: this.spanOf(token), name: token.image };
  }

  protected integerLiteral(token: IToken): ast.IntegerLiteral {
    return { kind: "integer", span: this.spanOf(token), value: this.integer(token) };
  }

  protected stringLiteral(token: IToken): ast.StringLiteral {
    return { kind: "string", span: this.spanOf(token), value: this.string(token) };
  }

  protected bool(token: IToken, value: boolean): ast.BoolLiteral {
    return { kind: "bool", span: this.spanOf(token), value };
  }

  protected positional(token: IToken): ast.Positional {
    const number = this.ACTION(() => {
      const digits = token.image.slice(1).replace(/^0+(?=.)/, "");
      const value = digits.length > 19 ? 0n : BigInt(digits);
      if (value >= 1n && value <= MAX_PARAMETER) return value;
      this.report("syntax-parameter-range", this.spanOf(token), { parameter: `$${digits}` });
      return 1n;
    });
    return { kind: "positional", span: this.spanOf(token), number };
  }

  protected positionalCount(token: IToken): ast.PositionalCount {
    return { kind: "positional-count", span: this.spanOf(token) };
  }

  protected unterminated(token: IToken): never {
    return this.ACTION((): never => {
      const value = readString(token.image);
      if (typeof value !== "string") this.reportLiteral("syntax-string", token, value);
      return this.fail("syntax-unterminated-string", this.spot(this.next()), {});
    });
  }

  /** A wrong literal does not confuse what follows: it is reported, and stands for 0. */
  protected integer(token: IToken): bigint {
    return this.ACTION(() => {
      const value = readInteger(token.image);
      if (typeof value === "bigint") return value;
      this.reportLiteral("syntax-integer", token, value);
      return 0n;
    });
  }

  protected string(token: IToken): string {
    return this.ACTION(() => {
      const value = readString(token.image);
      if (typeof value === "string") return value;
      this.reportLiteral("syntax-string", token, value);
      return "";
    });
  }

  // ---------------------------------------------------------------- errors

  protected reportLiteral(code: "syntax-integer" | "syntax-string", token: IToken, error: LiteralError): void {
    const { startOffset } = token;
    const place = span(this.file, startOffset + error.start, startOffset + error.end);
    this.report(code, place, { problem: error.error });
  }

  /** Reports what does not stop the parser, as long as somebody may want to read it. */
  protected report<C extends Code>(code: C, place: Span, args: MessageArgs<C>): void {
    if (this.#reported++ >= MAX_SYNTAX_ERRORS) this.fail(code, place, args);
    this.#bag?.error(code, place, args);
  }

  protected fail<C extends Code>(code: C, place: Span, args: MessageArgs<C>): never {
    throw new SyntaxFailure(code, place, args);
  }

  protected failTooDeep(limit: number): never {
    return this.fail("syntax-too-deep", this.spot(this.next()), { limit });
  }

  protected failExpected(what: string, at: Token): never {
    return this.fail("syntax-expected", this.spot(at), { what });
  }

  /** Every rule through which the grammar is recursive calls this first, and {@link leave} last. */
  protected enter(): void {
    if (++this.#depth > MAX_DEPTH) this.failTooDeep(MAX_DEPTH);
  }

  protected leave(): void {
    this.#depth--;
  }

  protected enterLoop(): void {
    if (++this.#loopDepth > MAX_LOOP_DEPTH) this.failTooDeep(MAX_LOOP_DEPTH);
  }

  protected leaveLoop(): void {
    this.#loopDepth--;
  }

  /** What a stack that is used up means. */
  stackOverflow(): SyntaxFailure {
    return new SyntaxFailure("syntax-too-deep", this.spot(this.next()), { limit: this.#depth });
  }

  // ---------------------------------------------------------------- tokens and spans

  protected next(): Token {
    return this.LA(1) as Token;
  }

  protected previous(): Token {
    return this.LA(0) as Token;
  }

  protected nextIs(type: TokenType): boolean {
    return this.LA(1).tokenType === type;
  }

  protected spanOf(token: IToken): Span {
    return span(this.file, token.startOffset, token.endOffset as number);
  }

  /** From `start` through the last token that was taken. */
  protected since(start: Token): Span {
    return span(this.file, start.startOffset, this.previous().endOffset);
  }

  /** From an operand, without parentheses around it, through the last token that was taken. */
  protected sinceOperand(operand: { readonly span: Span }): Span {
    // While the grammar is recorded there are no nodes.
    return span(this.file, this.RECORDING_PHASE ? 0 : operand.span.start, this.previous().endOffset);
  }

  /** The place of an "expected …". */
  protected spot(token: Token): Span {
    return spot(this.file, token);
  }
}

/** A name or a number, or the first byte of any other token; empty at the end of the file. */
export function spot(file: SourceFile, token: Token): Span {
  const isWhole = /^[$@]?\w/.test(token.image);
  return span(file, token.startOffset, isWhole ? token.endOffset : Math.min(token.startOffset + 1, token.endOffset));
}

/** What a token that was just taken stands for. */
export const meaning = <T>(_token: IToken, value: T): T => value;
