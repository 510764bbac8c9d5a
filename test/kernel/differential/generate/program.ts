/** Random well-typed programs. The same random numbers give the same programs. */
import type { AggregateBy, Expr, Macro, MapShape, Probe, Program, Statement } from "../program.js";
import { declareMemory, MEMORY } from "../setup.js";
import { INT64, INT_TYPES, isSame, type StructType, UINT64, type ValueType } from "../types.js";
import { test } from "./conditions.js";
import { Context, type Scope } from "./context.js";
import { cast } from "./numbers.js";
import { randomMacro } from "./macros.js";
import { randomEnum, randomStruct, randomType, several } from "./shapes.js";
import { body, declaration } from "./statements.js";

const AGGREGATES: readonly AggregateBy[] = ["count", "sum", "min", "max", "avg", "stats", "hist", "lhist"];
/** Compound statements and macro calls of a program. */
const STATEMENTS = 14;

/** @param random gives an integer below its argument */
export function randomProgram(random: (below: number) => number, id: number): Program {
  const enums = [randomEnum({ below: random }, id)];
  const positional = [`${1 + random(4)}`, `${random(2) === 0 ? "-" : ""}${random(100_000)}`, "a given text"];
  const plain = new Context(random, { structs: [], enums, positional }, 0);
  const structs = plain.once(2) ? someStructs(plain, id) : [];
  const cx = new Context(random, { structs, enums, positional }, STATEMENTS);
  const maps = [...randomMaps(cx, id), ...randomAggregations(cx, id)];
  const macros: Macro[] = [];
  for (let i = cx.below(3); i > 0; i--) macros.push(randomMacro(cx, `f${id}_${i}`, maps, macros));
  const probes = several(cx, 1, 3, (i) => randomProbe(cx, i, maps, macros));
  const results = probes.flatMap(({ kept }, i) => kept.map(({ name, type }) => resultMap(id, i, name, type)));
  return {
    id,
    structs,
    enums,
    maps: [...maps, ...results],
    macros,
    positional,
    probes: probes.map(({ probe, kept }, i) => ({
      ...probe,
      statements: [...probe.statements, ...kept.map(({ name, type }) => keep(id, i, name, type))],
    })),
  };
}

function someStructs(cx: Context, id: number): readonly StructType[] {
  const inner = randomStruct(cx, `i${id}`, undefined);
  return [inner, randomStruct(cx, `s${id}`, inner)];
}

const map = (name: string, key: ValueType | undefined, value: ValueType): MapShape => ({
  name,
  key,
  value,
  aggregation: undefined,
});

function randomMaps(cx: Context, id: number): readonly MapShape[] {
  const struct = cx.structs.at(-1);
  return [
    map(`@m${id}_n`, undefined, cx.pick([INT64, UINT64, ...INT_TYPES])),
    map(`@m${id}_k`, cx.pick(INT_TYPES), cx.pick([INT64, UINT64])),
    ...several(cx, 1, 3, (i) => map(`@m${id}_${i}`, randomType(cx), randomType(cx))),
    ...(struct !== undefined && cx.once(2) ? [map(`@m${id}_s`, cx.pick(INT_TYPES), struct)] : []),
  ];
}

const randomAggregations = (cx: Context, id: number): readonly MapShape[] =>
  several(cx, 1, 2, (i) => {
    const by = cx.pick(AGGREGATES);
    const isSigned = by === "hist" || by === "lhist" || (by !== "count" && cx.once(2));
    const key = cx.once(2) ? undefined : randomType(cx, 1);
    return { name: `@a${id}_${i}`, key, value: isSigned ? INT64 : UINT64, aggregation: { by, isSigned } };
  });

interface Made {
  readonly probe: Probe;
  /** Variables whose last values are results. */
  readonly kept: readonly { readonly name: string; readonly type: ValueType }[];
}

function randomProbe(cx: Context, i: number, maps: readonly MapShape[], macros: readonly Macro[]): Made {
  const scope: Scope = {
    variables: [],
    maps: maps.filter(({ aggregation }) => aggregation === undefined),
    aggregations: maps.filter(({ aggregation }) => aggregation !== undefined),
    parameters: [],
    macros,
    isPure: false,
    depth: 0,
    loops: 0,
    canBreak: false,
    canReturn: true,
  };
  const predicate = i > 0 && cx.once(2) ? test(cx, { ...scope, macros: [] }, 1) : undefined;
  const statements = [
    ...memoryOf(cx, scope),
    ...INT_TYPES.filter(() => cx.once(3)).map((type) => declaration(cx, scope, type)),
    ...several(cx, 2, 5, () => declaration(cx, scope)),
    ...body(cx, scope, i === 0 ? 10 : 5),
  ];
  const kept = scope.variables.filter(({ type }) => type.kind !== "pointer" && !isSame(type, MEMORY));
  return { probe: { on: i === 0 || cx.once(3) ? "begin" : "end", predicate, statements }, kept };
}

/** Structs are read from a variable, which may change while a pointer looks at it. */
function memoryOf(cx: Context, scope: Scope): readonly Statement[] {
  const struct = cx.structs.at(-1);
  if (struct === undefined) return [];
  const memory = "$memory";
  const type: ValueType = { kind: "pointer", to: struct };
  const address: Expr = { kind: "address", variable: memory, result: { kind: "pointer", to: MEMORY } };
  const pointer: Expr = cast(address, type);
  scope.variables.push(
    { name: memory, type: MEMORY, isTyped: false, isReadOnly: false },
    { name: "$pointer", type, isTyped: false, isReadOnly: true },
    { name: "$struct", type: struct, isTyped: false, isReadOnly: false },
  );
  return [
    declareMemory(memory),
    { kind: "declare", name: "$pointer", type, form: "assigned", value: pointer },
    {
      kind: "declare",
      name: "$struct",
      type: struct,
      form: "assigned",
      value: { kind: "dereference", operand: pointer, result: struct },
    },
  ];
}

const resultName = (id: number, probe: number, name: string): string => `@r${id}_${probe}_${name.slice(1)}`;

const resultMap = (id: number, probe: number, name: string, type: ValueType): MapShape =>
  map(resultName(id, probe, name), undefined, type);

const keep = (id: number, probe: number, name: string, type: ValueType): Statement => ({
  kind: "assign",
  target: { kind: "map", name: resultName(id, probe, name), key: undefined, result: type },
  value: { kind: "variable", name, result: type },
});
