/** Types as scripts write them (language.md 7.2). */
import type { Expr, NamedType, TypeExpr } from "../../grammar/index.js";
import type { StructSource } from "./struct-source.js";
import {
  aggregation,
  type AggregationKind,
  array,
  BOOL,
  buffer,
  type EnumType,
  INT16,
  INT32,
  INT64,
  INT8,
  pointer,
  string,
  type Type,
  typeName,
  UINT16,
  UINT32,
  UINT64,
  UINT8,
  VOID,
} from "./type.js";

const LANGUAGE_TYPES: ReadonlyMap<string, Type> = new Map<string, Type>([
  ["bool", BOOL],
  ["int8", INT8],
  ["int16", INT16],
  ["int32", INT32],
  ["int64", INT64],
  ["uint8", UINT8],
  ["uint16", UINT16],
  ["uint32", UINT32],
  ["uint64", UINT64],
  ["void", VOID],
  ["string", string(0, "none")],
  ["buffer", buffer(0)],
  ["inet", { kind: "inet", sizeBytes: 0 }],
  ["timestamp", { kind: "timestamp" }],
  ["macaddr_t", { kind: "mac" }],
  ["cgroup_path_t", { kind: "cgroup-path" }],
  ["username_t", { kind: "username" }],
]);

/** The words for what can be read as a value: `count_t`; `sum_t` and `usum_t`. */
export function wordsOf(kind: AggregationKind): readonly (readonly [string, Type])[] {
  if (kind.reads === undefined) return [];
  const types = kind.sign === "named" ? [aggregation(kind, true), aggregation(kind, false)] : [aggregation(kind)];
  return types.map((type) => [typeName(type), type]);
}

/** Words of C that the kernel's types have under longer names only. */
const C_WORDS: ReadonlyMap<string, Type> = new Map<string, Type>([
  ["short", INT16],
  ["long", INT64],
  ["unsigned", UINT32],
]);

/** All of these that every language has, for hints. */
export const TYPE_WORDS: readonly string[] = [...LANGUAGE_TYPES.keys(), ...C_WORDS.keys()];

export interface TypeNames {
  /** Those that the definitions of the language add. */
  readonly words: ReadonlyMap<string, Type>;
  readonly structs: StructSource;
  /** Of the operand of `typeof`: a type or an expression. */
  typeof(operand: TypeExpr | Expr): Type | undefined;
}

/** The type that is meant, or the name that means none. */
export function resolveType(
  type: TypeExpr,
  names: TypeNames,
): Type | { readonly kind: "unknown"; readonly name: string } {
  switch (type.kind) {
    case "named-type": {
      const found =
        (type.tag === undefined ? (LANGUAGE_TYPES.get(type.name) ?? names.words.get(type.name)) : undefined) ??
        names.structs.typeNamed(type.name, type.tag);
      if (found === undefined) return wordOfC(type);
      return type.tag === "enum" && found.kind === "enum" ? asWritten(found) : found;
    }
    case "pointer-type": {
      const to = resolveType(type.to, names);
      return to.kind === "unknown" ? to : pointer(to);
    }
    case "array-type": {
      const element = resolveType(type.element, names);
      return element.kind === "unknown" ? element : sized(element, Number(type.length ?? 0n));
    }
    case "typeof-type":
      return names.typeof(type.operand) ?? unknown("none");
  }
}

/** Where a script names an enum or one of its constants, it is 64 bits wide (language.md 4.3). */
export const asWritten = (type: EnumType): EnumType => ({ ...type, bytes: 8, isSigned: false });

const wordOfC = ({ tag, name }: NamedType): ReturnType<typeof resolveType> =>
  (tag === undefined ? C_WORDS.get(name) : undefined) ?? unknown(tag === undefined ? name : `${tag} ${name}`);

const unknown = (name: string): { readonly kind: "unknown"; readonly name: string } => ({ kind: "unknown", name });

/** `string[N]`, `buffer[N]` and `inet[N]` are sizes, everything else is an array. */
function sized(element: Type, length: number): Type {
  if (element.kind === "string" && element.sizeBytes === 0) return string(length, "none");
  if (element.kind === "buffer" && element.sizeBytes === 0) return buffer(length);
  if (element.kind === "inet" && element.sizeBytes === 0) return { kind: "inet", sizeBytes: length };
  return array(element, length);
}

/** Operands of `sizeof` and the like are types or expressions. */
export const isTypeExpr = (node: TypeExpr | Expr): node is TypeExpr =>
  node.kind === "named-type" ||
  node.kind === "pointer-type" ||
  node.kind === "array-type" ||
  node.kind === "typeof-type";
