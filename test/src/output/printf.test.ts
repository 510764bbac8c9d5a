import { expect, test } from "vitest";
import type { ValueFormat } from "../../../codegen/object.js";
import { fixedArgument } from "../../../src/output/argument.js";
import { compilePrintf } from "../../../src/output/printf.js";
import { memory, type Piece, raw, text, u16, u32, u64, u8 } from "./bytes.js";
import { CONTEXT } from "./context.js";

type Value = readonly [format: ValueFormat, bytes: Piece];

const int = (n: bigint | number): Value => [{ kind: "int", bytes: 8, isSigned: true }, u64(n)];
const int8 = (n: number): Value => [{ kind: "int", bytes: 1, isSigned: true }, u8(n & 255)];
const uint64 = (n: bigint): Value => [{ kind: "int", bytes: 8, isSigned: false }, u64(n)];
const str = (s: string): Value => [{ kind: "string", bytes: s.length + 1 }, text(s, s.length + 1)];
const bool = (b: boolean): Value => [{ kind: "bool" }, u8(b ? 1 : 0)];
const buf = (s: string): Value => [
  { kind: "buffer", bytes: s.length + 4 },
  Buffer.concat([u32(s.length), text(s, s.length)]),
];
const blue: Value = [{ kind: "enum", bytes: 4, isSigned: false, names: [["2", "BLUE"]] }, u32(2)];
const elements = (...offsets: readonly number[]): { offset: number; format: ValueFormat }[] =>
  offsets.map((offset) => ({ offset, format: { kind: "int", bytes: 1, isSigned: true } }));
const pair: Value = [{ kind: "tuple", bytes: 2, elements: elements(0, 1) }, raw(1, 2)];
const nested: Value = [
  { kind: "tuple", bytes: 3, elements: [{ offset: 0, format: pair[0] }, ...elements(2)] },
  raw(1, 2, 3),
];
const record: Value = [
  { kind: "record", bytes: 2, fields: ["a", "b"].map((name, offset) => ({ name, ...elements(offset)[0]! })) },
  raw(1, 2),
];
const array: Value = [{ kind: "array", element: elements(0)[0]!.format, count: 2, stride: 1 }, raw(1, 2)];

/** All but a few were checked against the reference itself. */
const ROWS: readonly (readonly [format: string, values: readonly Value[], text: string])[] = [
  ["%d", [int(4294967295)], "-1"],
  ["%d", [int(5000000000)], "705032704"],
  ["%lld", [int(5000000000)], "5000000000"],
  ["%x", [int(-1)], "ffffffff"],
  ["%u", [int8(-1)], "4294967295"],
  ["%hhd %hd %jd %zd %td", [int(300), int(70000), int(-1), int(-1), int(-1)], "44 4464 -1 -1 -1"],
  ["%hhu %hu %llu %lu", [int(-1), int(-1), int(-1), int(-1)], "255 65535 18446744073709551615 18446744073709551615"],
  ["%tu %zx", [int(-1), int(-1)], "18446744073709551615 ffffffffffffffff"],
  ["%lld", [uint64(2n ** 64n - 1n)], "-1"],
  ["%Lx %lllx", [int(-1), int(-1)], "ffffffff ffffffff"],
  ["%d", [bool(true)], "1"],
  ["[%5d][%-5d][%05d]", [bool(true), bool(true), bool(true)], "[    1][1    ][00001]"],
  ["%d %s", [blue, blue], "2 BLUE"],
  ["%05d %05d %+05d", [int(42), int(-42), int(42)], "00042 00-42 00+42"],
  ["%-05d %-05d", [int(42), int(-42)], "42000 -4200"],
  ["%#010x", [int(255)], "0000000xff"],
  ["%#x %#o %#x %#X", [int(0), int(8), int(255), int(255)], "0 010 0xff 0XFF"],
  ["%+d % d %+x %+u", [int(5), int(5), int(5), int(5)], "+5 5 5 5"],
  ["%05s %05r", [str("ab"), buf("ab")], "000ab 000ab"],
  ["%.2s", [str("abcd")], "abcd"],
  ["[%10s][%-10s]", [pair, pair], "[         (1, 2)][(         1, 2)]"],
  ["[%10s]", [nested], "[         ((1, 2), 3)]"],
  ["[%10s][%-10s]", [record, record], "[        { .a = 1, .b = 2 }][{         .a = 1, .b = 2 }]"],
  ["[%10s]", [array], "[         [1,2]]"],
  ["[%6s][%06s]", [bool(true), int(7)], "[  true][000007]"],
  ["[%5c][%-5c][%05c]", [int(65), int(65), int(65)], "[    A][A    ][0000A]"],
  ["%c", [int(321)], "A"],
  ["[%p][%10p][%p]", [int(0), int(0), int(255)], "[0][         0][0xff]"],
  ["%p", [int(-1)], "0xffffffffffffffff"],
  ["[%5%]%%", [], "[%]%"],
  ["%z %y %", [], "%z %y %"],
  ["100%, sure: %d", [int(1)], "100%, sure: 1"],
  ["%*d", [int(5)], "5"],
  ["%r|%rx|%rh", [buf("a\x01"), buf("a\x01"), buf("a\x01")], "a\\x01|\\x61\\x01|61 01"],
  ["[%8rh][%-8r]", [buf("ab"), buf("ab")], "[   61 62][ab      ]"],
  ["%gr|%gr|%gr|%10gr", [int(0xcc0), int(0), int(8), int(0xcc0)], "GFP_KERNEL|0|0x8|GFP_KERNEL"],
  ["%gr", [int(0x20 | 0x100)], "__GFP_HIGH|__GFP_ZERO"],
  ["%gr", [bool(true)], "!{invalid GFP flags conversion: true}"],
  ["no conversions\n", [], "no conversions\n"],
  ["%s", [[{ kind: "int", bytes: 2, isSigned: false }, u16(65535)]], "65535"],
];

test.each(ROWS)("%s", (format, values, expected) => {
  let offset = 0;
  const args = values.map(([valueFormat, bytes]) => {
    const arg = fixedArgument(valueFormat, offset, CONTEXT);
    offset += bytes.length;
    return arg;
  });
  const m = memory(...values.map(([, bytes]) => bytes));
  expect(compilePrintf(format, args)(m, 0)).toBe(expected);
});
