import { expect, test } from "vitest";
import { Cursor } from "../../../src/dwarf/cursor.js";
import { DwarfError } from "../../../src/dwarf/index.js";

const numberOf = (...bytes: readonly number[]): Cursor => new Cursor(Uint8Array.from(bytes));
const filled = (byte: number, length: number): readonly number[] => Array<number>(length).fill(byte);

test("numbers of a variable length", () => {
  expect(numberOf(0xe5, 0x8e, 0x26).uleb()).toBe(624_485);
  expect(numberOf(0x80, 0x7f).signedLeb()).toBe(-128);
  expect(numberOf(0x81, ...filled(0x80, 14), 0).uleb()).toBe(1);
});

test("a number that does not end is no number", () => {
  for (const byte of [0x80, 0xff]) {
    expect(() => numberOf(...filled(byte, 300), 0).uleb()).toThrow(DwarfError);
    expect(() => numberOf(...filled(byte, 300), 0).signedLeb()).toThrow(DwarfError);
  }
});
