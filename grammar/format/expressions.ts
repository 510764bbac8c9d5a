/** Expressions and types as text. Parentheses are put back where the grammar, or the reader, needs them. */
import type { AnyNode, Binary, Block, Call, Expr, If, Index, TypeExpr } from "../ast.js";
import { textOf } from "../source.js";
import { isParserBuiltin } from "../tokens.js";
import { quote, spellInteger } from "./literals.js";
import { isTypeExpr } from "./types.js";

const WIDTH = 80;

type Printers = { readonly [K in (Expr | TypeExpr)["kind"]]: (node: Extract<Expr | TypeExpr, { kind: K }>) => string };

/** What needs no parentheses anywhere. */
const PRIMARIES: ReadonlySet<string> = new Set<Expr["kind"]>([
  "integer",
  "string",
  "bool",
  "positional",
  "positional-count",
  "identifier",
  "variable",
  "map",
  "map-access",
  "call",
  "tuple",
  "record",
  "sizeof",
  "offsetof",
  "typeinfo",
  "typeof",
]);

const POSTFIX: ReadonlySet<string> = new Set<Expr["kind"]>(["field", "index"]);

const isPrimary = (node: Expr): boolean => PRIMARIES.has(node.kind);
/** What needs none as an operand. */
const isPostfix = (node: Expr): boolean => isPrimary(node) || POSTFIX.has(node.kind);

/** How tightly comparisons bind. */
const COMPARISONS: Readonly<Record<string, number>> = { "==": 1, "!=": 1, "<": 2, ">": 2, "<=": 2, ">=": 2 };
const isLogical = (op: string): boolean => op === "&&" || op === "||";

/** The column after `text` that starts at `column`. */
const columnAfter = (column: number, text: string): number => {
  const newline = text.lastIndexOf("\n");
  return newline === -1 ? column + text.length : text.length - newline - 1;
};

/** What stands behind an expression, as a comment. */
export type ExpressionNote = (node: Expr) => string | undefined;

/** How blocks are printed that are worth something, at the indentation of the statement that they are in. */
export interface BlockPrinter {
  /** From `{` to `}`, with lines between them. */
  readonly lines: (block: Block) => string;
  /** On one line, if it is short enough for that. */
  readonly short: (block: Block) => string | undefined;
}

export class ExpressionFormatter {
  readonly #block: BlockPrinter;
  readonly #note: ExpressionNote | undefined;
  /** Blocks take comments with them, so each node is printed once. */
  readonly #texts = new WeakMap<Expr | TypeExpr, string>();

  /**
   * @param note - expressions that have one are set in parentheses where they are part of others
   */
  constructor(block: BlockPrinter, note: ExpressionNote | undefined) {
    this.#block = block;
    this.#note = note;
  }

  /** On one line, unless there are blocks in it. */
  text(node: Expr | TypeExpr): string {
    let text = this.#texts.get(node);
    if (text === undefined) {
      text = (this.#printers[node.kind] as (node: Expr | TypeExpr) => string)(node);
      const note = this.#noteOn(node);
      if (note !== undefined) text += ` /* ${note} */`;
      this.#texts.set(node, text);
    }
    return text;
  }

  /** From a column on, with long argument lists broken after commas. */
  layout(node: Expr, column: number): string {
    const text = this.text(node);
    if (column + text.length < WIDTH || text.includes("\n")) return text;
    if (this.#note !== undefined) return text;
    if (node.kind === "call") return this.#brokenCall(node, column);
    if (node.kind !== "binary") return text;
    const left = this.#side(node, node.left, (operand) => this.layout(operand, column));
    const head = `${left} ${node.op} `;
    return head + this.#side(node, node.right, (operand) => this.layout(operand, columnAfter(column, head)));
  }

  /** Blocks and what ends in one say nothing of themselves. */
  #noteOn(node: Expr | TypeExpr): string | undefined {
    return this.#note === undefined || isTypeExpr(node) || node.kind === "block" || node.kind === "if"
      ? undefined
      : this.#note(node);
  }

  /** As the head of a construct with a block. */
  condition(node: Expr): string {
    return this.#parenthesized(node, isPostfix(node) || node.kind === "comptime");
  }

  /** An `if` with all its branches, or a block. */
  construct(node: If | Block, block: (block: Block) => string): string {
    if (node.kind === "block") return block(node);
    const head = `if ${this.condition(node.condition)} ${block(node.then)}`;
    return node.otherwise === undefined ? head : `${head} else ${this.construct(node.otherwise, block)}`;
  }

  /** A bound of a range: no operators but casts. */
  bound(node: Expr): string {
    const inner = innermost(node);
    return this.#parenthesized(node, isPrimary(inner));
  }

  readonly #printers: Printers = {
    integer: (node) => spellInteger(node.value, textOf(node.span)),
    string: (node) => quote(node.value),
    bool: (node) => String(node.value),
    positional: (node) => `$${node.number}`,
    "positional-count": () => "$#",
    identifier: (node) => node.name,
    variable: (node) => node.name,
    map: (node) => node.name,
    "map-access": (node) => `${node.map.name}[${this.#key(node.key)}]`,
    call: (node) => `${node.name}(${this.#list(node.args)})`,
    unary: (node) => node.op + this.#operand(node.operand),
    step: (node) => (node.isPrefix ? node.op + this.text(node.target) : this.text(node.target) + node.op),
    binary: (node) =>
      `${this.#side(node, node.left, (x) => this.text(x))} ${node.op} ${this.#side(node, node.right, (x) => this.text(x))}`,
    ternary: ({ condition, then, otherwise }) =>
      `${this.#operand(condition)} ? ${this.#branch(then ?? condition)} : ${this.#branch(otherwise)}`,
    cast: (node) => `(${this.text(node.type)})${this.#operand(node.operand)}`,
    field: (node) => `${this.#operand(node.object)}.${node.name}`,
    index: (node) => `${this.#indexed(node)}[${this.text(node.index)}]`,
    tuple: ({ elements }) => `(${this.#list(elements)}${elements.length === 1 ? "," : ""})`,
    record: (node) => `(${node.fields.map(({ name, value }) => `${name}=${this.text(value)}`).join(", ")})`,
    block: (node) => this.#block.short(node) ?? this.#block.lines(node),
    if: (node) => {
      const print = branches(node).every((block) => this.#block.short(block) !== undefined)
        ? (block: Block) => this.#block.short(block) ?? ""
        : this.#block.lines;
      return this.construct(node, print);
    },
    sizeof: (node) => `sizeof(${this.#typeOrExpression(node.operand)})`,
    offsetof: (node) => `offsetof(${this.#typeOrExpression(node.operand)}, ${node.path.join(".")})`,
    typeinfo: (node) => `typeinfo(${this.#typeOrExpression(node.operand)})`,
    typeof: (node) => `typeof(${this.#typeOrExpression(node.operand)})`,
    comptime: ({ operand }) => `comptime ${this.#parenthesized(operand, isPrimary(operand))}`,
    "named-type": (node) => (node.tag === undefined ? node.name : `${node.tag} ${node.name}`),
    "pointer-type": ({ to }) => `${this.text(to)}*`,
    "array-type": (node) => `${this.text(node.element)}[${node.length ?? ""}]`,
    "typeof-type": (node) => `typeof(${this.#typeOrExpression(node.operand)})`,
  };

  #parenthesized(node: Expr, isBare: boolean): string {
    return isBare && this.#noteOn(node) === undefined ? this.text(node) : `(${this.text(node)})`;
  }

