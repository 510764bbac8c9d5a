/** The maps of the script, as `print`, `clear`, `zero` and the dump at the end act on them. */
import type { ScriptMap } from "../../codegen/object.js";
import type { MapReading, Output, PrintableMap } from "../output/index.js";
import { doing } from "../kernel/index.js";
import type { LoadedObject } from "./loader.js";
import { isArray, type MapAccess, type MapShape } from "./map-access.js";

/** What to do with a map in the same pass in which it is printed. */
export type Afterwards = "keep" | "clear" | "zero";

export interface PrintArguments {
  readonly top: number;
  readonly div: number;
  readonly afterwards: Afterwards;
}

interface Entry {
  readonly map: ScriptMap;
  readonly shape: MapShape;
  /** Made when it is first printed. */
  printable: PrintableMap | undefined;
  /** There were values, and they were zeroed: a scalar map then has the value 0, unlike one that was never set. */
  wasZeroed: boolean;
}

export class ScriptMaps {
  readonly #entries: readonly Entry[];
  readonly #access: MapAccess;
  readonly #output: Output;
  readonly #onEmptied: (index: number) => void;

  /** @param onEmptied - told which map has been emptied */
  constructor(loaded: LoadedObject, access: MapAccess, output: Output, onEmptied: (index: number) => void) {
    this.#onEmptied = onEmptied;
    this.#access = access;
    this.#output = output;
    this.#entries = loaded.object.scriptMaps.map((map) => ({
      map,
      shape: shapeOf(map, loaded),
      printable: undefined,
      wasZeroed: false,
    }));
  }

  print(index: number, { top, div, afterwards }: PrintArguments): void {
    const entry = this.#entryOf(index);
    const reading = doing(`read map ${entry.map.name}`, () => this.#take(entry, afterwards));
    this.#printable(entry).print(reading, { top, div, wasZeroed: entry.wasZeroed, isAtExit: false });
    if (afterwards === "clear") this.#emptied(index, entry);
    if (afterwards === "zero") entry.wasZeroed ||= wasSet(entry.shape, reading);
  }

  clear(index: number): void {
    const entry = this.#entryOf(index);
    doing(`clear map ${entry.map.name}`, () => this.#access.clear(entry.shape));
    this.#emptied(index, entry);
  }

  #emptied(index: number, entry: Entry): void {
    entry.wasZeroed = false;
    this.#onEmptied(index);
  }

  zero(index: number): void {
    const entry = this.#entryOf(index);
    const reading = doing(`zero map ${entry.map.name}`, () => this.#access.zero(entry.shape));
    entry.wasZeroed ||= wasSet(entry.shape, reading);
  }

  /** At the end of a run: all of them, in the bytewise order of their names. */
  dump(): void {
    const data = this.#entries.filter(({ map }) => !map.holdsPrograms);
    const sorted = data.sort((a, b) => (a.map.name < b.map.name ? -1 : 1));
    for (const entry of sorted) {
      const reading = doing(`read map ${entry.map.name}`, () => this.#access.read(entry.shape));
      this.#printable(entry).print(reading, { top: 0, div: 0, wasZeroed: entry.wasZeroed, isAtExit: true });
    }
  }

  /** Reading and deleting in one pass loses no update that comes in between. */
  #take(entry: Entry, afterwards: Afterwards): MapReading {
    if (afterwards === "zero") return this.#access.takeToZero(entry.shape);
    return this.#access.read(entry.shape, { deletes: afterwards === "clear" });
  }

  #printable(entry: Entry): PrintableMap {
    return (entry.printable ??= this.#output.compileMap(entry.map));
  }

  #entryOf(index: number): Entry {
    const entry = this.#entries[index];
    if (entry === undefined) throw new RangeError(`an event names map ${index}, and there are ${this.#entries.length}`);
    return entry;
  }
}

export function shapeOf({ map: index, name, table }: ScriptMap, loaded: LoadedObject): MapShape {
  const map = loaded.object.maps[index];
  const fd = loaded.maps[index];
  if (map === undefined || fd === undefined)
    throw new RangeError(`${name} is kept in map ${index}, which is not there`);
  const { type, maxEntries } = map;
  const { keyBytes, valueBytes } = table ?? map;
  return { fd, type, keyBytes, valueBytes, maxEntries, table };
}

/** Of a scalar map. What is set in an array has a flag, or a count, that is not 0. */
const wasSet = (shape: MapShape, { count, values }: MapReading): boolean =>
  isArray(shape) ? values.bytes.some((byte) => byte !== 0) : count > 0;
