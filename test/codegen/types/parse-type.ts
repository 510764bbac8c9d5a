import { FULL_LANGUAGE } from "../../../codegen/full-language.js";
import { parse, DiagnosticBag } from "../../../grammar/index.js";
import { resolveType } from "../../../codegen/types/named-types.js";
import type { StructSource } from "../../../codegen/types/struct-source.js";
import { INT64, record, tuple, type Type } from "../../../codegen/types/type.js";
import { typeOfInteger } from "../../../codegen/types/literals.js";

/** Knows `struct s` (16 bytes), `enum e` and nothing else. */
export const NO_STRUCTS: StructSource = {
  member: () => undefined,
  members: () => [],
  typeNamed: (name, tag) => {
    const source = { origin: "user", index: 0 } as const;
    if (name === "s") return { kind: "struct", tag: "struct", name: "s", sizeBytes: 16, source, space: "none" };
    if (name === "e" && tag === "enum") return { kind: "enum", name: "e", bytes: 4, isSigned: false, source };
    return undefined;
  },
  typeNames: () => ["s", "e"],
  enumeratorNames: () => [],
  enumerator: () => undefined,
  enumerators: () => [],
};

/**
 * A type as tests write it: `uint8`, `struct s *`, `string[4]`; `5` is the type of that literal, `(a;b)` a tuple and
 * `{x=a;y=b}` a record.
 */
export function type(text: string): Type {
  const trimmed = text.trim();
  if (/^-?\d+$/.test(trimmed)) return typeOfInteger(BigInt(trimmed));
  if (trimmed.startsWith("(")) return tuple(trimmed.slice(1, -1).split(";").map(type));
  if (trimmed.startsWith("{")) {
    const fields = trimmed.slice(1, -1).split(";");
    return record(fields.map((field) => ({ name: field.split("=")[0] ?? "", type: type(field.split("=")[1] ?? "") })));
  }
  const program = parse({ name: "test", text: `begin { let $x: ${trimmed}; }` }, new DiagnosticBag());
  const [probe] = program.items;
  const [statement] = probe?.kind === "probe" ? probe.body.statements : [];
  if (statement?.kind !== "let" || statement.type === undefined) throw new Error(`no type: ${text}`);
  const found = resolveType(statement.type, {
    structs: NO_STRUCTS,
    words: FULL_LANGUAGE.typeWords,
    typeof: () => INT64,
  });
  if (found.kind === "unknown") throw new Error(`unknown type: ${text}`);
  return found;
}
