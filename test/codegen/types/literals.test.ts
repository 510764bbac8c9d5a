import { expect, it } from "vitest";
import { typeOfInteger } from "../../../codegen/types/literals.js";
import { fits } from "../../../codegen/types/readings.js";
import { typeName } from "../../../codegen/types/type.js";
import { type } from "./parse-type.js";

it("a literal has the smallest signed type that holds it", () => {
  const rows = [
    [0n, "int8", true],
    [127n, "int8", true],
    [128n, "int16", true],
    [-128n, "int8", false],
    [-129n, "int16", false],
    [2n ** 31n - 1n, "int32", true],
    [2n ** 31n, "int64", true],
    [2n ** 63n - 1n, "int64", true],
    [2n ** 63n, "uint64", false],
    [-(2n ** 63n), "int64", false],
  ] as const;
  for (const [value, name, isFlexible] of rows) {
    expect([typeName(typeOfInteger(value)), typeOfInteger(value).isFlexible], `${value}`).toEqual([name, isFlexible]);
  }
});

it("a value fits where none is lost", () => {
  const rows = [
    ["uint8", "uint32", true],
    ["uint32", "uint8", false],
    ["uint8", "int16", true],
    ["uint8", "int8", false],
    ["int8", "uint64", false],
    ["5", "uint8", true],
    ["300", "uint8", false],
    ["string[4]", "string[8]", true],
  ] as const;
  for (const [from, to, expected] of rows) expect(fits(type(from), type(to)), `${from} in ${to}`).toBe(expected);
});
