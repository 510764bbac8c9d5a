import { describe, expect, it } from "vitest";
import { isCastAllowed, lengthFrom } from "../../../codegen/types/casts.js";
import { typeName } from "../../../codegen/types/type.js";
import { type } from "./parse-type.js";

/** A row for each row of language.md 8.6: what may be cast, to what, and to what not. */
const ROWS: readonly (readonly [operand: string, yes: string, no: string])[] = [
  [
    "int32",
    "int8 uint64 bool struct_s_* enum_e uint8[4] uint16[4] username_t",
    "string[4] uint8[16] uint8[2] timestamp",
  ],
  ["enum e", "int8 bool struct_s_* enum_e", "string[4]"],
  ["bool", "int64 struct_s_* enum_e uint8[1]", "uint8[4] string[4] username_t"],
  ["struct s *", "uint64 bool int8_* enum_e", "uint8[8] string[8]"],
  ["string[4]", "bool int8_* string[4] string[8] uint8[4]", "int64 string[2] uint8[8]"],
  ["uint8[4]", "uint32 int32", "uint64 bool int8_* uint16[2]"],
  ["count_t", "int8 uint64 bool", "int8_* string[8]"],
  ["usum_t", "int64 bool", "username_t"],
  ["stats_t", "", "int64 bool"],
  ["buffer[8]", "", "int64 string[8] uint8[8]"],
  ["timestamp", "", "int64"],
  ["(int8;int8)", "", "bool int64"],
];

describe("casts", () => {
  const all = (list: string): readonly string[] =>
    list
      .split(" ")
      .filter((t) => t !== "")
      .map((t) => t.replaceAll("_*", " *").replace(/^(struct|enum)_/, "$1 "));
  for (const [operand, yes, no] of ROWS) {
    it(`from ${operand}`, () => {
      expect(all(yes).filter((to) => !isCastAllowed(type(operand), type(to)))).toEqual([]);
      expect(all(no).filter((to) => isCastAllowed(type(operand), type(to)))).toEqual([]);
    });
  }

  it("give an array without length the one that the operand has", () => {
    const length = (operand: string, element: string): string => {
      const found = lengthFrom(type(operand), type(element), "none");
      return typeof found === "string" ? found : typeName(found);
    };
    expect(length("1234567", "int8")).toBe("int8[4]");
    expect(length("string[4]", "bool")).toBe("bool[4]");
    expect(length("int8", "int32")).toBe("does-not-divide");
    expect(length("int8", "void")).toBe("unsized-element");
  });
});
