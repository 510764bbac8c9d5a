/** Functions that have no code of their own left: it was put where they are called. */
import type { InlinedCopies } from "../../codegen/facts.js";
import { AT, TAG } from "./constants.js";
import type { DebugInfo } from "./debug-info.js";
import type { Entry, Unit } from "./unit.js";

/** Callers have the names of their symbols, in the order of the file. Undefined: there is no copy of such a function. */
export function findInlined(info: DebugInfo, name: string): InlinedCopies | undefined {
  const into = new Set<string>();
  let written: Entry | undefined;
  for (const unit of info.unitsNaming(name)) {
    const origins = abstractOnes(unit, name);
    if (origins.size === 0) continue;
    const callers = callersIn(info, unit, origins);
    if (callers.length > 0) [written] = origins.values();
    for (const caller of callers) into.add(caller);
  }
  return written === undefined ? undefined : { into: [...into], ...placeOf(info, written) };
}

/** What describes the function for all copies, by offset. */
function abstractOnes(unit: Unit, name: string): ReadonlyMap<number, Entry> {
  const found = new Map<number, Entry>();
  for (const { entry } of unit.entries()) {
    if (entry.tag === TAG.subprogram && entry.string(AT.name) === name) found.set(entry.offset, entry);
  }
  return found;
}

function callersIn(info: DebugInfo, unit: Unit, origins: ReadonlyMap<number, Entry>): readonly string[] {
  const callers = new Set<string>();
  let caller: Entry | undefined;
  for (const { entry } of unit.entries()) {
    if (entry.tag === TAG.subprogram) caller = entry;
    else if (entry.tag === TAG.inlinedSubroutine && origins.has(entry.reference(AT.abstractOrigin) ?? -1)) {
      const name = caller === undefined || caller.ranges().length === 0 ? undefined : symbolOf(info, caller);
      if (name !== undefined) callers.add(name);
    }
  }
  return [...callers];
}

/** What the linker calls it: in C++ that is another name. */
function symbolOf(info: DebugInfo, entry: Entry): string | undefined {
  const origin = entry.reference(AT.abstractOrigin) ?? entry.reference(AT.specification);
  const described = origin === undefined ? entry : (info.entryAt(origin) ?? entry);
  return described.string(AT.linkageName) ?? described.string(AT.name);
}

function placeOf(info: DebugInfo, entry: Entry): Pick<InlinedCopies, "file" | "line"> {
  const file = Number(entry.number(AT.declarationFile) ?? -1n);
  const line = entry.number(AT.declarationLine);
  const files = info.lineTableOf(entry.unit)?.files ?? [];
  return {
    file: files.find(({ index }) => index === file)?.shown,
    line: line === undefined ? undefined : Number(line),
  };
}
