/** `struct name { … }` and `union name { … }`. */
import { type Attributes, mergeAttributes, readAttributes } from "./attributes.js";
import { evaluate } from "./constant-expression.js";
import { applyToType, readDeclarator, readTrailer } from "./declarator.js";
import { CSyntaxError, type CPlace } from "./failure.js";
import { isOursBefore } from "./header-file.js";
import { incompleteNote } from "./incomplete.js";
import { type Field, layOutRecord, sizeOfC } from "./layout.js";
import type { CParser } from "./parser.js";
import type { Specifiers } from "./specifiers.js";
import { skipStaticAssert, startsStaticAssert } from "./static-assert.js";
import type { CToken } from "./token.js";
import { C_UNKNOWN, type CRecord, type CType, cTypeName, plain } from "./type.js";

export function readRecord(cx: CParser): CRecord {
  const { tokens, scope } = cx;
  const keyword = tokens.next();
  const tag = keyword.text === "union" ? "union" : "struct";
  const attributes = readAttributes(cx);
  const name = tokens.peek().kind === "identifier" ? tokens.next() : undefined;
  if (tokens.is("{")) {
    const record = define(cx, tag, name, keyword);
    tokens.nested(() => readBody(cx, record, attributes));
    return record;
  }
  if (name === undefined) throw new CSyntaxError(tokens.peek(), `declaration of anonymous ${tag} must be a definition`);
  const known = scope.tags.get(name.text);
  return known?.kind === "record" ? known : declare(cx, tag, name.text, name);
}

const newRecord = ({ outer }: CParser, tag: CRecord["tag"], name: string | undefined, place: CPlace): CRecord => ({
  kind: "record",
  tag,
  name,
  typedefName: undefined,
  outer,
  place,
  body: undefined,
});

function declare(cx: CParser, tag: CRecord["tag"], name: string | undefined, place: CPlace): CRecord {
  const record = newRecord(cx, tag, name, place);
  if (name !== undefined) cx.scope.tags.set(name, record);
  return record;
}

function define(cx: CParser, tag: CRecord["tag"], name: CToken | undefined, keyword: CToken): CRecord {
  const { scope, errors } = cx;
  const known = name && scope.tags.get(name.text);
  if (name === undefined || known === undefined) return declare(cx, tag, name?.text, name ?? keyword);
  // Of the script and of the kernel: the script's is the one that the name means.
  if (known.body !== undefined && isOursBefore(known.place, name)) return newRecord(cx, tag, name.text, name);
  if (known.body !== undefined && isOursBefore(name, known.place)) return declare(cx, tag, name.text, name);
  const isOpen = known.kind === "record" && known.body === undefined && known !== cx.outer;
  if (isOpen && known.tag === tag) {
    // Messages name the place of the definition from now on.
    const record: CRecord = known;
    return Object.assign(record, { place: name });
  }
  const note = {
    place: known.place,
    message: known.body === undefined ? "previous use is here" : "previous definition is here",
  };
  if (known.kind === "record" && known.tag === tag) errors.error(name, `redefinition of '${name.text}'`, note);
  else errors.error(name, `use of '${name.text}' with tag type that does not match previous declaration`, note);
  return declare(cx, tag, name.text, name);
}

// ---------------------------------------------------------------- the body

/** A field with the place of its name. */
interface PlacedField extends Field {
  readonly place: CPlace;
}

function readBody(cx: CParser, record: CRecord, before: Attributes): void {
  const { tokens } = cx;
  tokens.next();
  const packBytes = cx.pack.bytes;
  const around = cx.outer;
  cx.outer = record;
  const fields: PlacedField[] = [];
  try {
    while (!tokens.is("}")) {
      if (tokens.peek().kind === "end") throw new CSyntaxError(tokens.peek(), "expected '}'");
      readMember(cx, fields);
    }
  } finally {
    cx.outer = around;
  }
  tokens.next();
  const attributes = mergeAttributes(before, readAttributes(cx));
  checkNames(cx, fields);
  checkFlexible(cx, record, fields);
  record.body = layOutRecord({ isUnion: record.tag === "union", fields, attributes, packBytes });
}

/** What is wrong with one member does not hide what is wrong with the next. */
function readMember(cx: CParser, fields: PlacedField[]): void {
  const { tokens, errors } = cx;
  if (tokens.accept(";")) return;
  if (startsStaticAssert(cx)) return skipStaticAssert(cx);
  const start = tokens.peek();
  try {
    readMemberDeclaration(cx, fields);
  } catch (failure) {
    if (!(failure instanceof CSyntaxError)) throw failure;
    errors.error(failure.place, failure.message);
    if (tokens.peek() === start) tokens.next();
    tokens.skipTo(MEMBER_ENDS);
    tokens.accept(";");
  }
}

const MEMBER_ENDS: ReadonlySet<string> = new Set([";", "}"]);

