/** The condition of `#if`: 64-bit integers, and names that are no macros are 0. */
import { characterLiteral, type Constant, constant, integerLiteral, unaryConstant } from "./constant.js";
import { type CValue, ExpressionReader } from "./expression.js";
import { CSyntaxError, type CPlace } from "./failure.js";
import { type CToken, isPunctuator } from "./token.js";
import { CTokens } from "./tokens.js";

const SIGNS: ReadonlySet<string> = new Set(["+", "-", "~", "!"]);

class IfExpression extends ExpressionReader {
  protected override readonly closingParenthesis = "')' in preprocessor expression";

  whole(): boolean {
    const value = this.comma();
    const after = this.tokens.peek();
    if (after.kind !== "end")
      throw new CSyntaxError(after, "token is not a valid binary operator in a preprocessor subexpression");
    if (value.problem !== undefined) {
      throw new CSyntaxError(value.problem.place, `${value.problem.message} in preprocessor expression`);
    }
    return value.constant !== undefined && value.constant.value !== 0n;
  }

  protected override unary(): CValue {
    const token = this.tokens.next();
    if (token.kind === "punctuator" && SIGNS.has(token.text)) return this.#signed(token);
    if (isPunctuator(token, "(")) return this.tokens.nested(() => this.parenthesized());
    return { place: token, constant: operand(token) };
  }

  #signed(op: CToken): CValue {
    const { constant, problem } = this.tokens.nested(() => this.unary());
    return { place: op, constant: constant && unaryConstant(op.text, constant), problem };
  }
}

function operand(token: CToken): Constant {
  switch (token.kind) {
    case "identifier":
      return constant(0n, 8, true);
    case "number": {
      const found = integerLiteral(token.text);
      if (found === undefined) throw new CSyntaxError(token, "invalid token in preprocessor expression");
      return constant(found.value, 8, !/u/i.test(token.text) && found.value < 2n ** 63n);
    }
    case "character":
      return constant(characterLiteral(token.text).value, 8, true);
    default:
      throw new CSyntaxError(token, "expected value in expression");
  }
}

/**
 * @param tokens with macros expanded
 * @param end where something is missing
 * @throws {@link CSyntaxError}
 */
export function evaluateIf(tokens: readonly CToken[], end: CToken): boolean {
  let at = 0;
  return new IfExpression(new CTokens(() => tokens[at++] ?? end)).whole();
}

export interface Queries {
  isDefined(name: string): boolean;
  hasHeader(name: CToken, isNext: boolean): boolean;
}

/** Compilers that we are not answer no. */
const UNSUPPORTED_QUERIES: ReadonlySet<string> = new Set([
  "__has_attribute",
  "__has_builtin",
  "__has_c_attribute",
  "__has_cpp_attribute",
  "__has_declspec_attribute",
  "__has_extension",
  "__has_feature",
  "__has_warning",
  "__is_identifier",
]);

const HEADER_QUERIES: ReadonlySet<string> = new Set(["__has_include", "__has_include_next"]);

export const isQuery = (name: string): boolean => HEADER_QUERIES.has(name) || UNSUPPORTED_QUERIES.has(name);

/** `defined X`, `__has_include(…)` and the like become 0 or 1. */
export function answerQueries(tokens: readonly CToken[], queries: Queries): readonly CToken[] {
  const out: CToken[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!;
    const answer = token.kind === "identifier" ? answerTo(tokens, i, queries) : undefined;
    if (answer === undefined) out.push(token);
    else {
      out.push({ ...token, kind: "number", text: answer.isTrue ? "1" : "0" });
      i += answer.taken;
    }
  }
  return out;
}

interface Answer {
  readonly isTrue: boolean;
  /** Tokens behind the word. */
  readonly taken: number;
}

function answerTo(tokens: readonly CToken[], i: number, queries: Queries): Answer | undefined {
  const { text } = tokens[i]!;
  if (text === "defined") return answerDefined(tokens, i, queries);
  if (!isQuery(text) || !opens(tokens[i + 1])) return undefined;
  const end = closingAfter(tokens, i + 1);
  if (end === undefined) throw new CSyntaxError(tokens[i]!, `missing ')' after '${text}'`);
  const isTrue =
    HEADER_QUERIES.has(text) && hasHeader(tokens.slice(i + 2, end), text === "__has_include_next", queries);
  return { isTrue, taken: end - i };
}

const opens = (token: CToken | undefined): boolean => token !== undefined && isPunctuator(token, "(");

function answerDefined(tokens: readonly CToken[], i: number, queries: Queries): Answer {
  const isInParentheses = opens(tokens[i + 1]);
  const name = tokens[i + (isInParentheses ? 2 : 1)];
  if (name?.kind !== "identifier")
    throw new CSyntaxError(name ?? after(tokens[i]!), "macro name must be an identifier");
  const close = tokens[i + 3];
  if (isInParentheses && (close === undefined || !isPunctuator(close, ")"))) {
    throw new CSyntaxError(after(name), "missing ')' after 'defined'");
  }
  return { isTrue: queries.isDefined(name.text), taken: isInParentheses ? 3 : 1 };
}

function closingAfter(tokens: readonly CToken[], open: number): number | undefined {
  let depth = 0;
  for (let i = open; i < tokens.length; i++) {
    if (isPunctuator(tokens[i]!, "(")) depth++;
    else if (isPunctuator(tokens[i]!, ")") && --depth === 0) return i;
  }
  return undefined;
}

/** The name is made of tokens here. */
function hasHeader(tokens: readonly CToken[], isNext: boolean, queries: Queries): boolean {
  const name = headerOf(tokens);
  if (name === undefined) return false;
  return queries.hasHeader(name, isNext);
}

/** `"x.h"` or `< x . h >` as one token. */
export function headerOf(tokens: readonly CToken[]): CToken | undefined {
  const [first] = tokens;
  if (first === undefined) return undefined;
  if (first.kind === "string") return first;
  const close = tokens.findIndex((token) => isPunctuator(token, ">"));
  if (!isPunctuator(first, "<") || close < 0) return undefined;
  const text = tokens
    .slice(0, close + 1)
    .map((token, i) => (token.hasSpace && i > 1 && i < close ? " " : "") + token.text);
  return { ...first, kind: "string", text: text.join("") };
}

/** Where something should follow. */
export const after = (token: CToken): CPlace => ({ file: token.file, at: token.at + token.text.length });
