/** What a declaration begins with: storage class, qualifiers and the type. */
import { type Attributes, mergeAttributes, NONE, readAttributes, startsAttribute } from "./attributes.js";
import { readTypeofOperand } from "./constant-expression.js";
import { readEnum } from "./enumeration.js";
import { CSyntaxError } from "./failure.js";
import type { CParser } from "./parser.js";
import { readRecord } from "./record.js";
import { ARITHMETIC, FLOATING, IGNORED, TAGS, TYPEOF } from "./specifier-words.js";
import { type CToken, isPunctuator } from "./token.js";
import { C_BOOL, C_INT, C_UNKNOWN, C_VOID, type CType, integerNamed } from "./type.js";

export interface Specifiers {
  readonly type: CType;
  readonly isTypedef: boolean;
  readonly attributes: Attributes;
}

interface Draft {
  type: CType | undefined;
  isTypedef: boolean;
  attributes: Attributes;
  readonly words: CToken[];
}

export function readSpecifiers(cx: CParser): Specifiers {
  const draft: Draft = { type: undefined, isTypedef: false, attributes: NONE, words: [] };
  const start = cx.tokens.peek();
  while (readSpecifier(cx, draft));
  const type = draft.type ?? (draft.words.length > 0 ? arithmeticType(cx, draft.words) : missingType(cx, start));
  return { type, isTypedef: draft.isTypedef, attributes: draft.attributes };
}

/** @returns false when none comes next */
function readSpecifier(cx: CParser, draft: Draft): boolean {
  const { tokens } = cx;
  const token = tokens.peek();
  if (startsAttribute(cx)) {
    draft.attributes = mergeAttributes(draft.attributes, readAttributes(cx));
    return true;
  }
  if (token.kind !== "identifier") return false;
  const { text } = token;
  if (text === "typedef") draft.isTypedef = true;
  if (text === "typedef" || IGNORED.has(text)) {
    tokens.next();
    return true;
  }
  if (text === "_Atomic" && !isPunctuator(tokens.peek(1), "(")) {
    tokens.next();
    return true;
  }
  if (ARITHMETIC.has(text)) {
    draft.words.push(tokens.next());
    return true;
  }
  if (draft.type !== undefined || (draft.words.length > 0 && !FLOATING.has(text))) return false;
  draft.type = readType(cx, token);
  return draft.type !== undefined;
}

function readType(cx: CParser, token: CToken): CType | undefined {
  const { tokens, scope } = cx;
  if (token.text === "enum") return readEnum(cx);
  if (TAGS.has(token.text)) return readRecord(cx);
  if (TYPEOF.has(token.text) || token.text === "_Atomic") {
    tokens.next();
    return readTypeofOperand(cx);
  }
  const known = FLOATING.get(token.text) ?? scope.typeNamed(token.text);
  if (known !== undefined) tokens.next();
  return known;
}

/** `foo_t member`: it must be a type. */
function missingType(cx: CParser, start: CToken): CType {
  const { tokens, errors } = cx;
  const token = tokens.peek();
  if (token.kind !== "identifier") throw new CSyntaxError(token, "type name requires a specifier or qualifier");
  const following = tokens.peek(1);
  if (following.kind !== "identifier" && !isPunctuator(following, "*")) {
    errors.error(start, "type name requires a specifier or qualifier");
    return C_UNKNOWN;
  }
  tokens.next();
  errors.error(token, `unknown type name '${token.text}'`);
  cx.lacksDeclarations = true;
  return C_UNKNOWN;
}

// ---------------------------------------------------------------- arithmetic types

const SPELLINGS: Readonly<Record<string, string>> = {
  __signed: "signed",
  __signed__: "signed",
  __complex__: "_Complex",
  __complex: "_Complex",
};

/** The order of the words does not count. */
function arithmeticType(cx: CParser, tokens: readonly CToken[]): CType {
  const words = tokens.map(({ text }) => SPELLINGS[text] ?? text);
  const has = (word: string): boolean => words.includes(word);
  const [first] = tokens;
  if (has("void")) return C_VOID;
  if (has("_Bool")) return C_BOOL;
  if (has("_Complex")) return complexOf(words);
  for (const name of ["float", "double"]) {
    if (!has(name)) continue;
    if (has("signed") || has("unsigned")) cx.errors.error(first!, `'${name}' cannot be signed or unsigned`);
    return FLOATING.get(has("long") ? `long ${name}` : name) ?? FLOATING.get(name)!;
  }
  const sign = has("unsigned") ? "unsigned " : "";
  if (has("char")) return integerNamed(has("signed") ? "signed char" : `${sign}char`);
  if (has("short")) return integerNamed(`${sign}short`);
  if (has("__int128")) return integerNamed(`${sign}__int128`);
  const longs = words.filter((word) => word === "long").length;
  return longs === 0
    ? has("unsigned")
      ? integerNamed("unsigned int")
      : C_INT
    : integerNamed(`${sign}${longs === 1 ? "long" : "long long"}`);
}

/** Two of them. */
function complexOf(words: readonly string[]): CType {
  const part = words.includes("float") ? 4 : words.includes("long") ? 16 : 8;
  return { kind: "opaque", name: "_Complex", sizeBytes: 2 * part, alignBytes: part };
}
