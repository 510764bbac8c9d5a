/** Macros, and calls of them (language.md 14). */
import type { Argument, Expr, Macro, MapShape } from "../program.js";
import { BOOL, INT_TYPES, isSame, type ValueType, VOID } from "../types.js";
import { condition } from "./conditions.js";
import { type Context, type Scope } from "./context.js";
import { valueFor } from "./composites.js";
import { integer } from "./numbers.js";
import { several } from "./shapes.js";
import { body } from "./statements.js";

type Parameter = Macro["parameters"][number];

/** May call those that were made before. */
export function randomMacro(cx: Context, name: string, maps: readonly MapShape[], macros: readonly Macro[]): Macro {
  const parameters = several(cx, 1, 3, (i) => randomParameter(cx, i, maps));
  const scope = scopeOf(parameters, macros);
  const statements = cx.once(3) ? [] : body(cx, scope, 2);
  const value = cx.choose<Expr | "none">([
    [4, () => integer(cx, scope, cx.pick(INT_TYPES), 2)],
    [2, () => condition(cx, scope, 2)],
    [statements.length === 0 ? 0 : 2, () => "none"],
  ]);
  return { name, parameters, statements, value: value === "none" ? undefined : value };
}

function randomParameter(cx: Context, i: number, maps: readonly MapShape[]): Parameter {
  const plain = maps.filter(({ aggregation }) => aggregation === undefined);
  return cx.choose<Parameter>([
    [3, () => ({ kind: "expression", name: `p${i}`, type: cx.once(4) ? BOOL : cx.pick(INT_TYPES) })],
    [2, () => ({ kind: "variable", name: `$p${i}`, type: cx.pick(INT_TYPES) })],
    [
      1,
      () => {
        const { key, value } = cx.pick(plain);
        return { kind: "map", name: `@p${i}`, type: value, ...(key === undefined ? {} : { key }) };
      },
    ],
  ]);
}

/** Nothing of the caller is seen but what was passed. */
const scopeOf = (parameters: readonly Parameter[], macros: readonly Macro[]): Scope => ({
  variables: parameters
    .filter(({ kind }) => kind === "variable")
    .map(({ name, type }) => ({ name, type, isTyped: true, isReadOnly: false })),
  maps: parameters
    .filter(({ kind }) => kind === "map")
    .map(({ name, type, key }) => ({ name, key, value: type, aggregation: undefined })),
  aggregations: [],
  parameters: parameters.filter(({ kind }) => kind === "expression"),
  macros,
  isPure: false,
  depth: 0,
  loops: 0,
  canBreak: false,
  canReturn: false,
});

/** Of one whose value is wanted; nothing at all where that is `VOID`. */
export function macroCall(cx: Context, scope: Scope, isWanted: (type: ValueType) => boolean): Expr | undefined {
  const possible = scope.macros.filter(({ value }) => isWanted(value?.result ?? VOID));
  if (possible.length === 0 || !cx.spend()) return undefined;
  const { name, parameters, value } = cx.pick(possible);
  const given: Argument[] = [];
  for (const parameter of parameters) {
    const argument = argumentFor(cx, scope, parameter);
    if (argument === undefined) return undefined;
    given.push(argument);
  }
  return { kind: "macro", name, arguments: given, result: value?.result ?? VOID };
}

function argumentFor(cx: Context, scope: Scope, { kind, type, key }: Parameter): Argument | undefined {
  if (kind === "expression") {
    const value = type.kind === "int" ? integer(cx, scope, type, 1) : valueFor(cx, scope, type, 1);
    return { kind, value };
  }
  const names: readonly { readonly name: string }[] =
    kind === "variable"
      ? scope.variables.filter((v) => v.isTyped && !v.isReadOnly && isSame(v.type, type))
      : scope.maps.filter((map) => isSame(map.value, type) && isSame(map.key ?? VOID, key ?? VOID));
  return names.length === 0 ? undefined : { kind: "reference", of: kind, name: cx.pick(names).name };
}
