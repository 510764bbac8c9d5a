/** The first probe of every program: each map gets an entry, which fixes its types. */
import { INT64, int, UINT64, type ValueType } from "./types.js";
import { sizeOf } from "./layout.js";
import type { Expr, Probe, Program, Statement } from "./program.js";

/** What structs are read from: bytes without a NUL, so that no text ends early. */
export const MEMORY_WORDS: readonly bigint[] = Array.from({ length: 6 }, (_, i) => {
  let word = 0n;
  for (let byte = 0; byte < 8; byte++) word |= BigInt(0x21 + (((i * 8 + byte) * 7) % 0xd0)) << BigInt(8 * byte);
  return word;
});
export const MEMORY: ValueType = { kind: "tuple", elements: MEMORY_WORDS.map(() => UINT64) };
const NAME = "$memory";

export function setupOf({ maps }: Program): Probe {
  const usesMemory = maps.some(({ value }) => value.kind === "struct");
  return {
    on: "begin",
    predicate: undefined,
    statements: [...(usesMemory ? [declareMemory(NAME)] : []), ...maps.map(firstEntry)],
  };
}

export const declareMemory = (name: string): Statement => ({
  kind: "declare",
  name,
  type: MEMORY,
  form: "assigned",
  value: {
    kind: "tuple",
    result: MEMORY,
    elements: MEMORY_WORDS.map((value) => ({ kind: "constant", result: UINT64, value })),
  },
});

function firstEntry({ name, key, value, aggregation }: Program["maps"][number]): Statement {
  const at = key === undefined ? undefined : someValue(key);
  if (aggregation === undefined)
    return { kind: "assign", target: { kind: "map", name, key: at, result: value }, value: someValue(value) };
  const { by, isSigned } = aggregation;
  return {
    kind: "aggregation",
    map: name,
    key: at,
    by,
    isSigned,
    value: by === "count" ? undefined : { kind: "constant", result: isSigned ? INT64 : UINT64, value: 3n },
  };
}

/** Of exactly that type. */
export function someValue(type: ValueType, memory = NAME): Expr {
  switch (type.kind) {
    case "int":
      return { kind: "constant", result: type, value: 3n };
    case "bool":
      return { kind: "constant", result: type, value: true };
    case "enum":
      return { kind: "enumerator", result: type, name: type.members[0]?.name ?? "" };
    case "string":
      return { kind: "constant", result: type, value: "x".repeat(type.bytes - 1) };
    case "tuple":
      return { kind: "tuple", result: type, elements: type.elements.map((element) => someValue(element, memory)) };
    case "record":
      return { kind: "record", result: type, elements: type.members.map((member) => someValue(member.type, memory)) };
    case "array": {
      const bytes = sizeOf(type);
      const from = bytes > 8 ? { kind: "string" as const, bytes } : int(bytes as 1 | 2 | 4 | 8, false);
      return { kind: "cast", result: type, operand: someValue(from) };
    }
    case "struct":
      return {
        kind: "dereference",
        result: type,
        operand: {
          kind: "cast",
          result: { kind: "pointer", to: type },
          operand: { kind: "address", result: { kind: "pointer", to: MEMORY }, variable: memory },
        },
      };
    default:
      throw new Error(`no value of ${type.kind}`);
  }
}
