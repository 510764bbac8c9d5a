/** Types and constants by their names. */
import type { DebugType } from "../../codegen/facts.js";
import { AT, TAG } from "./constants.js";
import type { DebugInfo } from "./debug-info.js";
import { namedEntries } from "./named-entries.js";
import { scopeOf } from "./scopes.js";
import { typeFrom } from "./types.js";
import type { Entry } from "./unit.js";

type TagWord = "struct" | "union" | "enum";

const TAGGED: Readonly<Record<TagWord, ReadonlySet<number>>> = {
  struct: new Set([TAG.structureType, TAG.classType]),
  union: new Set([TAG.unionType]),
  enum: new Set([TAG.enumerationType]),
};

/** What C names without a tag, and what C++ does. */
const PLAIN: ReadonlySet<number> = new Set([
  TAG.typedef,
  TAG.baseType,
  TAG.structureType,
  TAG.classType,
  TAG.unionType,
  TAG.enumerationType,
]);

/**
 * One that is more than declared: that of all the program, or else the first of a namespace, a class or a function. Of very large
 * files the first that there is: to look for another one would take too long.
 */
export function typeNamed(info: DebugInfo, name: string, tag: TagWord | undefined): DebugType | undefined {
  const tags = tag === undefined ? PLAIN : TAGGED[tag];
  let first: Entry | undefined;
  for (const unit of info.unitsDefining(name)) {
    for (const entry of namedEntries(unit, name, tags)) {
      if (entry.number(AT.declaration) === 1n) continue;
      if (info.isLarge || scopeOf(entry) === "") return typeFrom(info, entry);
      first ??= entry;
    }
  }
  return first && typeFrom(info, first);
}

const ENUMERATORS: ReadonlySet<number> = new Set([TAG.enumerator]);

/** Of any enum: the first of that name. */
export function constantNamed(info: DebugInfo, name: string): bigint | undefined {
  for (const unit of info.unitsDefining(name)) {
    for (const entry of namedEntries(unit, name, ENUMERATORS)) {
      const value = entry.number(AT.constValue);
      if (value !== undefined) return value;
    }
  }
  return undefined;
}
