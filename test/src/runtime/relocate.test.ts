import { expect, test } from "vitest";
import type { Relocation } from "../../../codegen/object.js";
import { relocate } from "../../../src/runtime/relocate.js";

/** Loads a 64-bit immediate into r2: two slots. */
const LOAD = [0x18, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
const CALL = [0x85, 0, 0, 0, 0, 0, 0, 0];

const AS = { mapFds: [7, 300], point: 9 };

const apply = (code: readonly number[], ...relocations: readonly Relocation[]): readonly number[] =>
  Array.from(relocate({ code: Uint8Array.from(code), relocations }, AS));

test("a map is its descriptor, marked by the source register", () => {
  expect(apply(LOAD, { kind: "map", instruction: 0, map: 1 })).toEqual([
    0x18, 0x12, 0, 0, 0x2c, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  ]);
});

test("a map value has the descriptor in one half and the offset in the other", () => {
  expect(apply(LOAD, { kind: "map-value", instruction: 0, map: 0, offset: 0x102 })).toEqual([
    0x18, 0x22, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 2, 1, 0, 0,
  ]);
});

test("a kfunc is its BTF number", () => {
  expect(apply([...LOAD, ...CALL], { kind: "kfunc", instruction: 2, name: "f", btfId: 0x1234 }).slice(16)).toEqual([
    0x85, 0x20, 0, 0, 0x34, 0x12, 0, 0,
  ]);
});

test("a point is the number of the one that the program is loaded for", () => {
  const move = [0xb7, 0x02, 0, 0, 0, 0, 0, 0];
  expect(apply(move, { kind: "point", instruction: 0 })).toEqual([0xb7, 0x02, 0, 0, 9, 0, 0, 0]);
});

test("the object's own code stays as it is", () => {
  const code = Uint8Array.from(LOAD);
  relocate({ code, relocations: [{ kind: "map", instruction: 0, map: 1 }] }, AS);
  expect(Array.from(code)).toEqual(LOAD);
});

test("a map that is not there is refused", () => {
  expect(() => apply(LOAD, { kind: "map", instruction: 0, map: 2 })).toThrow(RangeError);
});
