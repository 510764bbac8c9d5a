/** Where an entry is declared: in C++ types of different namespaces and classes may share a name. */
import type { Abbreviation } from "./abbreviations.js";
import { AT, TAG } from "./constants.js";
import { scanEntries } from "./entry-scan.js";
import type { Entry, Unit } from "./unit.js";

const NAMED: ReadonlySet<number> = new Set([TAG.namespace, TAG.structureType, TAG.classType, TAG.unionType]);
/** What is in one of them nobody else can mean. */
const PRIVATE: ReadonlySet<number> = new Set([TAG.subprogram, TAG.lexicalBlock]);

const isScope = ({ tag }: Abbreviation): boolean => NAMED.has(tag) || PRIVATE.has(tag);

/**
 * `a::b::`; empty at the top. It is the same for two entries if and only if they are in the same scope. What is defined away from
 * where it was declared, as by GCC in units of types, is in the scope of its declaration.
 */
export function scopeOf(entry: Entry): string {
  const { unit } = entry;
  const declared = entry.reference(AT.specification);
  const isHere = declared !== undefined && declared > unit.offset && declared < unit.end;
  return scopeAt(unit, isHere ? declared : entry.offset);
}

function scopeAt(unit: Unit, offset: number): string {
  const around: { readonly offset: number; readonly depth: number }[] = [];
  const filter = { isWanted: () => true, possible: [offset - unit.offset], isAround: isScope };
  for (const { offset: at, depth } of scanEntries(unit, filter)) {
    while ((around.at(-1)?.depth ?? -1) >= depth) around.pop();
    if (at >= offset) break;
    around.push({ offset: at, depth });
  }
  return around.map(({ offset: at }) => `${partOf(unit.entryAt(at))}::`).join("");
}

/** Without a name it is that of this place alone, or in a nameless namespace that of this unit. */
function partOf(scope: Entry | undefined): string {
  if (scope === undefined) return "";
  const name = NAMED.has(scope.tag) ? scope.string(AT.name) : undefined;
  return name ?? `(${scope.tag === TAG.namespace ? scope.unit.offset : scope.offset})`;
}
