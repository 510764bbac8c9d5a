import { expect, test } from "vitest";
import { BASE_OFFSET, COUNT_OFFSET, type KeyTable, layoutOf, MIX } from "../../../codegen/kernel/key-table.js";
import { TableMemory } from "../../../src/runtime/key-tables.js";

const TABLE: KeyTable = { slots: 16, banks: 2, cpus: 1, keyBytes: 8, isText: false, valueBytes: 8, maxKeys: 12 };

test("after zero() there are as many keys as were kept: one that is on its way to a slot takes no room for good", () => {
  const { bytes, keys, values } = layoutOf(TABLE);
  const memory = new Uint8Array(bytes);
  const words = new DataView(memory.buffer);
  const keep = (slot: number, key: bigint, value: bigint): void => {
    words.setBigUint64(keys + 8 * slot, BigInt.asUintN(64, key ^ MIX), true);
    words.setBigUint64(values + 8 * slot, value, true);
  };
  keep(3, 7n, 1n);
  keep(9, 8n, 1n);
  // Two are there; a third has been counted, and has no slot yet.
  words.setBigUint64(COUNT_OFFSET, 3n, true);

  const table = new TableMemory(TABLE, memory);
  expect(table.takeToZero().count).toBe(2);
  expect(BigInt.asUintN(56, words.getBigUint64(BASE_OFFSET, true))).toBe(16n);
  expect(words.getBigUint64(COUNT_OFFSET + 8, true)).toBe(2n);
  expect(table.read().count).toBe(2);
});

/** Keys of 12 bytes have two words each. */
const WIDE: KeyTable = { ...TABLE, keyBytes: 12 };

test("a slot is of a key when all its words are there, of one generation", () => {
  const { bytes, keys, values } = layoutOf(WIDE);
  const memory = new Uint8Array(bytes);
  const words = new DataView(memory.buffer);
  const put = (slot: number, word: number, key: readonly number[], mark: number): void =>
    memory.set([mark, ...key], keys + 16 * slot + 8 * word);
  const [first, second] = [
    [1, 2, 3, 4, 5, 6, 7],
    [8, 9, 10, 11, 12, 0, 0],
  ] as const;
  const table = new TableMemory(WIDE, memory);
  const keysIn = ({ count, keys, keyStride }: ReturnType<typeof table.read>): readonly (readonly number[])[] =>
    Array.from({ length: count }, (_, i) => [...keys.bytes.subarray(i * keyStride, (i + 1) * keyStride)]);

  put(2, 0, first, 1);
  put(2, 1, second, 1);
  words.setBigUint64(values + 8 * 2, 5n, true);
  // A program is on its way to this one.
  put(4, 0, first, 1);
  words.setBigUint64(COUNT_OFFSET, 2n, true);
  expect(keysIn(table.read())).toEqual([[...first, ...second.slice(0, 5)]]);

  expect(table.takeToZero().values.bytes[0]).toBe(5);
  // One that was late has written to the bank that is in use now: what it was to be is no key any more.
  put(16 + 5, 0, first, 1);
  put(16 + 5, 1, second, 1);
  expect(words.getBigUint64(COUNT_OFFSET + 8, true)).toBe(1n);
  const zeroed = table.read();
  expect(keysIn(zeroed)).toEqual([[...first, ...second.slice(0, 5)]]);
  expect(zeroed.values.bytes[0]).toBe(0);

  // The banks of all generations are made empty, what was late too.
  for (let times = 0; times < 600; times++) {
    table.take();
    expect(table.read().count).toBe(0);
  }
});
