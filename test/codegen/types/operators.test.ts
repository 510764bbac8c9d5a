import { describe, expect, it } from "vitest";
import type { BinaryOp } from "../../../grammar/index.js";
import { binaryOperands, dividesSigned } from "../../../codegen/types/operators.js";
import { typeName } from "../../../codegen/types/type.js";
import { type } from "./parse-type.js";

/** `left right -> result` of operands after conversion, or the kind of problem. */
function outcome(left: string, op: BinaryOp, right: string): string {
  const typing = binaryOperands(op, type(left), type(right));
  if (typing.kind !== "typed") return typing.kind;
  return `${typeName(typing.left)}, ${typeName(typing.right)} -> ${typeName(typing.result)}`;
}

const ROWS: readonly (readonly [left: string, op: BinaryOp, right: string, outcome: string])[] = [
  ["5", "+", "uint32", "uint64, uint64 -> uint64"],
  ["5", "+", "7", "int64, int64 -> int64"],
  ["uint8", "*", "int8", "int64, int64 -> int64"],
  ["uint64", "-", "1", "int64, int64 -> int64"],
  ["uint8", "<<", "1", "uint64, uint64 -> uint64"],
  ["uint32", "<", "int32", "int64, int64 -> bool"],
  ["uint8", "==", "5", "uint8, uint8 -> bool"],
  ["uint8", "&&", "int64", "uint8, int64 -> bool"],
  ["bool", "+", "bool", "bool, bool -> bool"],
  ["bool", "+", "1", "uint64, uint64 -> uint64"],
  ["bool", "==", "1", "uint8, uint8 -> bool"],
  ["enum e", "+", "1", "uint64, uint64 -> uint64"],
  ["count_t", "+", "1", "uint64, uint64 -> uint64"],
  ["sum_t", "==", "uint8", "int64, int64 -> bool"],
  ["stats_t", "+", "1", "mismatch"],
  ["int16 *", "+", "3", "int16 *, int64 -> int16 *"],
  ["3", "+", "int16 *", "int64, int16 * -> int16 *"],
  ["int16 *", "-", "uint8", "int16 *, uint64 -> int16 *"],
  ["3", "-", "int16 *", "unsupported"],
  ["int16 *", "-", "int16 *", "unsupported"],
  ["int16 *", "*", "2", "unsupported"],
  ["int16 *", "==", "0", "int16 *, int64 -> bool"],
  ["int16 *", "<", "int32 *", "int16 *, int32 * -> bool"],
  ["int16 *", "&&", "bool", "int16 *, uint64 -> bool"],
  ["int16 *", "==", "string[4]", "unsupported"],
  ["string[4]", "==", "string[8]", "string[4], string[8] -> bool"],
  ["string[4]", "<", "string[4]", "unsupported"],
  ["string[4]", "&&", "string[4]", "unsupported"],
  ["string[4]", "+", "5", "mismatch"],
  ["(int8;int8)", "==", "(uint8;int64)", "(int16,int64), (int16,int64) -> bool"],
  ["(int8;int8)", "==", "(int8)", "mismatch"],
  ["(int8;int8)", "<", "(int8;int8)", "unsupported"],
  ["uint8[4]", "==", "uint8[4]", "uint8[4], uint8[4] -> bool"],
  ["uint8[4]", "==", "uint8[8]", "array-shape"],
  ["uint8[4]", "+", "uint8[4]", "array-operator"],
  ["username_t", "==", "username_t", "username_t, username_t -> bool"],
  ["username_t", "+", "username_t", "unsupported"],
];

describe("a binary operator", () => {
  for (const [left, op, right, expected] of ROWS) {
    it(`${left} ${op} ${right}: ${expected}`, () => {
      expect(outcome(left, op, right)).toBe(expected);
    });
  }

  it("that divides warns of signs unless both operands have one type", () => {
    const rows = [
      ["uint64", "uint64", false],
      ["int64", "int64", false],
      ["int64", "5", true],
      ["int8", "5", false],
      ["uint64", "-1", true],
      ["uint32", "uint64", false],
      ["bool", "bool", false],
    ] as const;
    for (const [left, right, expected] of rows) {
      expect(dividesSigned("/", type(left), type(right)), `${left} / ${right}`).toBe(expected);
    }
    expect(dividesSigned("*", type("uint64"), type("-1"))).toBe(false);
  });
});
