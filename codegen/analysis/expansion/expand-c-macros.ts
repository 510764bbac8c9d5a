/** Object-like C macros in scripts (language.md 4.2): the macro's text, parsed as one expression, takes the name's place. */
import {
  type AnyNode,
  type Call,
  copy,
  DiagnosticBag,
  type Expr,
  type Identifier,
  mapChildren,
  type NamedType,
  parseExpression,
  type Span,
} from "../../../grammar/index.js";
import { builtinNamed, type Language } from "../../language/language.js";
import { MAX_MACRO_DEPTH, outermost } from "./expand-macros.js";

export interface CMacros {
  /** The tokens of an object-like macro, joined without spaces. */
  textOf(name: string): string | undefined;
  /** A function-like macro of a header. */
  callOf(name: string): CallMacro | undefined;
  /** All of them, for hints. */
  names(): readonly string[];
}

export interface CallMacro {
  readonly params: readonly string[];
  /** The tokens with spaces between them. */
  readonly text: string;
}

export const expandCMacros = <N extends AnyNode>(
  macros: CMacros,
  node: N,
  { language, bag }: Pick<Expansion, "language" | "bag">,
): N => expand({ macros, language, bag, names: [], count: { left: MAX_EXPANSIONS } }, node) as N;

/** Adds the words that may come in the places of `names`, whether they will be expanded or not. */
export function addMacroWords(macros: CMacros, names: Set<string>, language: Language): void {
  // A set is walked in the order of insertion, and sees what is added on the way.
  for (const name of names) {
    if (builtinNamed(language, name) !== undefined || language.functions.has(name)) continue;
    for (const word of macros.textOf(name)?.match(/\w+/g) ?? []) names.add(word);
  }
}

/** Macros that double themselves end here. */
const MAX_EXPANSIONS = 10_000;

interface Expansion {
  readonly macros: CMacros;
  readonly language: Language;
  readonly bag: DiagnosticBag;
  /** Of the macros that are being expanded, outermost first. */
  readonly names: readonly string[];
  readonly count: { left: number };
}

function expand(cx: Expansion, node: AnyNode): AnyNode {
  switch (node.kind) {
    case "identifier":
      return expandName(cx, node);
    case "call":
      return expandCall(cx, node);
    case "sizeof":
    case "typeinfo":
    case "typeof-type":
      return node.operand.kind === "named-type"
        ? { ...node, operand: expandBareName(cx, node.operand) }
        : expandAll(cx, node);
    default:
      return expandAll(cx, node);
  }
}

const expandAll = (cx: Expansion, node: AnyNode): AnyNode => mapChildren(node, (child) => expand(cx, child));

/** `sizeof(NAME)`: the name of a type, unless the macro is clearly something else. */
function expandBareName(cx: Expansion, type: NamedType): NamedType | Expr {
  const text = type.tag === undefined ? cx.macros.textOf(type.name) : undefined;
  return text === undefined || IS_WORD.test(text) ? type : expandName(cx, type);
}

const IS_WORD = /^[A-Za-z_]\w*$/;

function expandName<N extends Identifier | NamedType>(cx: Expansion, node: N): N | Expr {
  const { name, span } = node;
  const text = builtinNamed(cx.language, name) === undefined ? cx.macros.textOf(name) : undefined;
  if (text === undefined || text === "") return node;
  if (cx.names.includes(name)) {
    cx.bag.error("macro-recursion-c", span, { name });
    return node;
  }
  if (cx.names.length >= MAX_MACRO_DEPTH) {
    cx.bag.error("macro-too-deep", outermost(span), { limit: MAX_MACRO_DEPTH });
    return node;
  }
  const parsed = --cx.count.left < 0 ? undefined : parseMacro(name, text);
  if (parsed === undefined) {
    cx.bag.error("macro-no-expression", span, { text });
    return node;
  }
  return expand({ ...cx, names: [...cx.names, name] }, moved(parsed, span)) as Expr;
}

/** A macro of the kernel's headers, such as `S_ISREG(mode)`. */
function expandCall(cx: Expansion, node: Call): AnyNode {
  const { name, span } = node;
  const macro = cx.language.functions.has(name) ? undefined : cx.macros.callOf(name);
  if (macro?.params.length !== node.args.length || cx.names.includes(name)) return expandAll(cx, node);
  const text = macro.text.replace(/[A-Za-z_]\w*/g, (word) => {
    const index = macro.params.indexOf(word);
    return index < 0 ? word : placeholder(index);
  });
  const parsed = --cx.count.left < 0 ? undefined : parseMacro(name, text);
  if (parsed === undefined) return expandAll(cx, node);
  const args = new Map(node.args.map((arg, index) => [placeholder(index), expand(cx, arg)]));
  return withArguments(expand({ ...cx, names: [...cx.names, name] }, moved(parsed, span)), args);
}

/** Stands for an argument while the text is parsed. */
const placeholder = (index: number): string => `$__argument${index}`;

function withArguments(node: AnyNode, args: ReadonlyMap<string, AnyNode>): AnyNode {
  const arg = node.kind === "variable" ? args.get(node.name) : undefined;
  return arg === undefined ? mapChildren(node, (child) => withArguments(child, args)) : copy(arg);
}

function parseMacro(name: string, text: string): Expr | undefined {
  const bag = new DiagnosticBag();
  const expr = parseExpression({ name, text }, bag);
  return bag.hasErrors ? undefined : expr;
}

/** The same tree, whose spans know where it was expanded. */
function moved(tree: AnyNode, call: Span): AnyNode {
  const calls = [call, ...(call.expandedFrom ?? [])];
  const move = (node: AnyNode): AnyNode => {
    const span = node.kind === "variable" ? withCalls(node.span, call.expandedFrom) : withCalls(node.span, calls);
    return { ...mapChildren(node, move), span };
  };
  return move(tree);
}

/** Variables are those of the text in which the macro is used: see `scopes.ts`. */
const withCalls = (span: Span, expandedFrom: readonly Span[] | undefined): Span =>
  expandedFrom === undefined ? span : { ...span, expandedFrom };
