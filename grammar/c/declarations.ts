/** A whole C text: types are kept, functions and variables are stepped over. */
import { type Attributes, mergeAttributes } from "./attributes.js";
import { applyToType, readDeclarator, readTrailer, skipAsm, startsAsm } from "./declarator.js";
import { CSyntaxError } from "./failure.js";
import { isOfKernel } from "./header-file.js";
import type { CParser } from "./parser.js";
import { readSpecifiers, type Specifiers } from "./specifiers.js";
import { skipStaticAssert, startsStaticAssert } from "./static-assert.js";
import type { CToken } from "./token.js";
import { type CType, plain } from "./type.js";
import { startsType } from "./specifier-words.js";

export function readDeclarations(cx: CParser): void {
  const { tokens, errors } = cx;
  while (tokens.peek().kind !== "end") {
    const start = tokens.peek();
    try {
      readDeclaration(cx);
    } catch (failure) {
      if (!(failure instanceof CSyntaxError)) throw failure;
      errors.error(failure.place, failure.message);
      recover(cx, start);
    }
  }
}

const DECLARATION_END: ReadonlySet<string> = new Set([";"]);

/** To the end of the declaration that failed. */
function recover({ tokens }: CParser, start: CToken): void {
  if (tokens.peek() === start) tokens.next();
  tokens.skipTo(DECLARATION_END);
  if (!tokens.accept(";")) tokens.next();
}

function readDeclaration(cx: CParser): void {
  const { tokens } = cx;
  if (tokens.accept(";")) return;
  if (startsStaticAssert(cx)) return skipStaticAssert(cx);
  if (startsAsm(cx)) return skipAsm(cx);
  const specifiers = readSpecifiers(cx);
  if (tokens.accept(";")) return;
  do if (readDeclared(cx, specifiers) === "function") return;
  while (tokens.accept(","));
  if (!tokens.accept(";")) throw new CSyntaxError(tokens.end, "expected ';' after top level declarator");
}

const INITIALIZER_END: ReadonlySet<string> = new Set([",", ";"]);

/** @returns `function`: its body has been stepped over, and nothing follows */
function readDeclared(cx: CParser, specifiers: Specifiers): "function" | "more" {
  const { tokens } = cx;
  const start = tokens.peek();
  const { name, type, attributes } = readDeclarator(cx, specifiers.type);
  if (name === undefined) throw new CSyntaxError(start, "expected identifier or '('");
  const all = mergeAttributes(mergeAttributes(specifiers.attributes, attributes), readTrailer(cx));
  if (specifiers.isTypedef) define(cx, name.text, type, all);
  else if (type.kind === "function") {
    if (isOfKernel(name.file)) skipAnnotations(cx);
    if (skipBody(cx)) return "function";
  }
  if (tokens.accept("=")) tokens.skipTo(INITIALIZER_END);
  return "more";
}

const ANNOTATIONS_END: ReadonlySet<string> = new Set([",", ";", "{", "="]);

/** Words behind a function that mean something to other tools than compilers. */
function skipAnnotations(cx: CParser): void {
  const { tokens } = cx;
  if (tokens.peek().kind !== "identifier" || startsType(cx)) return;
  while (tokens.peek().kind !== "end") {
    const { kind, text } = tokens.peek();
    if (kind === "punctuator" && ANNOTATIONS_END.has(text)) return;
    if (tokens.is("(")) tokens.skipBalanced();
    else tokens.next();
  }
}

/** Old headers declare the types of parameters between the parentheses and the body. */
function skipBody(cx: CParser): boolean {
  const { tokens } = cx;
  while (startsType(cx)) {
    tokens.skipTo(DECLARATION_END);
    tokens.accept(";");
  }
  if (!tokens.is("{")) return false;
  tokens.skipBalanced();
  return true;
}

function define({ scope }: CParser, name: string, declared: CType, attributes: Attributes): void {
  const type = applyToType(declared, attributes);
  const bare = plain(type);
  if ((bare.kind === "record" || bare.kind === "enum") && bare.name === undefined) bare.typedefName ??= name;
  const { alignBytes } = attributes;
  scope.typedefs.set(name, alignBytes > 0 ? { kind: "aligned", type, alignBytes } : type);
}
