/** The maps of a script that runs, for programs: read, changed and emptied while it runs. */
import type { ScriptMap } from "../../codegen/object.js";
import {
  compileMapData,
  type Data,
  decoded,
  type MapData,
  type MapValueData,
  type ValueContext,
} from "../output/index.js";
import {
  type Bpf,
  isArray,
  type LoadedObject,
  MapAccess,
  type MapShape,
  ProgramArrays,
  type ProgramSlots,
  shapeOf,
} from "../runtime/index.js";
import { doing } from "../kernel/index.js";
import { DataTypeError, writeData } from "./key-bytes.js";

/** As `print(@map)` with nothing else said: a scalar map that was never set is empty. */
const ALL = { top: 0, div: 0, wasZeroed: false, isAtExit: true } as const;

export interface TraceMapContext {
  readonly bpf: Bpf;
  readonly possibleCpus: number;
  readonly values: ValueContext;
}

/** By name, without the `@`: the map `@` has the name "". */
export function traceMaps(loaded: LoadedObject, cx: TraceMapContext): ReadonlyMap<string, TraceMap> {
  const access = new MapAccess(cx.bpf, cx.possibleCpus);
  const arrays = new ProgramArrays(loaded, cx.bpf);
  return new Map(
    loaded.object.scriptMaps.map((map, index) => [
      decoded(map.name.slice(1)),
      new TraceMap(map, loaded, { access, programs: arrays.of(index) }, cx),
    ]),
  );
}

interface Means {
  readonly access: MapAccess;
  /** Of a progarray: user space does there what is done to the map. */
  readonly programs: ProgramSlots | undefined;
}

export class TraceMap {
  /** With its `@`. */
  readonly name: string;
  readonly kind: ScriptMap["value"]["kind"];
  readonly isKeyed: boolean;
  readonly #map: ScriptMap;
  readonly #shape: MapShape;
  readonly #access: MapAccess;
  readonly #programs: ProgramSlots | undefined;
  readonly #bpf: Bpf;
  readonly #data: ReturnType<typeof compileMapData>;

  constructor(map: ScriptMap, loaded: LoadedObject, { access, programs }: Means, { bpf, values }: TraceMapContext) {
    this.name = decoded(map.name);
    this.kind = map.value.kind;
    this.isKeyed = map.key !== undefined;
    this.#map = map;
    this.#shape = shapeOf(map, loaded);
    this.#access = access;
    this.#programs = programs;
    this.#bpf = bpf;
    this.#data = compileMapData(map, values);
  }

  /** All entries, as text would show them. `clear`: each is deleted as it is read, so that no update is missed. */
  read({ clear = false }: { readonly clear?: boolean } = {}): MapData {
    const reading = doing(`read map ${this.#map.name}`, () => this.#access.read(this.#shape, { deletes: clear }));
    if (clear) this.#programs?.empty();
    return this.#data(reading, ALL);
  }

  /** The value of a key, or of a scalar map without one. */
  get(key?: Data): MapValueData | undefined {
    if (this.#map.key !== undefined && this.#map.key.bytes < this.#shape.keyBytes) return this.#seriesOf(key);
    if (!this.isKeyed) return this.read().entries[0]?.value;
    const bytes = this.#keyBytes(key);
    const reading = this.#access.readOne(this.#shape, bytes);
    return reading === undefined ? undefined : this.#data(reading, ALL).entries[0]?.value;
  }

  /** Only maps of plain values can be set: what aggregates belongs to the CPUs. @throws {@link DataTypeError} */
  set(key: Data | undefined, value: Data): void {
    const { value: format } = this.#map;
    if (format.kind !== "plain") throw new DataTypeError(`the values of ${this.name} are made by ${format.kind}()`);
    const bytes = new Uint8Array(this.#shape.valueBytes);
    const view = new DataView(bytes.buffer);
    writeData(format.format, value, view, 0);
    if (format.setFlagOffset !== undefined) view.setBigUint64(format.setFlagOffset, 1n, true);
    const keyBytes = this.#keyBytes(key);
    if (this.#programs !== undefined) this.#checkProgram(slotOf(keyBytes), Number(view.getBigUint64(0, true)));
    doing(`change map ${this.#map.name}`, () => this.#bpf.update(this.#shape.fd, keyBytes, bytes));
    this.#programs?.fill(slotOf(keyBytes));
  }

  /** @returns whether it was there */
  delete(key?: Data): boolean {
    if (!isArray(this.#shape)) {
      const bytes = this.#keyBytes(key);
      const wasThere = doing(`change map ${this.#map.name}`, () => this.#access.delete(this.#shape, bytes));
      if (wasThere) this.#programs?.fill(slotOf(bytes));
      return wasThere;
    }
    const wasThere = this.read().entries.length > 0;
    this.clear();
    return wasThere;
  }

  clear(): void {
    doing(`clear map ${this.#map.name}`, () => this.#access.clear(this.#shape));
    this.#programs?.empty();
  }

  /** The map would take more than there is in the array. */
  #checkProgram(slot: number, program: number): void {
    const { count = 0 } = this.#programs ?? {};
    if (slot >= count) throw new DataTypeError(`${this.name} has ${count} slots, and ${slot} is none of them`);
    if (this.#programs?.has(program) !== true)
      throw new DataTypeError(`the script puts no program ${program} into ${this.name}: it has none for it`);
  }

  #keyBytes(key: Data | undefined): Uint8Array {
    const bytes = new Uint8Array(this.#shape.keyBytes);
    const { key: format } = this.#map;
    if (format !== undefined) writeData(format.format, key, new DataView(bytes.buffer), 0);
    return bytes;
  }

  /** Its parts are entries of their own. */
  #seriesOf(key: Data | undefined): MapValueData | undefined {
    const same = (other: Data | undefined): boolean => Buffer.compare(this.#keyBytes(other), this.#keyBytes(key)) === 0;
    return this.read().entries.find((entry) => same(entry.key))?.value;
  }
}

/** Of a progarray's key. */
const slotOf = (key: Uint8Array): number => Number(new DataView(key.buffer, key.byteOffset).getBigUint64(0, true));
