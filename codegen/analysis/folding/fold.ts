/**
 * Constant folding (language.md 17): positional parameters, literals, names with a constant value, dead
 * branches of `if comptime`. Folded expressions become literal nodes, so that later stages see literals only.
 */
import type {
  AnyNode,
  Binary,
  Call,
  DiagnosticBag,
  Expr,
  Field,
  Identifier,
  If,
  Index,
  Positional,
  Span,
  Ternary,
  Unary,
} from "../../../grammar/index.js";
import { mapChildren, parseSignedIntegerText } from "../../../grammar/index.js";
import { builtinNamed, type Language } from "../../language/language.js";
import type { KernelFacts } from "../../facts.js";
import type { ProbeContext } from "../../language/provider.js";
import { yieldsBool } from "../../types/operators.js";
import type { StructSource } from "../../types/struct-source.js";
import { isBareCall } from "./bare-call.js";
import type { Config } from "../../config.js";
import { foldBools, foldComplement, foldIntegers, foldNegation } from "./fold-integers.js";
import { foldStrings } from "./fold-strings.js";
import { type Literal, isLiteral, literal, type LiteralValue } from "./literal.js";

export interface FoldContext {
  readonly language: Language;
  readonly context: ProbeContext;
  readonly config: Config;
  readonly facts: KernelFacts;
  readonly structs: StructSource;
  readonly positional: readonly string[];
  readonly bag: DiagnosticBag;
}

/** The tree with everything folded that can be known from the text alone. */
export const fold = <N extends AnyNode>(cx: FoldContext, node: N): N => foldNode(cx, node) as N;

function foldNode(cx: FoldContext, node: AnyNode): AnyNode {
  switch (node.kind) {
    case "call":
      return foldCall(cx, node);
    case "if":
      return foldIf(cx, node);
    default: {
      const rewritten = mapChildren(node, (child) => foldNode(cx, child));
      return foldFlat(cx, rewritten);
    }
  }
}

/** A node whose children are folded already. */
function foldFlat(cx: FoldContext, node: AnyNode): AnyNode {
  switch (node.kind) {
    case "positional":
      return foldPositional(cx, node);
    case "positional-count":
      return literal(BigInt(cx.positional.length), node.span);
    case "identifier":
      return foldIdentifier(cx, node);
    case "unary":
      return foldUnary(cx, node);
    case "binary":
      return foldBinary(cx, node);
    case "ternary":
      return foldTernary(node);
    case "comptime":
      return isLiteral(node.operand) ? { ...node.operand, span: node.span } : node;
    case "field":
      return foldField(node);
    case "index":
      return foldIndex(node);
    default:
      return node;
  }
}

// ---------------------------------------------------------------- names

function foldPositional(cx: FoldContext, node: Positional): Expr {
  const text = cx.positional[Number(node.number) - 1];
  if (text === undefined || text === "") {
    cx.bag.warning("positional-missing", node.span, { number: node.number });
    return literal(0n, node.span);
  }
  const value = parseSignedIntegerText(text);
  return literal(typeof value === "bigint" ? value : text, node.span);
}

function foldIdentifier(cx: FoldContext, node: Identifier): Expr {
  const builtin = builtinNamed(cx.language, node.name);
  const value =
    builtin === undefined
      ? cx.structs.constant?.(node.name)
      : builtin.constant?.({ ...cx, name: node.name, span: node.span });
  if (value === undefined) return node;
  return typeof value === "object" ? recordOf(value, node.span) : literal(value, node.span);
}

function recordOf(values: Readonly<Record<string, LiteralValue>>, span: Span): Expr {
  const fields = Object.entries(values).map(([name, value]) => ({
    kind: "record-field" as const,
    span,
    name,
    value: literal(value, span),
  }));
  return { kind: "record", span, fields };
}

