/** Types without a declared name: in casts, `sizeof`, `typeof`. */
import { readDeclarator } from "./declarator.js";
import type { CParser } from "./parser.js";
import { isSpecifierWord, readSpecifiers } from "./specifiers.js";
import type { CType } from "./type.js";

/** Whether a type, or a declaration, begins here. */
export function startsType({ tokens, scope }: CParser): boolean {
  const token = tokens.peek();
  if (token.kind !== "identifier") return false;
  return isSpecifierWord(token.text) || scope.typeNamed(token.text) !== undefined;
}

export function readTypeName(cx: CParser): CType {
  const { type } = readSpecifiers(cx);
  return readDeclarator(cx, type).type;
}
