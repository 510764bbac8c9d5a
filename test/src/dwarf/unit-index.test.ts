import { expect, test } from "vitest";
import { SectionTable } from "../../../src/dwarf/sections.js";
import type { Unit } from "../../../src/dwarf/unit.js";
import { UnitIndex } from "../../../src/dwarf/unit-index.js";

const SECTIONS = new SectionTable({ file: "program", section: () => undefined });

/** By starts and ends. */
const unitOf = (offset: number, ranges: readonly number[]): Unit =>
  ({ offset, ranges: () => ranges }) as unknown as Unit;

test("what the linker has left out covers no address", () => {
  const [first, second] = [unitOf(0, [-1, 0x4fff, 0, 0x5000, 0x6000, 0x7000]), unitOf(100, [0x2000, 0x3000])];
  const index = new UnitIndex([first, second], SECTIONS);
  expect([0x1000n, 0x2000n, 0x3000n, 0x6fffn, 0x7000n].map((address) => index.at(address)?.offset)).toEqual([
    undefined,
    100,
    undefined,
    0,
    undefined,
  ]);
});
