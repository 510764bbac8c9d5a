/** Expressions to operands: one row for each kind of node. */
import type { Expr } from "../../grammar/index.js";
import { InternalError } from "../internal-error.js";
import type { Value } from "../ir/ir.js";
import { sizeOf } from "../types/layout.js";
import { INT64, isScalar, type Type } from "../types/type.js";
import { lowerArithmetic } from "./arithmetic.js";
import { lowerCast } from "./casts.js";
import { convertScalar } from "./convert.js";
import { conditionOf } from "./conditions.js";
import { lowerEquality } from "./equality.js";

import { lowerDereference, lowerField, lowerIndex } from "./fields.js";
import { builtinNamed } from "../language/language.js";
import { memory, type Operand, scalar } from "../language/lowering.js";
import { constantPlace } from "./memory.js";
import { readEntry, stepEntry } from "./maps.js";
import type { ProbeLowering } from "./probe-lowering.js";
import { stepVariable } from "./variables.js";

type Row<N> = (cx: ProbeLowering, node: N) => Operand;

export function lowerExpression(cx: ProbeLowering, node: Expr): Operand {
  const row = ROWS[node.kind] as Row<Expr>;
  return row(cx, node);
}

const ROWS: { readonly [K in Expr["kind"]]: Row<Extract<Expr, { kind: K }>> } = {
  integer: (cx, node) => scalar(cx.b.int(node.value)),
  bool: (cx, node) => scalar(cx.b.int(node.value ? 1 : 0)),
  string: (cx, node) => memory(constantPlace(cx, node.value)),
  positional: folded,
  "positional-count": folded,
  sizeof: folded,
  offsetof: folded,
  typeinfo: folded,
  typeof: folded,
  comptime: (cx, node) => cx.operand(node.operand),
  identifier: lowerName,
  variable: (cx, node) => cx.readVariable(node),
  map: (cx, node) => readEntry(cx, node, undefined, node.span),
  "map-access": (cx, node) => readEntry(cx, node.map, node.key, node.span),
  call: lowerCall,
  unary: lowerUnary,
  step: (cx, node) =>
    scalar(node.target.kind === "variable" ? stepVariable(cx, node, node.target) : stepEntry(cx, node, node.target)),
  binary: lowerBinary,
  ternary: (cx, node) => {
    const then = node.then;
    if (then !== undefined) {
      return chooseOperand(
        cx,
        node,
        conditionOf(cx, node.condition),
        () => cx.operand(then),
        then,
        () => cx.operand(node.otherwise),
        node.otherwise,
      );
    }
    return elvis(cx, node);
  },
  cast: lowerCast,
  field: lowerField,
  index: lowerIndex,
  tuple: (cx, node) => memory(cx.inMemory(node, cx.typeOf(node))),
  record: (cx, node) => memory(cx.inMemory(node, cx.typeOf(node))),
  block: (cx, node) => cx.lowerBlock(node) ?? nothing(cx),
  if: (cx, node) => {
    const { then, otherwise } = node;
    return chooseOperand(
      cx,
      node,
      conditionOf(cx, node.condition),
      () => cx.lowerBlock(then),
      then,
      () => {
        if (otherwise === undefined) return undefined;
        return otherwise.kind === "block" ? cx.lowerBlock(otherwise) : cx.operand(otherwise);
      },
      otherwise,
    );
  },
};

/** Analysis has replaced these by literals. */
function folded(_cx: ProbeLowering, node: Expr): never {
  throw new InternalError("lower", `${node.kind} was not folded`, node.span);
}

/** What an expression without a value stands for; nothing reads it. */
const nothing = (cx: ProbeLowering): Operand => scalar(cx.b.int(0));

function lowerName(cx: ProbeLowering, node: Extract<Expr, { kind: "identifier" | "call" }>): Operand {
  const builtin = builtinNamed(cx.language, node.name);
  if (builtin !== undefined) return builtin.lower(cx, node);
  const enumerator = cx.structs.enumerator(node.name);
  if (enumerator !== undefined) return scalar(cx.b.int(enumerator.value));
  throw new InternalError("lower", `${node.name} was not resolved`, node.span);
}

function lowerCall(cx: ProbeLowering, node: Extract<Expr, { kind: "call" }>): Operand {
  const definition = cx.language.functions.get(node.name);
  if (definition === undefined) return lowerName(cx, node);
  if (definition.kind === "aggregation")
    throw new InternalError("lower", `${node.name}() outside of an assignment`, node.span);
  return definition.lower(cx, node) ?? nothing(cx);
}

