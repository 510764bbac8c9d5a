/**
 * Arrays of programs of the script. What is to be in them is in script maps, which programs change; only user space can
 * change the arrays, so it does there what has been done in the maps.
 */
import type { ProgramArray } from "../../codegen/object.js";
import { doing, type Fd } from "../kernel/index.js";
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

  /** Those by number, which do not change. */
  fillNumbered(): void {
    for (const { arrays } of this.#loaded.object.programArrays) {
      for (const { byNumber, programs } of arrays) {
        if (byNumber === undefined) continue;
        for (const [number, program] of programs.entries())
          if (program !== undefined) this.#put(byNumber, number, this.#fdOf(program));
      }
    }
  }

  /** All slots, as the script has filled them so far. */
  fillAll(): void {
    for (const { scriptMap, filled } of this.#loaded.object.programArrays)
      if (filled !== undefined) this.#eachKey(scriptMap, (slot) => this.fill(scriptMap, slot));
  }

  /** Undefined: that map is no array of programs. */
  of(scriptMap: number): ProgramSlots | undefined {
    const array = this.#arrayOf(scriptMap);
    if (array === undefined) return undefined;
    return {
      count: array.slots,
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
    if (array?.filled === undefined) return;
    const { filled } = array;
    doing(`fill slot ${slot} of ${this.#loaded.object.scriptMaps[scriptMap]?.name ?? ""}`, () => {
      const number = this.#programIn(scriptMap, slot);
      if (number === 0) this.#mark(filled, slot, false);
      for (const { map, programs } of array.arrays)
        if (map !== undefined) this.#put(map, slot, this.#fdOf(programs[number]));
      if (number !== 0) this.#mark(filled, slot, true);
    });
  }

  /** The script map has been emptied. */
  empty(scriptMap: number): void {
    const array = this.#arrayOf(scriptMap);
    if (array?.filled === undefined) return;
    for (const slot of this.#filledSlots(array.filled, array.slots)) this.fill(scriptMap, slot);
  }

  #filledSlots(filled: number, slots: number): readonly number[] {
    const [keys, marks] = [new Uint32Array(slots), new Uint32Array(slots)];
    const request = {
      from: undefined,
      next: new Uint8Array(8),
      keys: new Uint8Array(keys.buffer),
      values: new Uint8Array(marks.buffer),
      capacity: slots,
    };
    const { count } = this.#bpf.lookupBatch(this.#map(filled), request, { deletes: false });
    return [...keys.subarray(0, count)].filter((_, i) => marks[i] !== 0);
  }

  #arrayOf(scriptMap: number): ProgramArray | undefined {
    return this.#loaded.object.programArrays.find((array) => array.scriptMap === scriptMap);
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

  #mark(filled: number, slot: number, isFilled: boolean): void {
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
