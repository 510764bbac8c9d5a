/** What functions take (probes-and-cli.md 8). */
import type { CodeFunction, DebugParameter, DebugType } from "../../codegen/facts.js";
import { AT, TAG } from "./constants.js";
import type { DebugInfo } from "./debug-info.js";
import { structTag, structType, typeOf, typeText } from "./types.js";
import type { Entry } from "./unit.js";

export interface Signature {
  readonly parameters: readonly DebugParameter[];
  readonly result: DebugType;
}

/**
 * By address, since static functions may share a name, and C++ functions are not called as their symbols are; by name, if
 * there is no code of its own: of an alias, or a choice that is made when the program starts.
 *
 * @returns undefined when nothing is known of the function
 */
export function signatureOf(info: DebugInfo, wanted: CodeFunction): Signature | undefined {
  const entry = info.functionAt(wanted.address) ?? info.functionNamed(wanted.name);
  return entry && { parameters: parametersIn(info, entry), result: typeOf(info, writtenAs(info, entry)) };
}

function parametersIn(info: DebugInfo, entry: Entry): readonly DebugParameter[] {
  const own = [...entry.children()].filter(({ tag }) => tag === TAG.formalParameter);
  const written = writtenAs(info, entry);
  if (own.length === 0 && written.offset !== entry.offset) return parametersIn(info, written);
  return own.map((parameter) => {
    const described = writtenAs(info, parameter);
    return {
      name: described.string(AT.name) ?? "",
      type: typeOf(info, described),
      typeText: typeText(info, described),
    };
  });
}

/** How many references lead from a copy to what was written. */
const MAX_REFERENCES = 8;

/** The entry with the names and types. */
function writtenAs(info: DebugInfo, entry: Entry): Entry {
  let found = entry;
  for (let i = 0; i < MAX_REFERENCES && !found.has(AT.name); i++) {
    const next = found.reference(AT.abstractOrigin) ?? found.reference(AT.specification);
    const referred = next === undefined ? undefined : info.entryAt(next);
    if (referred === undefined) return found;
    found = referred;
  }
  return found;
}

/** The first that is more than declared. */
export function typeNamed(
  info: DebugInfo,
  name: string,
  wanted: "struct" | "union" | undefined,
): DebugType | undefined {
  for (const unit of info.units()) {
    for (const { entry } of unit.entries()) {
      const tag = structTag(entry);
      const isWanted = tag !== undefined && (wanted === undefined || tag === wanted);
      if (!isWanted || entry.string(AT.name) !== name || entry.number(AT.declaration) === 1n) continue;
      return structType(entry, tag);
    }
  }
  return undefined;
}
