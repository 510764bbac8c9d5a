/** Helpers for the tests of the front end. */
import type { AnyNode, Expr, Program, Statement } from "../../grammar/index.js";
import {
  children,
  DiagnosticBag,
  parse,
  parseExpression,
  positionOf,
  rewrite,
  type Diagnostic,
} from "../../grammar/index.js";

/** `LINE:COL1-COL2 message`, or `LINE1-LINE2 message`. */
export function summary({ span, message }: Diagnostic): string {
  if (span === undefined) return message;
  const start = positionOf(span.file, span.start);
  const end = positionOf(span.file, span.end);
  const place = start.line === end.line ? `${start.line}:${start.column}-${end.column}` : `${start.line}-${end.line}`;
  return `${place} ${message}`;
}

export interface Parsed {
  readonly program: Program;
  readonly messages: readonly string[];
}

export function parseText(text: string): Parsed {
  const bag = new DiagnosticBag();
  const program = parse({ name: "stdin", text }, bag);
  return { program, messages: bag.all.map(summary) };
}

/** The expression as an S-expression, or the first message. */
export function expressionShape(text: string): string {
  const bag = new DiagnosticBag();
  const expr = parseExpression({ name: "stdin", text }, bag);
  return expr === undefined ? bag.all.map(summary).join(" | ") : shape(expr);
}

/** The statements, and the value, of the body of `begin { … }`. */
export function bodyShape(body: string): string {
  const { program, messages } = parseText(`begin { ${body} }`);
  if (messages.length > 0) return messages.join(" | ");
  const probe = program.items.find((item) => item.kind === "probe");
  return probe === undefined ? "" : shape(probe.body);
}

const LEAVES: { readonly [kind: string]: (node: never) => string } = {
  integer: (node: { value: bigint }) => String(node.value),
  string: (node: { value: string }) => JSON.stringify(node.value),
  bool: (node: { value: boolean }) => String(node.value),
  positional: (node: { number: bigint }) => `$${node.number}`,
  "positional-count": () => "$#",
  identifier: (node: { name: string }) => node.name,
  variable: (node: { name: string }) => node.name,
  map: (node: { name: string }) => node.name,
  "named-type": (node: { tag?: string; name: string }) =>
    `<${node.tag === undefined ? "" : `${node.tag} `}${node.name}>`,
};

const HEADS: { readonly [kind: string]: (node: never) => string } = {
  "c-definition": (node: { text: string }) => node.text,
  setting: (node: { name: string; value: unknown }) => `${node.name} = ${String(node.value)}`,
  "root-import": (node: { path: string }) => `import ${node.path}`,
  "map-declaration": (node: { map: string; mapKind: string; entries: bigint }) =>
    `${node.map} ${node.mapKind} ${node.entries}`,
  prog: (node: { name: string }) => `prog ${node.name}`,
  macro: (node: { name: string }) => `macro ${node.name}`,
  "attach-point": (node: { text: string }) => node.text,
  binary: (node: { op: string }) => node.op,
  unary: (node: { op: string }) => node.op,
  step: (node: { op: string; isPrefix: boolean }) => (node.isPrefix ? `${node.op}x` : `x${node.op}`),
  assign: (node: { op?: string }) => `${node.op ?? ""}=`,
  call: (node: { name: string }) => `call ${node.name}`,
  field: (node: { name: string | number }) => `.${node.name}`,
  "record-field": (node: { name: string }) => `.${node.name}`,
  offsetof: (node: { path: readonly string[] }) => `offsetof ${node.path.join(".")}`,
  "array-type": (node: { length?: bigint }) => `array ${node.length ?? ""}`,
  "import-statement": (node: { path: string }) => `import ${node.path}`,
  ternary: (node: { then?: Expr }) => (node.then === undefined ? "?:" : "?"),
};

export function shape(node: AnyNode): string {
  const leaf = LEAVES[node.kind];
  if (leaf !== undefined) return leaf(node as never);
  if (node.kind === "expr-statement") return `${shape(node.expr)};`;
  const head = HEADS[node.kind]?.(node as never) ?? node.kind;
  return `(${[head, ...children(node).map(shape)].join(" ")})`;
}

/**
 * The shape of a tree, with what the formatter may write in another way written in one: `a ?: b`, `x += y`, and what stands at the
 * end of a block whose value nobody takes, which is a statement.
 */
export const meaning = (program: Program): string =>
  shape(
    rewrite(program, (node) => {
      switch (node.kind) {
        case "ternary":
          return { ...node, then: node.then ?? node.condition };
        case "assign": {
          const { span, op, target, value } = node;
          if (op === undefined) return node;
          return { ...node, op: undefined, value: { kind: "binary", span, op, left: target, right: value } };
        }
        case "probe":
        case "for":
        case "while":
        case "unroll":
          return { ...node, body: unused(node.body) };
        case "expr-statement":
          return { ...node, expr: unused(node.expr) };
        default:
          return node;
      }
    }),
  );

function unused<N extends Expr>(node: N): N;
function unused(node: Expr): Expr {
  if (node.kind === "if") {
    return { ...node, then: unused(node.then), otherwise: node.otherwise && unused(node.otherwise) };
  }
  if (node.kind !== "block" || node.value === undefined) return node;
  const last: Statement = { kind: "expr-statement", expr: unused(node.value), span: node.value.span };
  return { ...node, statements: [...node.statements, last], value: undefined };
}
