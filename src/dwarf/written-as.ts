import { AT } from "./constants.js";
import type { DebugInfo } from "./debug-info.js";
import type { Entry } from "./unit.js";

/** How many references lead from a copy to what was written. */
const MAX_REFERENCES = 8;

/** The entry with the names and types; of a method the one inside of its class. */
export function writtenAs(info: DebugInfo, entry: Entry): Entry {
  return originOf(info, entry, (candidate) => candidate.has(AT.name));
}

/** The first, from a copy to what was written, of which something holds; else the last there is. */
export function originOf(info: DebugInfo, entry: Entry, isIt: (candidate: Entry) => boolean): Entry {
  let found = entry;
  for (let i = 0; i < MAX_REFERENCES && !isIt(found); i++) {
    const next = found.reference(AT.abstractOrigin) ?? found.reference(AT.specification);
    const referred = next === undefined ? undefined : info.entryAt(next);
    if (referred === undefined) return found;
    found = referred;
  }
  return found;
}

/** What the linker calls a function: in C++ that is another name than the one that is written. */
export function symbolOf(info: DebugInfo, entry: Entry): string | undefined {
  const linked = originOf(info, entry, (candidate) => candidate.has(AT.linkageName));
  return linked.string(AT.linkageName) ?? writtenAs(info, entry).string(AT.name);
}
