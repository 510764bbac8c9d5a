/** Functions whose code was put where they are called, besides or instead of code of their own. */
import type { InlinedCopies, InlinedPlace } from "../../codegen/facts.js";
import type { Abbreviation } from "./abbreviations.js";
import { AT, TAG } from "./constants.js";
import type { DebugInfo } from "./debug-info.js";
import { namedEntries } from "./named-entries.js";
import type { Entry, Unit } from "./unit.js";
import { declaredElsewhere, functionsAndCopies } from "./unit-functions.js";
import { symbolOf } from "./written-as.js";

/** In the order of the file. Undefined: there is no copy of such a function. */
export function findInlined(info: DebugInfo, name: string): InlinedCopies | undefined {
  const naming = info.unitsNaming(name);
  const origins = new Map<number, Entry>();
  const having = naming.filter((unit) => {
    const before = origins.size;
    for (const entry of abstractOnes(unit, name)) origins.set(entry.offset, entry);
    return origins.size > before;
  });
  if (origins.size === 0) return undefined;
  const places: InlinedPlace[] = [];
  let written: Entry | undefined;
  for (const unit of callersOf(info, having, origins)) {
    for (const { place, origin } of copiesIn(info, unit, origins)) {
      written ??= origins.get(origin);
      places.push(place);
    }
  }
  if (written === undefined) return undefined;
  const into = new Set(places.flatMap((place) => place.into ?? []));
  return { into: [...into], places, ...placeOf(info, written) };
}

const FUNCTIONS: ReadonlySet<number> = new Set([TAG.subprogram]);

/** What describes the function for all copies. A method has its name at its declaration. */
function* abstractOnes(unit: Unit, name: string): Generator<Entry> {
  for (const entry of namedEntries(unit, name, FUNCTIONS, isAbstract)) if (mayHaveCopies(entry)) yield entry;
  const kinds = [...(unit.split ?? unit).abbreviations().values()];
  if (!kinds.some((kind) => kind.tag === TAG.subprogram && isAbstract(kind) && has(kind, AT.specification))) return;
  const declared = new Set(Array.from(namedEntries(unit, name, FUNCTIONS), ({ offset }) => offset));
  if (declared.size === 0) return;
  for (const entry of declaredElsewhere(unit, isAbstract))
    if (declared.has(entry.reference(AT.specification) ?? -1) && mayHaveCopies(entry)) yield entry;
}

/**
 * Says how it is inlined, or is no more than a description: compilers that do not see whole programs at once do not know yet
 * (`-flto`), and put the copies into other units.
 */
const isAbstract = (kind: Abbreviation): boolean =>
  has(kind, AT.inline) || ![AT.declaration, AT.lowPc, AT.ranges].some((name) => has(kind, name));

const has = ({ attributes }: Abbreviation, wanted: number): boolean => attributes.some(({ name }) => name === wanted);

/** Of constructors GCC says that they are not inlined, and inlines them. */
const mayHaveCopies = (entry: Entry): boolean => entry.number(AT.inline) !== NOT_INLINED;

const NOT_INLINED = 0n;

/** What several units have in common has no callers itself: any unit may have them. */
function callersOf(info: DebugInfo, naming: readonly Unit[], origins: ReadonlyMap<number, Entry>): readonly Unit[] {
  const isShared = [...origins.values()].some(
    (entry) => entry.unit.root.tag === TAG.partialUnit || !entry.has(AT.inline),
  );
  return isShared ? info.units() : naming;
}

interface Copy {
  readonly place: InlinedPlace;
  readonly origin: number;
}

function* copiesIn(info: DebugInfo, unit: Unit, origins: ReadonlyMap<number, Entry>): Generator<Copy> {
  let caller: Entry | undefined;
  for (const { entry } of functionsAndCopies(unit)) {
    if (entry.tag === TAG.subprogram) caller = entry;
    if (entry.tag !== TAG.inlinedSubroutine || caller === undefined) continue;
    const origin = entry.reference(AT.abstractOrigin) ?? -1;
    if (!origins.has(origin)) continue;
    const address = entryOf(entry);
    if (address === undefined || caller.ranges().length === 0) continue;
    yield { origin, place: { address, copy: entry.offset, into: symbolOf(info, caller) } };
  }
}

/** Where it is entered: as it says, as an address or from where its code begins, or with its first instruction. */
function entryOf(entry: Entry): bigint | undefined {
  const [first] = entry.ranges();
  const offset = entry.number(AT.entryPc);
  const said = entry.address(AT.entryPc) ?? (offset === undefined || first === undefined ? undefined : offset);
  if (said === undefined || first === undefined) return first?.start;
  return entry.address(AT.entryPc) ?? first.start + said;
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
