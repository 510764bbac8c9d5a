/** Types without a declared name: in casts, `sizeof`, `typeof`. */
import { readDeclarator } from "./declarator.js";
import type { CParser } from "./parser.js";
import { readSpecifiers } from "./specifiers.js";
import type { CType } from "./type.js";

export function readTypeName(cx: CParser): CType {
  const { type } = readSpecifiers(cx);
  return readDeclarator(cx, type).type;
}
