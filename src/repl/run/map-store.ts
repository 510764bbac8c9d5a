/**
 * Maps that outlive the entry that made them: those of one name are one map, as long as what is in them is the same, or becomes
 * wider.
 */
import type { KnownMaps } from "../../../codegen/analysis/input.js";
import type { TypedProgram } from "../../../codegen/analysis/typed-program.js";
import type { MapInfo } from "../../../codegen/language/map-info.js";
import type { BpfMap, BpfObject, ScriptMap } from "../../../codegen/object.js";
import { type Type, typeName } from "../../../codegen/types/type.js";
import type { Fd } from "../../kernel/index.js";
import { compileMapText, type MapReading, printedText, type ValueContext } from "../../output/index.js";
import { sameFormat, valueWidening, type Widen, widening } from "./widening.js";
import { type Bpf, MapAccess, type MapShape } from "../../runtime/index.js";

export interface KeptMap {
  /** With its `@`. */
  readonly name: string;
  readonly script: ScriptMap;
  readonly shape: MapShape;
  readonly info: MapInfo;
  /** Of the run that made it: what the text of its values depends on. */
  values: ValueContext | undefined;
}

export interface MapConflict {
  readonly name: string;
  readonly was: string;
  readonly is: string;
  /** If no run used it: programs keep the maps that they were loaded with. */
  readonly couldGrow: boolean;
}

export class MapStore {
  readonly #maps = new Map<string, KeptMap>();
  /** How many runs use a map just now. */
  readonly #users = new Map<string, number>();
  readonly #access: MapAccess;

  constructor(bpf: Bpf, possibleCpus: number) {
    this.#access = new MapAccess(bpf, possibleCpus);
  }

  get names(): readonly string[] {
    return [...this.#maps.keys()].sort();
  }

  get(name: string): KeptMap | undefined {
    return this.#maps.get(name);
  }

  /** What an entry starts with. Types that only the script defines mean nothing to another one. */
  known(): KnownMaps {
    return new Map(
      [...this.#maps].filter(([, { info }]) => !hasOwnTypes(info)).map(([name, { info }]) => [name, info]),
    );
  }

  /** The first map of the object that is not as the one that is there, and cannot become so. */
  conflict(object: BpfObject, typed: TypedProgram): MapConflict | undefined {
    for (const script of object.scriptMaps) {
      const kept = this.#maps.get(script.name);
      const map = object.maps[script.map];
      if (kept === undefined || map === undefined || isSame(kept, script, map)) continue;
      const couldGrow = growth(kept, script, map) !== undefined;
      if (couldGrow && !this.#users.has(script.name)) continue;
      const types = { was: describe(kept.info), is: describe(typed.mapNamed(script.name)) };
      return { name: script.name, ...types, couldGrow };
    }
    return undefined;
  }

  /** Of an object without conflicts: see `keptMap` of the loader. */
  keeper(typed: TypedProgram): (script: ScriptMap, map: BpfMap, make: () => Fd) => Fd {
    return (script, map, make) => {
      const kept = this.#maps.get(script.name);
      if (kept !== undefined && isSame(kept, script, map)) return kept.shape.fd;
      const fd = make();
      const { type, keyBytes, valueBytes, maxEntries } = map;
      const shape = { fd, type, keyBytes, valueBytes, maxEntries };
      const info = typed.mapNamed(script.name);
      try {
        if (kept !== undefined) this.#moveInto(shape, kept, script, map);
      } catch (error) {
        fd.close();
        throw error;
      }
      this.#maps.set(script.name, { name: script.name, script, shape, info, values: kept?.values });
      return fd;
    };
  }

  /** What a narrower map has goes to the wider one that takes its place. */
  #moveInto(shape: MapShape, kept: KeptMap, script: ScriptMap, map: BpfMap): void {
    const widen = growth(kept, script, map);
    if (widen === undefined) throw new TypeError(`${kept.name} does not fit`);
    this.#access.copy(kept.shape, shape, widen);
    kept.shape.fd.close();
  }

  /** The maps of a run that was loaded. @returns what is to be called at its end */
  adopt({ scriptMaps }: BpfObject, values: ValueContext): () => void {
    const names = scriptMaps.map(({ name }) => name);
    for (const script of scriptMaps) {
      const kept = this.#maps.get(script.name);
      if (kept === undefined) continue;
      if (kept.script === script) kept.values = values;
      else kept.values ??= values;
    }
    for (const name of names) this.#users.set(name, (this.#users.get(name) ?? 0) + 1);
    return () => {
      for (const name of names) {
        const others = (this.#users.get(name) ?? 1) - 1;
        if (others === 0) this.#users.delete(name);
        else this.#users.set(name, others);
      }
    };
  }

  /** As `print(@x)` shows it; a byte string. */
  text(name: string, top = 0): string | undefined {
    const kept = this.#maps.get(name);
    if (kept?.values === undefined) return undefined;
    const { script, shape, values } = kept;
    const options = { top, div: 0, wasZeroed: false, isAtExit: false };
    const print = compileMapText(script, values);
    return printedText((out) => print(this.#access.read(shape), options, out));
  }

  read({ shape }: KeptMap): MapReading {
    return this.#access.read(shape);
  }

  /** False: there is none. Programs that use it keep it until they end. */
  drop(name: string): boolean {
    const kept = this.#maps.get(name);
    kept?.shape.fd.close();
    return this.#maps.delete(name);
  }

  close(): void {
    for (const name of this.names) this.drop(name);
  }
}

function isSame({ script, shape }: KeptMap, other: ScriptMap, map: BpfMap): boolean {
  const isSameShape = shape.type === map.type && shape.keyBytes === map.keyBytes && shape.valueBytes === map.valueBytes;
  return isSameShape && sameFormat(script.key, other.key) && sameFormat(script.value, other.value);
}

/** How its entries become those of a wider map; undefined: they cannot. */
function growth(
  { script, shape }: KeptMap,
  other: ScriptMap,
  map: BpfMap,
): { readonly key: Widen; readonly value: Widen } | undefined {
  if (shape.type !== map.type || shape.maxEntries > map.maxEntries) return undefined;
  const isScalar = script.key === undefined && other.key === undefined;
  const key =
    script.key === undefined || other.key === undefined ? KEPT_INDEX : widening(script.key.format, other.key.format);
  const value = valueWidening(script.value, other.value);
  if (key === undefined || value === undefined || (key === KEPT_INDEX && !isScalar)) return undefined;
  return { key, value };
}

/** Of the one entry of a scalar map. */
const KEPT_INDEX: Widen = (from, to) => to.set(from);

/** `int64 -> count_t` */
export const describe = ({ key, value }: Pick<MapInfo, "key" | "value">): string =>
  key === undefined ? typeName(value) : `${typeName(key)} -> ${typeName(value)}`;

function hasOwnTypes({ key, value }: MapInfo): boolean {
  const isOwn = (type: Type): boolean => {
    switch (type.kind) {
      case "struct":
      case "enum":
        return type.source.origin !== "btf";
      case "pointer":
        return isOwn(type.to);
      case "array":
        return isOwn(type.element);
      case "tuple":
        return type.elements.some(isOwn);
      case "record":
        return type.fields.some((field) => isOwn(field.type));
      default:
        return false;
    }
  };
  return (key !== undefined && isOwn(key)) || isOwn(value);
}
