/** The order of map keys (output.md 5): integers signed, strings bytewise, tuples part by part. */
import type { ValueFormat } from "../../../codegen/object.js";
import { compareIntegers, integerReader } from "../integer.js";
import { byteString, endOfString, type Memory } from "../memory.js";
import { sortBy, sortByNumbers } from "./stable-sort.js";

/** Puts entries into the order of a part of their keys; where it is the same they stay as they are. */
export type KeySort = (entries: Uint32Array, keys: Memory, keyStride: number) => void;

/** By the last part first: done one after the other, they put entries into the order of their keys. */
export const compileKeySorts = (format: ValueFormat): readonly KeySort[] => sortsAt(format, 0);

function sortsAt(format: ValueFormat, offset: number): readonly KeySort[] {
  switch (format.kind) {
    case "int":
    case "enum":
      return [integerSort(format.bytes, offset)];
    case "string":
      return [stringSort(format.bytes, offset)];
    case "tuple":
      return format.elements.toReversed().flatMap((element) => sortsAt(element.format, offset + element.offset));
    default:
      return [];
  }
}

function integerSort(bytes: number, offset: number): KeySort {
  const read = integerReader(bytes, true);
  return (entries, keys, stride) => {
    const numbers = new Float64Array(entries.length);
    for (let i = 0; i < entries.length; i++) {
      const value = read(keys, i * stride + offset);
      if (typeof value !== "number") {
        const at = (entry: number): number => entry * stride + offset;
        return sortBy(entries, (a, b) => compareIntegers(read(keys, at(a)), read(keys, at(b))));
      }
      numbers[i] = value;
    }
    sortByNumbers(entries, numbers);
  };
}

function stringSort(bytes: number, offset: number): KeySort {
  return (entries, keys, stride) => {
    const texts = Array.from(entries, (_, i) => {
      const at = i * stride + offset;
      return byteString(keys, at, endOfString(keys, at, at + bytes));
    });
    sortBy(entries, (a, b) => {
      const x = texts[a] as string;
      const y = texts[b] as string;
      return x < y ? -1 : x > y ? 1 : 0;
    });
  };
}