function readMemberDeclaration(cx: CParser, fields: PlacedField[]): void {
  const { tokens } = cx;
  const start = tokens.peek();
  const specifiers = cx.readSpecifiers();
  if (tokens.is(";") || tokens.is("}")) {
    addAnonymous(specifiers, start, fields);
    tokens.accept(";");
    return;
  }
  do readField(cx, specifiers, fields);
  while (tokens.accept(","));
  if (tokens.accept(";") || tokens.is("}")) return;
  throw new CSyntaxError(tokens.end, "expected ';' at end of declaration list");
}

/** `struct { int a; };` has its members here; `int;` and `enum { A };` declare none. */
function addAnonymous({ type, attributes }: Specifiers, place: CPlace, fields: PlacedField[]): void {
  if (type.kind !== "record" || type.name !== undefined || type.body === undefined) return;
  fields.push({ name: undefined, type, bitSize: undefined, attributes, place });
}

function readField(cx: CParser, specifiers: Specifiers, fields: PlacedField[]): void {
  const { tokens } = cx;
  const start = tokens.peek();
  const declarator = readDeclarator(cx, specifiers.type);
  const { name } = declarator;
  const width = tokens.accept(":") ? evaluate(cx) : undefined;
  if (name === undefined && width === undefined) {
    throw new CSyntaxError(start, "expected member name or ';' after declaration specifiers");
  }
  const attributes = mergeAttributes(mergeAttributes(specifiers.attributes, declarator.attributes), readTrailer(cx));
  const place = name ?? start;
  const type = fieldType(cx, applyToType(declarator.type, attributes), name, place);
  const bitSize = width === undefined ? undefined : checkedWidth(cx, width, type, name, place);
  fields.push({ name: name?.text, type, bitSize, attributes, place });
}

/** Complete, or reported. */
function fieldType(cx: CParser, declared: CType, name: CToken | undefined, place: CPlace): CType {
  const type = cx.scope.completed(declared, place);
  if (type.kind === "function") {
    cx.errors.error(place, `field '${name?.text ?? ""}' declared as a function`);
    return C_UNKNOWN;
  }
  if (sizeOfC(type) !== undefined) return type;
  cx.errors.error(place, `field has incomplete type '${cTypeName(type)}'`, incompleteNote(cx, type));
  return C_UNKNOWN;
}

function checkedWidth(
  { errors }: CParser,
  { constant, problem, place: at }: ReturnType<typeof evaluate>,
  declared: CType,
  name: CToken | undefined,
  place: CPlace,
): number {
  const type = plain(declared);
  const subject = name === undefined ? "anonymous bit-field" : `bit-field '${name.text}'`;
  const width = constant?.value;
  const isIntegral = ["integer", "bool", "enum", "unknown"].includes(type.kind);
  const typeBits = type.kind === "bool" ? 1 : (sizeOfC(type) ?? 0) * 8;
  if (!isIntegral) errors.error(place, `${subject} has non-integral type '${cTypeName(type)}'`);
  else if (width === undefined)
    errors.error(problem?.place ?? at, problem?.message ?? "expression is not an integer constant expression");
  else if (width < 0n) errors.error(place, `${subject} has negative width (${width})`);
  else if (width === 0n && name !== undefined) errors.error(place, `named ${subject} has zero width`);
  else if (width > BigInt(typeBits) && type.kind !== "unknown") {
    errors.error(
      place,
      `width of ${subject} (${width} bits) exceeds the width of its type (${typeBits} bit${typeBits === 1 ? "" : "s"})`,
    );
  } else return Number(width);
  return 1;
}

// ---------------------------------------------------------------- checks of the whole body

/** Members of anonymous ones count as the struct's own. */
function checkNames({ errors }: CParser, fields: readonly PlacedField[]): void {
  const seen = new Map<string, CPlace>();
  for (const { name, type, place } of fields) {
    for (const own of name === undefined ? namesIn(type) : [name]) {
      const before = seen.get(own);
      if (before === undefined) seen.set(own, place);
      else errors.error(place, `duplicate member '${own}'`, { place: before, message: "previous declaration is here" });
    }
  }
}

function namesIn(type: CType): readonly string[] {
  if (type.kind !== "record") return [];
  return (type.body?.members ?? []).flatMap((member) =>
    member.name === undefined ? namesIn(member.type) : [member.name],
  );
}

/** `T x[]` is the last one of a struct. */
function checkFlexible({ errors }: CParser, { tag }: CRecord, fields: readonly PlacedField[]): void {
  if (tag === "union") return;
  for (const [i, { name, type, place }] of fields.entries()) {
    if (type.kind !== "array" || type.length !== undefined || i === fields.length - 1) continue;
    const next = { place: fields[i + 1]!.place, message: "next field declaration is here" };
    errors.error(
      place,
      `flexible array member '${name ?? ""}' with type '${cTypeName(type)}' is not at the end of ${tag}`,
      next,
    );
  }
}