function lowerUnary(cx: ProbeLowering, node: Extract<Expr, { kind: "unary" }>): Operand {
  switch (node.op) {
    case "*":
      return lowerDereference(cx, node);
    case "&":
      return addressOf(cx, node);
    case "-":
      return scalar(wrapped(cx, node, cx.b.alu("sub", cx.b.int(0), cx.value(node.operand))));
    case "~":
      return scalar(wrapped(cx, node, cx.b.alu("xor", cx.value(node.operand), cx.b.int(-1))));
    case "!":
      return scalar(cx.b.compare("eq", cx.value(node.operand), cx.b.int(0)));
  }
}

/** 64 bits, brought back into the type of the expression. */
const wrapped = (cx: ProbeLowering, node: Expr, value: Value): Value =>
  convertScalar(cx.b, value, INT64, cx.typeOf(node));

/** `&$x` is where the variable lies; `&@m` is the map object. */
function addressOf(cx: ProbeLowering, node: Extract<Expr, { kind: "unary" }>): Operand {
  if (node.operand.kind === "variable") return scalar(cx.addressAsNumber(cx.variable(node.operand).place));
  if (node.operand.kind === "map") return scalar(cx.mapArgument(node.operand.name));
  throw new InternalError("lower", "address of a value", node.span);
}

function lowerBinary(cx: ProbeLowering, node: Extract<Expr, { kind: "binary" }>): Operand {
  const { op, left, right } = node;
  if (op === "&&" || op === "||") return scalar(shortCircuit(cx, op, left, right));
  if ((op === "==" || op === "!=") && !(isScalar(cx.typeOf(left)) && isScalar(cx.typeOf(right)))) {
    const equal = lowerEquality(cx, left, right);
    return scalar(op === "==" ? equal : cx.b.compare("eq", equal, cx.b.int(0)));
  }
  const a = { value: cx.value(left), type: cx.typeOf(left) };
  const b = { value: cx.value(right), type: cx.typeOf(right) };
  return scalar(lowerArithmetic(cx, op, a, b, node.span));
}

function shortCircuit(cx: ProbeLowering, op: "&&" | "||", left: Expr, right: Expr): Value {
  const decided = op === "&&" ? 0 : 1;
  const rest = (): Value => cx.b.compare("ne", conditionOf(cx, right), cx.b.int(0));
  return cx.b.choose(op === "&&" ? "eq" : "ne", conditionOf(cx, left), cx.b.int(0), {
    then: () => cx.b.int(decided),
    otherwise: rest,
  });
}

/** `a ?: b` evaluates `a` once. */
function elvis(cx: ProbeLowering, node: Extract<Expr, { kind: "ternary" }>): Operand {
  const operand = cx.operand(node.condition);
  const condition = operand.kind === "scalar" ? operand.value : conditionOf(cx, node.condition);
  return chooseOperand(
    cx,
    node,
    condition,
    () => operand,
    node.condition,
    () => cx.operand(node.otherwise),
    node.otherwise,
  );
}

/** The value of one of two arms, converted to the type of the whole. */
function chooseOperand(
  cx: ProbeLowering,
  node: Expr,
  condition: Value,
  then: () => Operand | undefined,
  thenNode: Expr | undefined,
  otherwise: () => Operand | undefined,
  otherwiseNode: Expr | undefined,
): Operand {
  const type = cx.typeOf(node);
  if (type.kind === "none" || type.kind === "void") {
    cx.b.if("ne", condition, cx.b.int(0), { then: () => void then(), otherwise: () => void otherwise() });
    return nothing(cx);
  }
  if (isScalar(type)) {
    const arm = (run: () => Operand | undefined, arm: Expr | undefined) => (): Value =>
      cx.scalarOf(run(), arm === undefined ? type : cx.typeOf(arm), type);
    return scalar(
      cx.b.choose("ne", condition, cx.b.int(0), {
        then: arm(then, thenNode),
        otherwise: arm(otherwise, otherwiseNode),
      }),
    );
  }
  return memory(chooseMemory(cx, type, condition, [then, thenNode], [otherwise, otherwiseNode]));
}

type Arm = readonly [run: () => Operand | undefined, node: Expr | undefined];

function chooseMemory(cx: ProbeLowering, type: Type, condition: Value, then: Arm, otherwise: Arm) {
  const place = cx.temporary(sizeOf(type), 8, "choice");
  const write =
    ([run, node]: Arm) =>
    (): void => {
      const operand = run();
      if (operand !== undefined && node !== undefined && !cx.b.isTerminated)
        cx.copyInto(operand, cx.typeOf(node), type, place, node);
    };
  cx.b.if("ne", condition, cx.b.int(0), { then: write(then), otherwise: write(otherwise) });
  return place;
}
