import { AT, TAG, UNIT_TYPE } from "./constants.js";
import { DebugFile, FILE_SPACE, MAX_FILES } from "./debug-file.js";
import { DwarfError } from "./dwarf-error.js";
import { type LineTable, readLineTable } from "./line-table.js";
import { indexedUnits } from "./indexed-units.js";
import { namedEntries } from "./named-entries.js";
import { unitsNaming } from "./naming-units.js";
import { readPackageIndex } from "./package-index.js";
import { scopeOf } from "./scopes.js";
import type { DebugSections, SectionTable } from "./sections.js";
import { type Entry, splitName, type Unit } from "./unit.js";
import { functionsWithCode } from "./unit-functions.js";
import { UnitIndex } from "./unit-index.js";

/** What a compiler has left behind for debuggers of one program, in its file and in those that belong to it. */
export class DebugInfo {
  readonly #main: DebugFile;
  readonly #functions = new Map<Unit, ReadonlyMap<bigint, Entry>>();
  /** By the number of the file. */
  readonly #splitFiles = new Map<number, DebugFile>();
  readonly #missing = new Set<string>();
  readonly #definitions = new Map<string, Entry | undefined>();
  #units: readonly Unit[] | undefined;
  #index: UnitIndex | undefined;
  #package: DebugFile | null | undefined;

  constructor(sections: DebugSections) {
    this.#main = new DebugFile(sections, { number: 0 });
  }

  get sections(): SectionTable {
    return this.#main.table;
  }

