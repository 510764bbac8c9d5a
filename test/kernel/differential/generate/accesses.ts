/** Everything that can be reached from the variables and maps of a scope: members, fields, elements, what is pointed to. */
import { sizeOf } from "../layout.js";
import type { Expr } from "../program.js";
import { MEMORY } from "../setup.js";
import { int, UINT64, type ValueType } from "../types.js";
import type { Context, Scope } from "./context.js";
import { few, someVariable } from "./few.js";
import { literal } from "./literals.js";

interface Access {
  readonly type: ValueType;
  readonly build: () => Expr;
}

/** Of struct in struct, tuple in tuple. */
const MAX_STEPS = 4;

/** One that is wanted, if there is any. */
export function access(cx: Context, scope: Scope, isWanted: (type: ValueType) => boolean): Expr | undefined {
  const found = roots(cx, scope)
    .flatMap((root) => reachable(cx, scope, root, MAX_STEPS))
    .filter(({ type }) => isWanted(type));
  return found.length === 0 ? undefined : cx.pick(found).build();
}

const roots = (cx: Context, scope: Scope): readonly Access[] => [
  ...scope.variables.map(({ name, type }): Access => ({
    type,
    build: () => ({ kind: "variable", name, result: type }),
  })),
  ...scope.maps.map(({ name, key, value }): Access => ({
    type: value,
    build: () => ({ kind: "map", name, key: key && few(cx, scope, key, 0), result: value }),
  })),
  ...scope.parameters.map(({ name, type }): Access => ({
    type,
    build: () => ({ kind: "parameter", name, result: type }),
  })),
];

function reachable(cx: Context, scope: Scope, from: Access, steps: number): readonly Access[] {
  if (steps === 0) return [from];
  return [from, ...next(cx, scope, from).flatMap((access) => reachable(cx, scope, access, steps - 1))];
}

function next(cx: Context, scope: Scope, { type, build }: Access): readonly Access[] {
  switch (type.kind) {
    case "tuple":
      return type.elements.map((result, i) => ({
        type: result,
        build: () => ({ kind: "member", of: build(), name: `${i}`, form: cx.once(4) ? "[]" : ".", result }),
      }));
    case "record":
      return type.members.map(({ name, type: result }) => ({
        type: result,
        build: () => ({ kind: "member", of: build(), name, form: ".", result }),
      }));
    case "struct":
      return fields(type, build);
    case "array":
      return [elementOf(cx, scope, build, type.element, type.length)];
    case "string":
      // Behind the last character of a field comes what follows it in memory, as in the reference.
      return [elementOf(cx, scope, build, int(1, true), type.bytes - 1)];
    case "pointer": {
      const pointed = elementOf(cx, scope, build, type.to, Math.floor(sizeOf(MEMORY) / sizeOf(type.to)));
      const target: Access = {
        type: type.to,
        build: () => ({ kind: "dereference", operand: build(), result: type.to }),
      };
      return type.to.kind === "struct" ? [...fields(type.to, build), pointed, target] : [pointed, target];
    }
    default:
      return [];
  }
}

/** `of` is a struct or a pointer to one. */
const fields = (struct: Extract<ValueType, { kind: "struct" }>, of: () => Expr): readonly Access[] =>
  struct.members.map(({ name, type }) => {
    const result: ValueType = type.kind === "chars" ? { kind: "string", bytes: type.bytes + 1 } : type;
    return { type: result, build: () => ({ kind: "field", of: of(), name, result }) };
  });

function elementOf(cx: Context, scope: Scope, of: () => Expr, result: ValueType, length: number): Access {
  return { type: result, build: () => ({ kind: "index", of: of(), index: indexBelow(cx, scope, length), result }) };
}

/** Never negative: a literal, or something that is known only when the program runs. */
function indexBelow(cx: Context, scope: Scope, length: number): Expr {
  const value = BigInt(cx.below(length));
  const operand = someVariable(cx, scope);
  if (operand === undefined || cx.once(2)) return literal(value);
  const left: Expr = { kind: "cast", operand, result: UINT64 };
  const right: Expr = { kind: "constant", value: BigInt(length), result: UINT64 };
  return { kind: "binary", op: "%", left, right, result: UINT64 };
}