/** `comm()` is `comm`; `str()` of a literal is one. */
function foldCall(cx: FoldContext, call: Call): Expr {
  if (isBareCall(cx.language, call)) {
    return foldIdentifier(cx, { kind: "identifier", span: call.span, name: call.name });
  }
  const first = call.args[0];
  if (call.name === "str" && first?.kind === "positional") {
    const text = cx.positional[Number(first.number) - 1] ?? "";
    const args = [literal(text, first.span), ...call.args.slice(1).map((arg) => fold(cx, arg))];
    return foldStr({ ...call, args });
  }
  const folded = mapChildren(call, (child) => foldNode(cx, child));
  return folded.name === "str" ? foldStr(folded) : folded;
}

function foldStr(call: Call): Expr {
  const [value, length] = call.args;
  if (value === undefined || call.args.length > 2 || (value.kind !== "string" && value.kind !== "integer")) return call;
  const text = value.kind === "string" ? value.value : `${value.value}`;
  if (length === undefined) return literal(text, call.span);
  if (length.kind !== "integer" || length.value < 0n) return call;
  return literal(text.slice(0, Number(length.value)), call.span);
}

// ---------------------------------------------------------------- operators

function foldUnary(cx: FoldContext, node: Unary): Expr {
  const { op, operand } = node;
  if (operand.kind === "bool") return op === "!" ? literal(!operand.value, node.span) : node;
  if (operand.kind !== "integer") return node;
  switch (op) {
    case "-": {
      const value = foldNegation(operand.value);
      if (value !== undefined) return literal(value, node.span);
      cx.bag.error("fold-negative", node.span, {});
      return node;
    }
    case "~":
      return literal(foldComplement(operand.value), node.span);
    case "!":
      return literal(operand.value === 0n, node.span);
    default:
      return node;
  }
}

function foldBinary(cx: FoldContext, node: Binary): Expr {
  const left = yieldsBool(node.op) ? enumerator(cx, node.left) : node.left;
  const right = yieldsBool(node.op) ? enumerator(cx, node.right) : node.right;
  if (isConstant(left) && isConstant(right) && !isLiteral(left)) return foldConstructed(node, left, right);
  if (!isLiteral(left) || !isLiteral(right)) return node;
  if (left.kind === "string" || right.kind === "string") return foldWithString(cx, node, left, right);
  const result =
    left.kind === "bool" && right.kind === "bool"
      ? foldBools(node.op, left.value, right.value)
      : foldIntegers(node.op, number(left), number(right));
  if (result !== undefined) return literal(result, node.span);
  cx.bag.error("fold-overflow", node.span, {});
  return node;
}

const number = (node: Literal): bigint => BigInt(node.value);

/**
 * Comparisons of enumerators with literals are literals. An enumerator is an unsigned integer of 64 bits: what a
 * negative one compares to is decided by its type, not by its value.
 */
function enumerator(cx: FoldContext, node: Expr): Expr {
  if (node.kind !== "identifier" || builtinNamed(cx.language, node.name) !== undefined) return node;
  const found = cx.structs.enumerator(node.name);
  return found === undefined || found.value < 0n ? node : literal(found.value, node.span);
}

function foldWithString(cx: FoldContext, node: Binary, left: Literal, right: Literal): Expr {
  if (left.kind === "string" && right.kind === "string") {
    const result = foldStrings(node.op, left.value, right.value);
    if (result !== undefined) return literal(result, node.span);
    cx.bag.error("fold-string", node.span, {});
    return node;
  }
  const [text, skipped] = left.kind === "string" ? [left, right] : [right, left];
  if (text.kind === "string" && skipped.kind === "integer" && node.op === "+" && skipped.value >= 0n) {
    const rest = text.value.slice(Number(skipped.value));
    if (rest === "") cx.bag.warning("fold-empty-string", node.span, {});
    return literal(rest, node.span);
  }
  return node;
}

// ---------------------------------------------------------------- tuples and records of literals

const isConstant = (node: Expr): boolean =>
  isLiteral(node) ||
  (node.kind === "tuple" && node.elements.every(isConstant)) ||
  (node.kind === "record" && node.fields.every((field) => isConstant(field.value)));

