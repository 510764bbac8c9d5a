/** `enum name { A, B = 5 }`. */
import { mergeAttributes, readAttributes } from "./attributes.js";
import { constant } from "./constant.js";
import { evaluateInt } from "./constant-expression.js";
import { CSyntaxError } from "./failure.js";
import { isOursBefore } from "./header-file.js";
import type { CParser } from "./parser.js";
import { enumeratorConstant } from "./scope.js";
import { type CToken, isPunctuator } from "./token.js";
import { type CEnum, type CEnumerator, type EnumBody, plain } from "./type.js";

export function readEnum(cx: CParser): CEnum {
  const { tokens, scope } = cx;
  const place = tokens.next();
  let attributes = readAttributes(cx);
  const name = tokens.peek().kind === "identifier" ? tokens.next() : undefined;
  const underlying = tokens.is(":") && startsUnderlying(cx) ? readUnderlying(cx) : undefined;
  if (!tokens.is("{")) {
    if (name === undefined) throw new CSyntaxError(tokens.peek(), "expected identifier or '{'");
    const known = scope.tags.get(name.text);
    return known?.kind === "enum" ? known : declare(cx, name.text, name);
  }
  const type = name === undefined ? newEnum(cx, undefined, place) : define(cx, name);
  const enumerators = readEnumerators(cx, type);
  attributes = mergeAttributes(attributes, readAttributes(cx));
  type.body = underlying === undefined ? bodyOf(enumerators, attributes.isPacked) : { enumerators, ...underlying };
  return type;
}

function define(cx: CParser, name: CToken): CEnum {
  const known = cx.scope.tags.get(name.text);
  if (known === undefined) return declare(cx, name.text, name);
  if (known.body === undefined) return known.kind === "enum" ? known : declare(cx, name.text, name);
  if (isOursBefore(known.place, name)) return newEnum(cx, name.text, name);
  if (!isOursBefore(name, known.place)) {
    const note = { place: known.place, message: "previous definition is here" };
    cx.errors.error(name, `redefinition of '${name.text}'`, note);
  }
  return declare(cx, name.text, name);
}

function declare(cx: CParser, name: string, place: CEnum["place"]): CEnum {
  const type = newEnum(cx, name, place);
  cx.scope.tags.set(name, type);
  return type;
}

const newEnum = ({ outer }: CParser, name: string | undefined, place: CEnum["place"]): CEnum => ({
  kind: "enum",
  name,
  typedefName: undefined,
  outer,
  place,
  body: undefined,
});

/** C23's `enum e : unsigned char`; in a struct a colon may also begin the width of a bit-field. */
function startsUnderlying({ tokens, scope }: CParser): boolean {
  const token = tokens.peek(1);
  return token.kind === "identifier" && !isPunctuator(token, "(") && scope.constantNamed(token.text) === undefined;
}

function readUnderlying(cx: CParser): Pick<EnumBody, "bytes" | "isSigned"> {
  cx.tokens.next();
  const type = plain(cx.readSpecifiers().type);
  if (type.kind !== "integer" || type.bytes === 16) return { bytes: 4, isSigned: false };
  return { bytes: type.bytes, isSigned: type.isSigned };
}

function readEnumerators(cx: CParser, type: CEnum): readonly CEnumerator[] {
  const { tokens, scope, errors } = cx;
  const found: CEnumerator[] = [];
  tokens.expect("{");
  for (let next = 0n; !tokens.is("}"); next++) {
    const name = tokens.next();
    if (name.kind !== "identifier") throw new CSyntaxError(name, "expected identifier");
    readAttributes(cx);
    if (tokens.accept("=")) next = evaluateInt(cx) ?? next;
    const known = scope.enumerators.get(name.text);
    found.push({ name: name.text, value: next });
    const isHidden = known !== undefined && isOursBefore(known.place, name);
    if (known !== undefined && !isOursBefore(name, known.place)) {
      errors.error(name, `redefinition of enumerator '${name.text}'`, {
        place: known.place,
        message: "previous definition is here",
      });
    }
    if (!isHidden) scope.enumerators.set(name.text, { place: name, constant: enumeratorConstant(next), type });
    if (tokens.accept(",") || tokens.is("}")) continue;
    throw new CSyntaxError(
      tokens.end,
      tokens.peek().kind === "identifier" ? "missing ',' between enumerators" : "expected '}' or ','",
    );
  }
  tokens.next();
  return found;
}

const SIZES = [1, 2, 4, 8] as const;

/** The smallest type that holds all values; not smaller than an int unless it is packed. */
function bodyOf(enumerators: readonly CEnumerator[], isPacked: boolean): EnumBody {
  const isSigned = enumerators.some(({ value }) => value < 0n);
  const holdsAll = (bytes: (typeof SIZES)[number]): boolean =>
    enumerators.every(({ value }) => constant(value, bytes, isSigned).value === value);
  const bytes = SIZES.find((size) => (isPacked || size >= 4) && holdsAll(size)) ?? 8;
  return { enumerators, bytes, isSigned };
}
