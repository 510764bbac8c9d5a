/** Object-like C macros in scripts (language.md 4.2): the macro's text, parsed as one expression, takes the name's place. */
import { type AnyNode, DiagnosticBag, type Expr, type Identifier, mapChildren, parseExpression, type Span } from "../../grammar/index.js";
import { builtinNamed } from "../builtins/index.js";

export interface CMacros {
  /** The tokens of an object-like macro, joined without spaces. */
  textOf(name: string): string | undefined;
}

export const expandCMacros = <N extends AnyNode>(macros: CMacros, node: N, bag: DiagnosticBag): N =>
  expand({ macros, bag, names: [] }, node) as N;

interface Expansion {
  readonly macros: CMacros;
  readonly bag: DiagnosticBag;
  /** Of the macros that are being expanded, outermost first. */
  readonly names: readonly string[];
}

function expand(cx: Expansion, node: AnyNode): AnyNode {
  return node.kind === "identifier" ? expandName(cx, node) : mapChildren(node, (child) => expand(cx, child));
}

function expandName(cx: Expansion, node: Identifier): Expr {
  const { name, span } = node;
  const text = builtinNamed(name) === undefined ? cx.macros.textOf(name) : undefined;
  if (text === undefined || text === "") return node;
  if (cx.names.includes(name)) {
    cx.bag.error("macro-recursion-c", span, { name });
    return node;
  }
  const parsed = parseMacro(name, text);
  if (parsed === undefined) {
    cx.bag.error("macro-no-expression", span, { text });
    return node;
  }
  const calls = [span, ...(span.expandedFrom ?? [])];
  return expand({ ...cx, names: [...cx.names, name] }, moved(parsed, calls)) as Expr;
}

function parseMacro(name: string, text: string): Expr | undefined {
  const bag = new DiagnosticBag();
  const expr = parseExpression({ name, text }, bag);
  return bag.hasErrors ? undefined : expr;
}

/** The same tree, whose spans know where it was expanded. */
function moved(node: AnyNode, expandedFrom: readonly Span[]): AnyNode {
  return { ...mapChildren(node, (child) => moved(child, expandedFrom)), span: { ...node.span, expandedFrom } };
}
