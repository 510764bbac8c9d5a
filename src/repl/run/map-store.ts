/** Maps that outlive the entry that made them: those of one name are one map, as long as what is in them is the same. */
import type { KnownMaps } from "../../../codegen/analysis/input.js";
import type { TypedProgram } from "../../../codegen/analysis/typed-program.js";
import type { MapInfo } from "../../../codegen/language/map-info.js";
import type { BpfMap, BpfObject, ScriptMap } from "../../../codegen/object.js";
import { type Type, typeName } from "../../../codegen/types/type.js";
import type { Fd } from "../../kernel/native.js";
import type { MapReading } from "../../output/map-reading.js";
import { compileMapText } from "../../output/maps/map-text.js";
import type { ValueContext } from "../../output/value-context.js";
import { MapAccess, type MapShape } from "../../runtime/map-access.js";
import type { Bpf } from "../../runtime/bpf.js";

export interface KeptMap {
  /** With its `@`. */
  readonly name: string;
  readonly script: ScriptMap;
  readonly shape: MapShape;
  readonly info: MapInfo;
  /** Of the run that made it: what the text of its values depends on. */
  values: ValueContext | undefined;
}

export class MapStore {
  readonly #maps = new Map<string, KeptMap>();
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

  /** The first map of the object that is not as the one that is there. */
  conflict(
    object: BpfObject,
    typed: TypedProgram,
  ): { readonly name: string; readonly was: string; readonly is: string } | undefined {
    for (const script of object.scriptMaps) {
      const kept = this.#maps.get(script.name);
      const map = object.maps[script.map];
      if (kept === undefined || map === undefined || isSame(kept, script, map)) continue;
      return { name: script.name, was: describe(kept.info), is: describe(typed.mapNamed(script.name)) };
    }
    return undefined;
  }

  /** Of an object without conflicts: see `keptMap` of the loader. */
  keeper(typed: TypedProgram): (script: ScriptMap, map: BpfMap, make: () => Fd) => Fd {
    return (script, map, make) => {
      const kept = this.#maps.get(script.name);
      if (kept !== undefined) return kept.shape.fd;
      const fd = make();
      const { type, keyBytes, valueBytes, maxEntries } = map;
      const shape = { fd, type, keyBytes, valueBytes, maxEntries };
      const info = typed.mapNamed(script.name);
      this.#maps.set(script.name, { name: script.name, script, shape, info, values: undefined });
      return fd;
    };
  }

  /** The maps of a run that was loaded. */
  adopt({ scriptMaps }: BpfObject, values: ValueContext): void {
    for (const { name } of scriptMaps) {
      const kept = this.#maps.get(name);
      if (kept !== undefined) kept.values ??= values;
    }
  }

  /** As `print(@x)` shows it; a byte string. */
  text(name: string, top = 0): string | undefined {
    const kept = this.#maps.get(name);
    if (kept?.values === undefined) return undefined;
    const { script, shape, values } = kept;
    const options = { top, div: 0, wasZeroed: false, isAtExit: false };
    return compileMapText(script, values)(this.#access.read(shape), options);
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
  return isSameShape && print(script.key) === print(other.key) && print(script.value) === print(other.value);
}

const print = (format: unknown): string =>
  JSON.stringify(format, (_, value: unknown) => (typeof value === "bigint" ? value.toString() : value)) ?? "";

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
