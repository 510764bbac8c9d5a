/** `_Static_assert(…);` says nothing about types: it is stepped over. */
import type { CParser } from "./parser.js";
import { isPunctuator } from "./token.js";

const WORDS: ReadonlySet<string> = new Set(["_Static_assert", "static_assert"]);

export function startsStaticAssert({ tokens }: CParser): boolean {
  const token = tokens.peek();
  return token.kind === "identifier" && WORDS.has(token.text) && isPunctuator(tokens.peek(1), "(");
}

export function skipStaticAssert({ tokens }: CParser): void {
  tokens.next();
  tokens.skipBalanced();
  tokens.accept(";");
}
