/** Functions whose code was put where they are called, besides or instead of code of their own. */
import type { InlinedCopies, InlinedPlace } from "../../codegen/facts.js";
import type { Abbreviation } from "./abbreviations.js";
import { AT, FORM, TAG } from "./constants.js";
import type { DebugInfo } from "./debug-info.js";
import { namedEntries } from "./named-entries.js";
import type { Entry, Unit } from "./unit.js";
import { kindsIn, type Question, type Saying, sayingEntries } from "./saying-entries.js";
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
  const content = unit.split ?? unit;
  if (!kindsIn(content, FUNCTIONS, isAbstract).some(({ kind }) => has(kind, AT.specification))) return;
  const declared = new Set(Array.from(namedEntries(unit, name, FUNCTIONS), ({ offset }) => offset));
  for (const { entry } of referring(content, AT.specification, declared, { tags: FUNCTIONS, isOfKind: isAbstract }))
    if (mayHaveCopies(entry)) yield entry;
}

/** Entries that mean one of others. */
function* referring(
  unit: Unit,
  name: number,
  meant: ReadonlySet<number> | ReadonlyMap<number, Entry>,
  kinds: Pick<Question, "isAround" | "isOfKind" | "tags">,
): Generator<Saying> {
  if (meant.size === 0) return;
  const own = [...meant.keys()].filter((offset) => offset >= unit.offset && offset < unit.end);
  const numbers = new Set(own.map((offset) => offset - unit.offset));
  const asked = { names: new Set([name]), form: FORM.ref4 };
  for (const saying of sayingEntries(unit, { ...kinds, asked, wanted: { numbers } }))
    if (meant.has(saying.entry.reference(name) ?? -1)) yield saying;
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
  const isCopy = ({ attributes }: Abbreviation): boolean => attributes.some(({ name }) => CODE.has(name));
  const isCaller = ({ tag, attributes }: Abbreviation): boolean =>
    tag === TAG.subprogram && attributes.some(({ name }) => CODE.has(name));
  const kinds = { tags: COPIES, isOfKind: isCopy, isAround: isCaller };
  for (const { entry, around } of referring(unit.split ?? unit, AT.abstractOrigin, origins, kinds)) {
    const address = entryOf(entry);
    if (address === undefined || around === undefined || around.ranges().length === 0) continue;
    const origin = entry.reference(AT.abstractOrigin) ?? -1;
    yield { origin, place: { address, copy: entry.offset, into: symbolOf(info, around) } };
  }
}

const COPIES: ReadonlySet<number> = new Set([TAG.inlinedSubroutine]);
const CODE: ReadonlySet<number> = new Set([AT.lowPc, AT.ranges]);

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