  #list(nodes: readonly Expr[]): string {
    return nodes.map((node) => this.text(node)).join(", ");
  }

  /** `@m[a, b]` is the usual way to write `@m[(a, b)]`. */
  #key(key: Expr): string {
    return key.kind === "tuple" && key.elements.length > 1 ? this.#list(key.elements) : this.text(key);
  }

  /** Of what binds more tightly than operators between two. `- -x` and `(t) ++x` would be read as something else without parentheses. */
  #operand(node: Expr): string {
    return this.#parenthesized(node, isPostfix(node));
  }

  /**
   * Every operator within an operator gets parentheses, but for chains of one logical operator, comparisons in them, and chains of
   * comparisons.
   */
  #side(parent: Binary, side: Expr, print: (side: Expr) => string): string {
    const isBare = side.kind === "binary" ? staysBare(parent, side) : isPostfix(side);
    return isBare && this.#noteOn(side) === undefined ? print(side) : `(${this.text(side)})`;
  }

  #branch(node: Expr): string {
    return this.#parenthesized(node, node.kind !== "ternary");
  }

  /** `(@m)[k]` is not `@m[k]`. */
  #indexed({ object }: Index): string {
    return this.#parenthesized(object, isPostfix(object) && object.kind !== "map");
  }

  /** An expression that could be taken for a type needs parentheses. */
  #typeOrExpression(node: TypeExpr | Expr): string {
    return isTypeExpr(node) ? this.text(node) : this.#parenthesized(node, !looksLikeType(node));
  }

  #brokenCall(node: Call, column: number): string {
    const head = `${node.name}(`;
    const indent = column + head.length;
    let text = head;
    node.args.forEach((arg, i) => {
      const isLast = i === node.args.length - 1;
      const at = columnAfter(column, text);
      const needsBreak = i > 0 && at + this.text(arg).length + 2 >= WIDTH;
      if (i > 0) text += needsBreak ? `\n${" ".repeat(indent)}` : " ";
      text += this.layout(arg, columnAfter(column, text)) + (isLast ? "" : ",");
    });
    return `${text})`;
  }
}

function staysBare(parent: Binary, side: Binary): boolean {
  const tightness = COMPARISONS[side.op];
  if (isLogical(parent.op)) return tightness !== undefined || (side === parent.left && side.op === parent.op);
  const around = COMPARISONS[parent.op];
  return side === parent.left && tightness !== undefined && around !== undefined && tightness >= around;
}

const branches = (node: If | Block): readonly Block[] =>
  node.kind === "block" ? [node] : [node.then, ...(node.otherwise === undefined ? [] : branches(node.otherwise))];

const innermost = (node: Expr): Expr => (node.kind === "cast" ? innermost(node.operand) : node);

const looksLikeType = (node: Expr): boolean =>
  node.kind === "index"
    ? node.index.kind === "integer" && looksLikeType(node.object)
    : node.kind === "identifier" && !isParserBuiltin(node.name);

/** Whether the text starts with an operator that could also stand after an operand. */
export function startsWithOperator(node: AnyNode): boolean {
  switch (node.kind) {
    case "unary":
      return node.op === "-" || node.op === "*" || node.op === "&";
    case "step":
      return node.isPrefix;
    case "binary":
      return startsWithOperator(node.left);
    case "ternary":
      return startsWithOperator(node.condition);
    default:
      return false;
  }
}
