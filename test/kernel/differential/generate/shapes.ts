/** Random types. */
import { layoutOf } from "../layout.js";
import { BOOL, type EnumType, INT_TYPES, int, type Member, type StructType, type ValueType } from "../types.js";
import type { Context } from "./context.js";

const STRING_BYTES = [4, 8, 16, 64];
/** A little less than the memory that structs are read from. */
const MAX_STRUCT_BYTES = 48;

/** What a variable, a key or a value may be. */
export function randomType(cx: Context, depth = 2): ValueType {
  const nested = depth > 0 ? 1 : 0;
  return cx.choose<ValueType>([
    [6, () => cx.pick(INT_TYPES)],
    [1, () => BOOL],
    [2, () => ({ kind: "string", bytes: cx.pick(STRING_BYTES) })],
    [2, () => randomArray(cx)],
    [1, () => cx.pick(cx.enums)],
    [3 * nested, () => ({ kind: "tuple", elements: several(cx, 1, 3, () => randomType(cx, depth - 1)) })],
    [1 * nested, () => ({ kind: "record", members: members(cx, depth) })],
  ]);
}

const members = (cx: Context, depth: number): readonly Member[] =>
  several(cx, 1, 3, (i) => ({ name: `r${i}`, type: randomType(cx, depth - 1) }));

/** As large as an integer, or as a string. */
function randomArray(cx: Context): ValueType {
  if (cx.once(4)) return { kind: "array", element: int(1, cx.once(2)), length: cx.pick([4, 16]) };
  const bytes = cx.pick([1, 2, 4] as const);
  return {
    kind: "array",
    element: int(bytes, cx.once(2)),
    length: cx.pick([1, 2, 4, 8].filter((b) => b >= bytes)) / bytes,
  };
}

export const randomEnum = (cx: Pick<Context, "below">, id: number): EnumType => ({
  kind: "enum",
  name: `e${id}`,
  members: [0, 1, 2].map((i) => ({ name: `E${id}_${i}`, value: i * (1 + cx.below(300)) })),
});

export function randomStruct(cx: Context, name: string, inner: StructType | undefined): StructType {
  for (;;) {
    const fields = several(cx, 2, 6, (i) => randomField(cx, `f${i}`, inner)).flat();
    if (layoutOf(fields).size <= MAX_STRUCT_BYTES) return { kind: "struct", name, members: fields };
  }
}

function randomField(cx: Context, name: string, inner: StructType | undefined): readonly Member[] {
  return cx.choose<readonly Member[]>([
    [4, () => [{ name, type: cx.pick(INT_TYPES) }]],
    [2, () => [{ name, type: { kind: "array", element: cx.pick(INT_TYPES.slice(2)), length: 2 + cx.below(3) } }]],
    [1, () => [{ name, type: { kind: "chars", bytes: 2 + cx.below(8) } }]],
    [2, () => bitFields(cx, name)],
    [1, () => inner && [{ name, type: inner }]],
    [2, () => inner && [{ name, type: { kind: "array", element: inner, length: 2 } }]],
  ]);
}

function bitFields(cx: Context, name: string): readonly Member[] {
  const type = cx.pick(INT_TYPES);
  return several(cx, 1, 4, (i) => ({ name: `${name}_${i}`, type, bits: 1 + cx.below(type.bytes * 8) }));
}

export const several = <T>(cx: Pick<Context, "below">, min: number, max: number, make: (i: number) => T): T[] =>
  Array.from({ length: min + cx.below(max - min + 1) }, (_, i) => make(i));
