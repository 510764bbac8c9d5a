/** What stands around a declared name: pointers, arrays, functions. */
import { mergeAttributes, type Attributes, NONE, readAttributes, startsAttribute } from "./attributes.js";
import { evaluate } from "./constant-expression.js";
import type { CPlace } from "./failure.js";
import { incompleteNote } from "./incomplete.js";
import { sizeOfC } from "./layout.js";
import type { CParser } from "./parser.js";
import { isSpecifierWord } from "./specifier-words.js";
import { type CToken, isPunctuator } from "./token.js";
import { C_FUNCTION, C_UNKNOWN, type CType, cTypeName, integerOf, plain } from "./type.js";

export interface Declarator {
  /** Undefined in type names, and for holes between bit-fields. */
  readonly name: CToken | undefined;
  readonly type: CType;
  readonly attributes: Attributes;
}

/** A declarator that waits for the type it is applied to. */
interface Shape {
  readonly name: CToken | undefined;
  readonly attributes: Attributes;
  readonly wrap: (base: CType) => CType;
}

export function readDeclarator(cx: CParser, base: CType): Declarator {
  const { name, attributes, wrap } = readShape(cx);
  return { name, attributes, type: wrap(base) };
}

function readShape(cx: CParser): Shape {
  return cx.tokens.nested(() => {
    const { tokens } = cx;
    let attributes = readAttributes(cx);
    let pointers = 0;
    while (tokens.accept("*") ?? tokens.accept("^")) {
      pointers++;
      attributes = mergeAttributes(attributes, skipQualifiers(cx));
    }
    const inner = readInner(cx);
    attributes = mergeAttributes(attributes, inner.attributes);
    const suffix = readSuffixes(cx, inner.name);
    const wrap = (base: CType): CType => {
      let type = base;
      for (let i = 0; i < pointers; i++) type = { kind: "pointer", to: type };
      return inner.wrap(suffix(type));
    };
    return { name: inner.name, attributes, wrap };
  });
}

/** Attributes of a pointer itself are none of a member's. */
function skipQualifiers(cx: CParser): Attributes {
  const { tokens } = cx;
  for (;;) {
    if (startsAttribute(cx)) readAttributes(cx);
    else if (tokens.peek().kind === "identifier" && isQualifier(tokens.peek().text)) tokens.next();
    else return NONE;
  }
}

const isQualifier = (word: string): boolean =>
  word === "_Atomic" ||
  /^(?:__)?(?:const|volatile|restrict)(?:__)?$/.test(word) ||
  word === "_Nonnull" ||
  word === "_Nullable";

const same = (base: CType): CType => base;

function readInner(cx: CParser): Shape {
  const { tokens } = cx;
  if (tokens.is("(") && isNested(cx)) {
    tokens.next();
    const shape = readShape(cx);
    tokens.expect(")");
    return shape;
  }
  const token = tokens.peek();
  const isName = token.kind === "identifier" && !isSpecifierWord(token.text);
  return { name: isName ? tokens.next() : undefined, attributes: NONE, wrap: same };
}

/** `(*name)` and not `(int)`. */
function isNested({ tokens, scope }: CParser): boolean {
  const token = tokens.peek(1);
  if (token.kind === "punctuator") return ["*", "(", "[", "^"].includes(token.text);
  if (token.kind !== "identifier") return false;
  if (token.text.startsWith("__attribute")) return true;
  return !isSpecifierWord(token.text) && scope.typeNamed(token.text) === undefined;
}

/** `[2][3]` and `(parameters)`, applied from the right. */
function readSuffixes(cx: CParser, name: CToken | undefined): (base: CType) => CType {
  const { tokens } = cx;
  const suffixes: ((base: CType) => CType)[] = [];
  for (;;) {
    if (tokens.is("[") && !isPunctuator(tokens.peek(1), "[")) {
      const bracket = tokens.peek();
      const length = readLength(cx, name);
      suffixes.push((element) => ({ kind: "array", element: checkedElement(cx, element, bracket), length }));
    } else if (tokens.is("(")) {
      tokens.skipBalanced();
      suffixes.push(() => C_FUNCTION);
    } else return (base) => suffixes.reduceRight((type, suffix) => suffix(type), base);
  }
}

/** Of members: complete, or reported. What headers declare besides is nothing that scripts can read. */
function checkedElement(cx: CParser, element: CType, bracket: CPlace): CType {
  if (cx.outer === undefined || sizeOfC(cx.scope.completed(element, bracket)) !== undefined) return element;
  cx.errors.error(bracket, `array has incomplete element type '${cTypeName(element)}'`, incompleteNote(cx, element));
  return C_UNKNOWN;
}

/** More elements than any real array has. */
const MAX_LENGTH = 2n ** 40n;

/** `[]`, `[static 4]`, `[*]`, `[N]`. */
function readLength(cx: CParser, name: CToken | undefined): number | undefined {
  const { tokens, errors } = cx;
  tokens.next();
  while (tokens.peek().kind === "identifier" && (tokens.peek().text === "static" || isQualifier(tokens.peek().text)))
    tokens.next();
  if (tokens.is("*") && isPunctuator(tokens.peek(1), "]")) tokens.next();
  if (tokens.accept("]")) return undefined;
  const value = evaluate(cx);
  tokens.expect("]");
  const length = value.constant?.value;
  const subject = name === undefined ? "array" : `'${name.text}'`;
  if (length === undefined) {
    if (value.problem === undefined)
      errors.error(value.place, `${subject} declared as an array with a size that is not constant`);
    else errors.error(value.problem.place, value.problem.message);
  } else if (length < 0n) errors.error(value.place, `${subject} declared as an array with a negative size`);
  else if (length > MAX_LENGTH) errors.error(value.place, `array is too large (${length} elements)`);
  else return Number(length);
  return 0;
}

// ---------------------------------------------------------------- what follows

const ASM: ReadonlySet<string> = new Set(["asm", "__asm__", "__asm"]);

/** `__asm__("name")` and attributes behind a declarator. */
export function readTrailer(cx: CParser): Attributes {
  const { tokens } = cx;
  let attributes = NONE;
  for (;;) {
    if (startsAttribute(cx)) attributes = mergeAttributes(attributes, readAttributes(cx));
    else if (tokens.peek().kind === "identifier" && ASM.has(tokens.peek().text)) skipAsm(cx);
    else return attributes;
  }
}

export const startsAsm = ({ tokens }: CParser): boolean =>
  tokens.peek().kind === "identifier" && ASM.has(tokens.peek().text);

export function skipAsm({ tokens }: CParser): void {
  tokens.next();
  while (tokens.peek().kind === "identifier") tokens.next();
  if (tokens.is("(")) tokens.skipBalanced();
}

const MODES: Readonly<Record<string, 1 | 2 | 4 | 8 | 16>> = {
  QI: 1,
  HI: 2,
  SI: 4,
  DI: 8,
  TI: 16,
  word: 8,
  byte: 1,
  pointer: 8,
};

/** `mode` and `vector_size` change the type itself. */
export function applyToType(type: CType, { mode, vectorBytes }: Attributes): CType {
  if (vectorBytes > 0) return { kind: "opaque", name: "vector", sizeBytes: vectorBytes, alignBytes: vectorBytes };
  const bytes = mode === undefined ? undefined : MODES[mode];
  const base = plain(type);
  if (bytes === undefined || (base.kind !== "integer" && base.kind !== "enum")) return type;
  return integerOf(bytes, base.kind === "integer" ? base.isSigned : (base.body?.isSigned ?? false));
}
