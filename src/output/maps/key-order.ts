/** The order of map keys (output.md 5): integers signed, strings bytewise, tuples part by part. */
import type { ValueFormat } from "../../../codegen/object.js";
import { compareIntegers, integerReader } from "../integer.js";
import type { Memory } from "../memory.js";

/** Compares the keys at two places of the same memory. */
export type KeyOrder = (m: Memory, a: number, b: number) => number;

const unordered: KeyOrder = () => 0;

export function compileKeyOrder(format: ValueFormat): KeyOrder {
  switch (format.kind) {
    case "int":
    case "enum": {
      const read = integerReader(format.bytes, true);
      return (m, a, b) => compareIntegers(read(m, a), read(m, b));
    }
    case "string": {
      const { bytes } = format;
      return (m, a, b) => compareBytes(m.bytes, a, b, bytes);
    }
    case "tuple":
      return lexicographic(
        format.elements.map(({ offset, format }) => {
          const order = compileKeyOrder(format);
          return order === unordered ? order : (m, a, b) => order(m, a + offset, b + offset);
        }),
      );
    default:
      return unordered;
  }
}

function lexicographic(orders: readonly KeyOrder[]): KeyOrder {
  const relevant = orders.filter((order) => order !== unordered);
  if (relevant.length === 0) return unordered;
  return (m, a, b) => {
    for (const order of relevant) {
      const result = order(m, a, b);
      if (result !== 0) return result;
    }
    return 0;
  };
}

function compareBytes(bytes: Uint8Array, a: number, b: number, length: number): number {
  for (let i = 0; i < length; i++) {
    const x = bytes[a + i] as number;
    const y = bytes[b + i] as number;
    if (x !== y) return x - y;
  }
  return 0;
}
