import { expect, test } from "vitest";
import { BASE_OFFSET, COUNT_OFFSET, type KeyTable, layoutOf, MIX } from "../../../codegen/kernel/key-table.js";
import { TableMemory } from "../../../src/runtime/key-tables.js";

const TABLE: KeyTable = { slots: 16, banks: 2, cpus: 1, keyBytes: 8, valueBytes: 8, maxKeys: 12 };

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
  expect(words.getBigUint64(BASE_OFFSET, true)).toBe(16n);
  expect(words.getBigUint64(COUNT_OFFSET + 8, true)).toBe(2n);
  expect(table.read().count).toBe(2);
});
