/**
 * Arrays of programs of the script. What is to be in them is in script maps, which programs change; only user space can
 * change the arrays, so it does there what has been done in the maps.
 */
import type { ProgramArray } from "../../codegen/object.js";
import { doing } from "../kernel/system-error.js";
import type { Fd } from "../kernel/native.js";
import type { Bpf } from "./bpf.js";
import type { LoadedObject } from "./loader.js";

const KEY_BYTES = 8;

/** The array of one script map. */
export interface ProgramSlots {
  readonly count: number;
  /** A program that the script puts nowhere into this array was not compiled for it. */
  has(program: number): boolean;
  fill(slot: number): void;
  empty(): void;
}

export class ProgramArrays {
  readonly #loaded: LoadedObject;
  readonly #bpf: Bpf;

  constructor(loaded: LoadedObject, bpf: Bpf) {
    this.#loaded = loaded;
    this.#bpf = bpf;
  }

  /** All slots, as the script has filled them so far. */
  fillAll(): void {
    for (const { scriptMap } of this.#loaded.object.programArrays)
      this.#eachKey(scriptMap, (slot) => this.fill(scriptMap, slot));
  }

  /** Undefined: that map is no array of programs. */
  of(scriptMap: number): ProgramSlots | undefined {
    const array = this.#arrayOf(scriptMap);
    if (array === undefined) return undefined;
    return {
      count: this.#slotsOf(array),
      has: (program) => array.arrays.some(({ programs }) => programs[program] !== undefined),
      fill: (slot) => this.fill(scriptMap, slot),
      empty: () => this.empty(scriptMap),
    };
  }

  /**
   * One slot of the array that belongs to a script map, as it is meant to be now.
   *
   * Who comes to a slot that is marked as filled and finds nothing there has gone too far, so a mark comes after the
   * program, and goes before it.
   */
  fill(scriptMap: number, slot: number): void {
    const array = this.#arrayOf(scriptMap);
    if (array === undefined) return;
    doing(`fill slot ${slot} of ${this.#loaded.object.scriptMaps[scriptMap]?.name ?? ""}`, () => {
      const number = this.#programIn(scriptMap, slot);
      if (number === 0) this.#mark(array, slot, false);
      for (const { map, programs } of array.arrays) this.#put(map, slot, this.#fdOf(programs[number]));
      if (number !== 0) this.#mark(array, slot, true);
    });
  }

  /** The script map has been emptied. */
  empty(scriptMap: number): void {
    const array = this.#arrayOf(scriptMap);
    const slots = array === undefined ? 0 : this.#slotsOf(array);
    for (let slot = 0; slot < slots; slot++) this.fill(scriptMap, slot);
  }

  #arrayOf(scriptMap: number): ProgramArray | undefined {
    return this.#loaded.object.programArrays.find((array) => array.scriptMap === scriptMap);
  }

  #slotsOf({ filled }: ProgramArray): number {
    return this.#loaded.object.maps[filled]?.maxEntries ?? 0;
  }

  /** 0: none. */
  #programIn(scriptMap: number, slot: number): number {
    const value = new BigUint64Array(1);
    const key = new Uint8Array(BigUint64Array.of(BigInt(slot)).buffer);
    const isThere = this.#bpf.lookup(this.#scriptMap(scriptMap), key, new Uint8Array(value.buffer));
    return isThere ? Number(value[0] ?? 0n) : 0;
  }

  #put(map: number, slot: number, program: Fd | undefined): void {
    if (program === undefined) this.#bpf.delete(this.#map(map), wordOf(slot));
    else this.#bpf.update(this.#map(map), wordOf(slot), wordOf(program.number));
  }

  #mark({ filled }: ProgramArray, slot: number, isFilled: boolean): void {
    this.#bpf.update(this.#map(filled), wordOf(slot), wordOf(isFilled ? 1 : 0));
  }

  #eachKey(scriptMap: number, use: (slot: number) => void): void {
    const next = new Uint8Array(KEY_BYTES);
    let key: Uint8Array | undefined;
    while (this.#bpf.nextKey(this.#scriptMap(scriptMap), key, next)) {
      key = next.slice();
      use(Number(new DataView(key.buffer).getBigUint64(0, true)));
    }
  }

  #scriptMap(index: number): Fd {
    return this.#map(this.#loaded.object.scriptMaps[index]?.map ?? -1);
  }

  #fdOf(target: { readonly program: number; readonly load: number } | undefined): Fd | undefined {
    return target === undefined ? undefined : this.#loaded.programs[target.program]?.[target.load];
  }

  #map(index: number): Fd {
    const fd = this.#loaded.maps[index];
    if (fd === undefined) throw new RangeError(`there is no map ${index}`);
    return fd;
  }
}

const wordOf = (number: number): Uint8Array => new Uint8Array(Uint32Array.of(number).buffer);
