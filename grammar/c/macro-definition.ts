/** `#define NAME …`: the parameters and the body. */
import { CSyntaxError } from "./failure.js";
import { after } from "./if-expression.js";
import type { CMacro } from "./macro.js";
import { type CToken, isPunctuator } from "./token.js";

/** @param rest of the line behind the name */
export function readMacroDefinition(name: CToken, rest: readonly CToken[]): CMacro {
  const [first] = rest;
  const hasParams = first !== undefined && isPunctuator(first, "(") && !first.hasSpace;
  const params = hasParams ? readParams(rest) : undefined;
  const body = rest
    .slice(params?.length ?? 0)
    .map((token, i) => (i === 0 && token.hasSpace ? { ...token, hasSpace: false } : token));
  return {
    name: name.text,
    params: params?.names,
    isVariadic: params?.isVariadic ?? false,
    body,
    hasOperators: body.some((token) => isPunctuator(token, "##") || isPunctuator(token, "#")),
  };
}

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