  /** Files with what was left out of this one that were looked for and are not there. */
  get missing(): readonly string[] {
    return [...this.#missing];
  }

  /** Those of code, in the order of the file. */
  units(): readonly Unit[] {
    if (this.#units !== undefined) return this.#units;
    let ordinals: ReadonlyMap<Unit, number> | undefined;
    const findSplit = (unit: Unit): Unit | undefined => {
      ordinals ??= new Map(this.#main.units().map((each, ordinal) => [each, ordinal]));
      return this.#splitOf(unit, ordinals.get(unit) ?? 0);
    };
    const units = this.#main.units().filter((unit) => !unit.isOfTypes);
    for (const unit of units) unit.findSplit = findSplit;
    return (this.#units = units);
  }

  /** Undefined: the unit has no code. */
  lineTableOf(unit: Unit): LineTable | undefined {
    const { root, addressBytes } = unit.skeleton ?? unit;
    const offset = root.number(AT.statementList);
    const directory = root.string(AT.compilationDirectory) ?? "/";
    if (offset === undefined) return undefined;
    const table = readLineTable(this.#main.table, Number(offset), { directory, addressBytes });
    this.#main.work(table.size);
    return table;
  }

  /** An entry by its offset, which may be in any unit of any file. */
  entryAt(offset: number): Entry | undefined {
    const unit = this.#fileOf(offset)?.unitAround(offset);
    return unit !== undefined && offset > unit.offset ? unit.entryAt(offset) : undefined;
  }

  /** The unit that says that the code of an address is its own. */
  unitAt(address: bigint): Unit | undefined {
    return this.#unitIndex().at(address);
  }

  /** The function that is entered at an address. Units are searched once, and only those with code there. */
  functionAt(address: bigint): Entry | undefined {
    const unit = this.unitAt(address);
    const found = unit && this.#functionsIn(unit).get(address);
    if (found !== undefined) return found;
    for (const silent of this.#unitIndex().silent) {
      const found = this.#functionsIn(silent).get(address);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** The first of a name, whether it has code or not. */
  functionNamed(name: string): Entry | undefined {
    for (const unit of this.unitsNaming(name)) {
      for (const entry of namedEntries(unit, name, FUNCTIONS)) return entry;
    }
    return undefined;
  }

  /** To look through all of it takes seconds. */
  get isLarge(): boolean {
    return this.#main.section(".debug_info").size > MAX_SEARCHED_BYTES;
  }

  /**
   * What a declared type is where it is defined: of the same name, in the same namespace. Of very large files only if it is in an
   * index: else it would take too long.
   */
  definitionOf(declared: Entry, isWanted: (entry: Entry) => boolean): Entry | undefined {
    const name = declared.string(AT.name);
    if (name === undefined) return undefined;
    const scope = scopeOf(declared);
    const key = scope + name;
    if (!this.#definitions.has(key)) this.#definitions.set(key, this.#findDefinition(name, scope, isWanted));
    return this.#definitions.get(key);
  }

  #findDefinition(name: string, scope: string, isWanted: (entry: Entry) => boolean): Entry | undefined {
    // GDB's index has names with their namespaces.
    const indexed = (): Iterable<Unit> => new Set([...this.#indexed(scope + name), ...this.#indexed(name)]);
    for (const unit of this.isLarge ? indexed() : this.unitsDefining(name)) {
      for (const entry of namedEntries(unit, name, STRUCTS))
        if (isWanted(entry) && entry.number(AT.declaration) !== 1n && scopeOf(entry) === scope) return entry;
    }
    return undefined;
  }

  /** Those that may have a type or constant of that name, one after the other: first those that an index has. */
  *unitsDefining(name: string): Generator<Unit> {
    const indexed = this.#indexed(name);
    yield* indexed;
    const known = new Set(indexed);
    for (const unit of this.unitsNaming(name)) if (!known.has(unit)) yield unit;
  }

  #indexed(name: string): readonly Unit[] {
    // They get to know what was left out of them.
    this.units();
    return indexedUnits(this.#main, name);
  }

  /** Those that may have something of that name, those of types and of the common file too. */
  unitsNaming(name: string): readonly Unit[] {
    // They get to know what was left out of them.
    const units = this.units();
    const supplement = this.#main.supplement();
    const own = new Set(unitsNaming(this.#main, name));
    // Of a unit that was left out nobody knows what it names before it is read.
    const contents = units.flatMap((unit) => (unit.split === undefined ? [] : [{ unit, content: unit.split }]));
    const files = new Set(contents.map(({ content }) => content.file));
    const naming = new Set([...files].flatMap((file) => unitsNaming(file, name)));
    for (const { unit, content } of contents) if (naming.has(content)) own.add(unit);
    const splitTypes = [...naming].filter((unit) => unit.isOfTypes);
    return [
      ...[...own].sort((a, b) => a.offset - b.offset),
      ...splitTypes,
      ...(supplement === undefined ? [] : unitsNaming(supplement, name)),
    ];
  }

  #unitIndex(): UnitIndex {
    return (this.#index ??= new UnitIndex(this.units(), this.#main.table));
  }

  #fileOf(offset: number): DebugFile | undefined {
    const supplement = this.#main.supplement();
    const files = [this.#main, ...(supplement === undefined ? [] : [supplement])];
    const holds = (file: DebugFile, next: number): boolean => offset >= file.base && offset < next;
    const found = files.find((file) => holds(file, file.base + FILE_SPACE));
    return found ?? this.#splitFile(Math.floor(offset / FILE_SPACE));
  }

  /** Known already, or that of the unit of that number: an entry may be asked for before its unit was. */
  #splitFile(number: number): DebugFile | undefined {
    const known = this.#splitFiles.get(number);
    if (known !== undefined) return known;
    // They get to know what was left out of them; those in a package get to know of whom they were left out.
    const units = this.units();
    if (number === PACKAGE) {
      for (const unit of units) void unit.split;
      return this.#packageFile();
    }
    const unit = this.#main.units()[number - FIRST_SPLIT];
    return unit?.split === undefined ? undefined : this.#splitFiles.get(number);
  }

  #functionsIn(unit: Unit): ReadonlyMap<bigint, Entry> {
    const known = this.#functions.get(unit);
    if (known !== undefined) return known;
    const functions = indexByAddress(unit);
    this.#functions.set(unit, functions);
    return functions;
  }

  /** What was left out of a unit: in a package beside the program, or in a file of its own. */
  #splitOf(skeleton: Unit, ordinal: number): Unit | undefined {
    const wanted = splitName(skeleton);
    if (wanted === undefined) return undefined;
    const inPackage = this.#packageFile();
    const packed = inPackage && packedContent(inPackage, wanted.id);
    if (packed !== undefined) return linked(packed, skeleton);
    const number = FIRST_SPLIT + ordinal;
    if (number >= PACKAGE) return undefined;
    const directory = skeleton.root.string(AT.compilationDirectory) ?? "/";
    const sections = this.#main.sections.split?.({ ...wanted, directory });
    if (sections === undefined) {
      this.#missing.add(wanted.name);
      return undefined;
    }
    const file = new DebugFile(sections, { number, splitOf: this.#main });
    this.#splitFiles.set(number, file);
    const content = contentOf(file, wanted.id);
    if (content === undefined)
      throw new DwarfError(`${sections.file}: it is of another build than ${this.#main.table.file}`);
    return linked(content, skeleton);
  }

  #packageFile(): DebugFile | undefined {
    if (this.#package === undefined) {
      const sections = this.#main.sections.package?.();
      if (sections === undefined) this.#package = null;
      else {
        const indices = (name: string) => {
          let index: ReturnType<typeof readPackageIndex> | undefined;
          return (): ReturnType<typeof readPackageIndex> => (index ??= readPackageIndex(file.table.get(name)));
        };
        const [units, types] = [indices(".debug_cu_index"), indices(".debug_tu_index")];
        const file: DebugFile = new DebugFile(sections, {
          number: PACKAGE,
          splitOf: this.#main,
          contributionsOf: (type, id) => (type === "unit" ? units : types)().get(id),
        });
        this.#package = file;
      }
    }
    return this.#package ?? undefined;
  }
}

const MAX_SEARCHED_BYTES = 64 * 2 ** 20;

const FUNCTIONS: ReadonlySet<number> = new Set([TAG.subprogram]);
const STRUCTS: ReadonlySet<number> = new Set([TAG.structureType, TAG.classType, TAG.unionType]);

const FIRST_SPLIT = 2;
const PACKAGE = MAX_FILES - 1;

function linked(content: Unit, skeleton: Unit): Unit {
  content.skeleton = skeleton;
  return content;
}

/** The unit of that number; a file with one alone has that. */
function contentOf(file: DebugFile, id: bigint | undefined): Unit | undefined {
  const units = file.units().filter((unit) => !unit.isOfTypes);
  return units.find((unit) => {
    if (id === undefined) return units.length === 1;
    return (unit.type === UNIT_TYPE.splitCompile ? unit.id : unit.root.number(AT.gnuDwoId)) === id;
  });
}

/** Until version 4 a unit has its number among its attributes, which are not read before its parts are known. */
function packedContent(file: DebugFile, id: bigint | undefined): Unit | undefined {
  const start = id === undefined ? undefined : file.role.contributionsOf?.("unit", id)?.get(".debug_info")?.start;
  return start === undefined ? undefined : file.units().find(({ offset }) => offset === file.base + start);
}

/** Code that is seldom run may lie elsewhere: any piece may be the one that is entered. */
function indexByAddress(unit: Unit): ReadonlyMap<bigint, Entry> {
  const found = new Map<bigint, Entry>();
  for (const entry of functionsWithCode(unit)) {
    for (const { start } of entry.ranges()) if (!found.has(start)) found.set(start, entry);
  }
  return found;
}
