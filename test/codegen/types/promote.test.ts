import { describe, expect, it } from "vitest";
import { clockOf, isFlexible, promote } from "../../../codegen/types/promote.js";
import { int, typeName } from "../../../codegen/types/type.js";
import { type } from "./parse-type.js";

const ROWS: readonly (readonly [a: string, b: string, both: string | undefined])[] = [
  // One sign: the larger size.
  ["uint8", "uint32", "uint32"],
  ["int64", "int8", "int64"],
  // A literal that is not negative takes the other's sign.
  ["5", "uint8", "uint8"],
  ["300", "uint8", "uint16"],
  ["uint64", "5", "uint64"],
  ["5", "300", "int16"],
  ["-1", "5", "int8"],
  ["-1", "300", "int16"],
  // Unlike signs.
  ["uint8", "int8", "int16"],
  ["uint8", "int16", "int16"],
  ["uint32", "int32", "int64"],
  ["uint64", "int8", "int64"],
  ["-1", "18446744073709551615", "int64"],
  // Enums with anything but themselves are integers.
  ["enum e", "enum e", "enum e"],
  ["enum e", "uint8", "uint64"],
  ["enum e", "5", "uint64"],
  ["string[4]", "string[16]", "string[16]"],
  ["buffer[8]", "buffer[4]", "buffer[8]"],
  ["(uint8;string[2])", "(int8;string[8])", "(int16,string[8])"],
  ["(int8;int8)", "(int8)", undefined],
  ["{a=int8;b=uint8}", "{b=uint32;a=int16}", "record { .a = int16, .b = uint32 }"],
  ["{a=int8}", "{b=int8}", undefined],
  ["int16 *", "int64 *", "int64 *"],
  ["struct s *", "struct s *", "struct s *"],
  ["struct s *", "int8 *", undefined],
  ["void *", "int8 *", undefined],
  ["count_t", "count_t", "count_t"],
  ["usum_t", "sum_t", "sum_t"],
  ["count_t", "sum_t", undefined],
  ["count_t", "int8", undefined],
  ["bool", "int8", undefined],
  ["bool", "bool", "bool"],
  ["string[4]", "int8", undefined],
  ["int8[4]", "int8[4]", "int8[4]"],
  ["int8[4]", "int8[8]", undefined],
];

describe("promote", () => {
  for (const [a, b, both] of ROWS) {
    it(`makes ${both ?? "nothing"} of ${a} and ${b}`, () => {
      const promoted = promote(type(a), type(b));
      expect(promoted && typeName(promoted)).toBe(both);
    });
  }

  it("keeps the freedom of sign only among literals", () => {
    const flexible = ([a, b]: readonly [string, string]): boolean => {
      const promoted = promote(type(a), type(b));
      return promoted !== undefined && isFlexible(promoted);
    };
    expect(
      [
        ["5", "300"],
        ["5", "int8"],
        ["-5", "5"],
      ].map(([a, b]) => flexible([a ?? "", b ?? ""])),
    ).toEqual([true, false, false]);
  });
});

describe("clocks", () => {
  const TAI = { ...int(8, false), clock: "tai" } as const;
  const MONOTONIC = { ...int(8, false), clock: "monotonic" } as const;

  it.each([
    ["of one clock", TAI, TAI, "tai"],
    ["of unlike clocks", TAI, MONOTONIC, "boot"],
    ["with a number", TAI, int(8, false), "boot"],
  ])("times %s", (_, a, b, clock) => {
    const both = promote({ ...a }, { ...b });
    expect(both && clockOf(both)).toBe(clock);
  });
});