/** `==` and `!=` of two of one shape; everything else is for the type checker. */
function foldConstructed(node: Binary, left: Expr, right: Expr): Expr {
  if (node.op !== "==" && node.op !== "!=") return node;
  const equal = equals(left, right);
  return equal === undefined ? node : literal(equal === (node.op === "=="), node.span);
}

/** `undefined`: they differ in kind. */
function equals(left: Expr, right: Expr): boolean | undefined {
  if (isLiteral(left) && isLiteral(right)) return left.kind === right.kind ? left.value === right.value : undefined;
  if (left.kind === "tuple" && right.kind === "tuple") {
    return (
      left.elements.length === right.elements.length && all(left.elements.map((e, i) => pair(e, right.elements[i])))
    );
  }
  if (left.kind === "record" && right.kind === "record") {
    if (left.fields.length !== right.fields.length) return undefined;
    return all(left.fields.map((f) => pair(f.value, right.fields.find((other) => other.name === f.name)?.value)));
  }
  return undefined;
}

const pair = (left: Expr, right: Expr | undefined): boolean | undefined => right && equals(left, right);

const all = (results: readonly (boolean | undefined)[]): boolean | undefined =>
  results.includes(undefined) ? undefined : results.every((result) => result);

function foldField(node: Field): Expr {
  const { object, name } = node;
  if (!isConstant(object)) return node;
  if (object.kind === "tuple" && typeof name === "number") return moved(object.elements[name], node.span) ?? node;
  if (object.kind === "record") return moved(object.fields.find((f) => f.name === name)?.value, node.span) ?? node;
  return node;
}

function foldIndex(node: Index): Expr {
  const { object, index } = node;
  if (index.kind !== "integer" || index.value < 0n || !isConstant(object)) return node;
  const at = Number(index.value);
  if (object.kind === "tuple") return moved(object.elements[at], node.span) ?? node;
  if (object.kind !== "string" || at > object.value.length) return node;
  return literal(BigInt.asIntN(8, BigInt(object.value.charCodeAt(at) || 0)), node.span);
}

/** An element in the place of the expression that named it. */
const moved = (element: Expr | undefined, span: Span): Expr | undefined => element && { ...element, span };

// ---------------------------------------------------------------- branches

/** Both branches stay, and are checked, unless all of it is literal. */
function foldTernary(node: Ternary): Expr {
  if (!isLiteral(node.condition) || !isLiteral(node.otherwise)) return node;
  const then = node.then ?? node.condition;
  if (!isLiteral(then)) return node;
  return { ...(isTrue(node.condition) ? then : node.otherwise), span: node.span };
}

export const isTrue = (node: Literal): boolean => Boolean(node.value);

/** `if comptime (c)` loses its dead branch before anything else looks at it. */
function foldIf(cx: FoldContext, node: If): Expr {
  const condition = fold(cx, node.condition);
  if (node.condition.kind === "comptime" && isLiteral(condition)) {
    const taken = isTrue(condition) ? node.then : node.otherwise;
    return taken === undefined ? emptyBlock(node.span) : fold<Expr>(cx, taken);
  }
  const rewritten = mapChildren(node, (child) => (child === node.condition ? condition : foldNode(cx, child)));
  const { then, otherwise } = rewritten;
  if (!isLiteral(rewritten.condition) || otherwise?.kind !== "block") return rewritten;
  const [a, b] = [soleValue(then), soleValue(otherwise)];
  if (a === undefined || b === undefined) return rewritten;
  return { ...(isTrue(rewritten.condition) ? a : b), span: node.span };
}

const emptyBlock = (span: Span): Expr => ({ kind: "block", span, statements: [], value: undefined });

const soleValue = (block: If["then"]): Literal | undefined =>
  block.statements.length === 0 && block.value !== undefined && isLiteral(block.value) ? block.value : undefined;
