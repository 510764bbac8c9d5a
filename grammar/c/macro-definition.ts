/** `#define NAME …`: the parameters and the body. */
import type { SourceFile } from "../source.js";
import { CSyntaxError } from "./failure.js";
import { after } from "./if-expression.js";
import { CLexer } from "./lexer.js";
import type { CMacro } from "./macro.js";
import { type CToken, isPunctuator } from "./token.js";

/** Most macros of a header are never used: the text of the body becomes tokens when it is asked for. */
class ObjectMacro implements CMacro {
  readonly name: string;
  readonly params = undefined;
  readonly isVariadic = false;
  readonly file: SourceFile;
  readonly #start: number;
  readonly #end: number;
  #body: readonly CToken[] | undefined;

  constructor(name: string, file: SourceFile, start: number, end: number) {
    this.name = name;
    this.file = file;
    this.#start = start;
    this.#end = end;
  }

  get body(): readonly CToken[] {
    return (this.#body ??= withoutFirstSpace(CLexer.tokensIn(this.file, this.#start, this.#end)));
  }

  get hasOperators(): boolean {
    return this.body.some((token) => isPunctuator(token, "##"));
  }
}

/** The body lies between two places of a line. */
export const objectMacro = ({ text }: CToken, file: SourceFile, start: number, end: number): CMacro =>
  new ObjectMacro(text, file, start, end);

/** @param rest of the line, from the parenthesis */
export function functionMacro(name: CToken, rest: readonly CToken[]): CMacro {
  const { names, isVariadic, length } = readParams(rest);
  const body = withoutFirstSpace(rest.slice(length));
  const hasOperators = body.some((token) => isPunctuator(token, "##") || isPunctuator(token, "#"));
  return { name: name.text, file: name.file, params: names, isVariadic, body, hasOperators };
}

const withoutFirstSpace = (tokens: readonly CToken[]): readonly CToken[] =>
  tokens.map((token, i) => (i === 0 && token.hasSpace ? { ...token, hasSpace: false } : token));

interface Params {
  readonly names: readonly string[];
  readonly isVariadic: boolean;
  /** In tokens, parentheses and all. */
  readonly length: number;
}

/** `(a, b)`, `(a, ...)` or GNU's `(a, rest...)`. */
function readParams(tokens: readonly CToken[]): Params {
  const names: string[] = [];
  let isVariadic = false;
  for (let i = 1; ; i++) {
    const token = tokens[i];
    if (token === undefined) throw new CSyntaxError(after(tokens.at(-1)!), "missing ')' in macro parameter list");
    if (names.length === 0 && isPunctuator(token, ")")) return { names, isVariadic, length: i + 1 };
    if (isPunctuator(token, "...")) {
      names.push("__VA_ARGS__");
      isVariadic = true;
    } else if (token.kind === "identifier") {
      names.push(token.text);
      const dots = tokens[i + 1];
      isVariadic = dots !== undefined && isPunctuator(dots, "...");
      if (isVariadic) i++;
    } else throw new CSyntaxError(token, "invalid token in macro parameter list");
    const separator = tokens[++i];
    if (separator !== undefined && isPunctuator(separator, ")")) return { names, isVariadic, length: i + 1 };
    if (isVariadic || separator === undefined || !isPunctuator(separator, ",")) {
      throw new CSyntaxError(separator ?? after(tokens[i - 1]!), "expected comma in macro parameter list");
    }
  }
}
