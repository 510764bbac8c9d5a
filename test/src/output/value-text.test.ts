import { describe, expect, test } from "vitest";
import type { ValueFormat } from "../../../codegen/object.js";
import { compileText } from "../../../src/output/value-text.js";
import { memory, type Piece, raw, text, u16, u32, u64, u8 } from "./bytes.js";
import { CONTEXT } from "./context.js";

const int = (bytes: number, isSigned = true): ValueFormat => ({ kind: "int", bytes, isSigned });
const string = (bytes: number): ValueFormat => ({ kind: "string", bytes });

const ROWS: readonly (readonly [claim: string, format: ValueFormat, pieces: readonly Piece[], text: string])[] = [
  ["signed byte", int(1), [u8(0xfb)], "-5"],
  ["unsigned byte", int(1, false), [u8(0xfb)], "251"],
  ["signed 16 bits", int(2), [u16(0xfffe)], "-2"],
  ["signed 32 bits", int(4), [u32(0xffffffff)], "-1"],
  ["signed 64 bits", int(8), [u64(-5n)], "-5"],
  ["smallest 64 bits", int(8), [u64(-(2n ** 63n))], "-9223372036854775808"],
  ["just inside a double", int(8), [u64(-(2n ** 53n))], "-9007199254740992"],
  ["largest unsigned", int(8, false), [u64(2n ** 64n - 1n)], "18446744073709551615"],
  ["2^53 + 1", int(8, false), [u64(2n ** 53n + 1n)], "9007199254740993"],
  ["true", { kind: "bool" }, [u8(1)], "true"],
  ["false", { kind: "bool" }, [u8(0)], "false"],
  ["string to its NUL", string(8), [text("a b", 8)], "a b"],
  ["string that fills its buffer is marked", string(4), [text("str-e", 4)], "str-.."],
  [
    "char array of a struct may fill its bytes",
    { kind: "string", bytes: 4, noTrailer: true },
    [text("abcd", 4)],
    "abcd",
  ],
  ["empty string", string(4), [text("", 4)], ""],
  ["long string", string(300), [text("x".repeat(200), 300)], "x".repeat(200)],
  ["bytes above 127 stay", string(4), [raw(0xc3, 0xa9, 0)], "\u00c3\u00a9"],
  ["buffer", { kind: "buffer", bytes: 12 }, [u32(7), raw(97, 1, 98, 255, 99, 126, 34, 0)], 'a\\x01b\\xffc~"'],
  ["buffer's length is bounded", { kind: "buffer", bytes: 6 }, [u32(99), raw(97, 98)], "ab"],
  ["pointer", { kind: "pointer" }, [u64(0x1234)], "0x1234"],
  ["null pointer", { kind: "pointer" }, [u64(0)], "0x0"],
  ["kernel pointer", { kind: "pointer" }, [u64(0xffff8881003c1880n)], "0xffff8881003c1880"],
  ["enumerator", { kind: "enum", bytes: 4, isSigned: false, names: [["2", "BLUE"]] }, [u32(2)], "BLUE"],
  ["unknown enumerator", { kind: "enum", bytes: 4, isSigned: false, names: [["2", "BLUE"]] }, [u32(3)], "3"],
  ["array", { kind: "array", element: int(1), count: 3, stride: 1 }, [raw(1, 254, 3)], "[1,-2,3]"],
  [
    "nested array",
    { kind: "array", count: 2, stride: 2, element: { kind: "array", element: int(1), count: 2, stride: 1 } },
    [raw(1, 2, 3, 4)],
    "[[1,2],[3,4]]",
  ],
  [
    "tuple",
    {
      kind: "tuple",
      bytes: 8,
      elements: [
        { offset: 0, format: int(4) },
        { offset: 4, format: string(2) },
        { offset: 6, format: { kind: "tuple", bytes: 1, elements: [{ offset: 0, format: { kind: "bool" } }] } },
      ],
    },
    [u32(1), text("a", 2), u8(1), u8(0)],
    "(1, a, (true))",
  ],
  [
    "record",
    {
      kind: "record",
      bytes: 8,
      fields: [
        { name: "a", offset: 0, format: int(4) },
        { name: "f", offset: 4, format: { kind: "none" } },
      ],
    },
    [u32(5), u32(0)],
    "{ .a = 5, .f = null }",
  ],
  ["empty record", { kind: "record", bytes: 0, fields: [] }, [], "{}"],
  [
    "an unsigned bit-field",
    {
      kind: "record",
      bytes: 1,
      fields: [{ name: "b", offset: 0, format: int(1, false), bits: { shift: 2, size: 5 } }],
    },
    [u8((29 << 2) | 3)],
    "{ .b = 29 }",
  ],
  [
    "signed bit-fields",
    {
      kind: "record",
      bytes: 2,
      fields: [
        { name: "a", offset: 0, format: int(4), bits: { shift: 0, size: 3 } },
        { name: "b", offset: 0, format: int(4), bits: { shift: 3, size: 6 } },
        { name: "c", offset: 1, format: int(1), bits: { shift: 1, size: 1 } },
      ],
    },
    [raw(0b10011_101, 0b11_1)],
    "{ .a = -3, .b = -13, .c = -1 }",
  ],
  [
    "bit-fields of longs",
    {
      kind: "record",
      bytes: 8,
      fields: [
        { name: "b", offset: 0, format: int(8, false), bits: { shift: 4, size: 60 } },
        { name: "c", offset: 0, format: int(8), bits: { shift: 4, size: 60 } },
        { name: "d", offset: 0, format: int(8), bits: { shift: 4, size: 59 } },
      ],
    },
    [u64(0xffff_ffff_ffff_ffb0n - (1n << 63n))],
    `{ .b = ${2n ** 59n - 5n}, .c = ${2n ** 59n - 5n}, .d = -5 }`,
  ],
  [
    "bit-fields of enums and bools",
    {
      kind: "record",
      bytes: 1,
      fields: [
        {
          name: "e",
          offset: 0,
          format: { kind: "enum", bytes: 4, isSigned: true, names: [["-2", "MINUS"]] },
          bits: { shift: 0, size: 3 },
        },
        { name: "b", offset: 0, format: { kind: "bool" }, bits: { shift: 3, size: 1 } },
      ],
    },
    [raw(0b1110)],
    "{ .e = MINUS, .b = true }",
  ],
  ["ksym", { kind: "ksym" }, [u64(0x1001)], "do_nanosleep"],
  ["unknown ksym", { kind: "ksym" }, [u64(0xabc)], "0xabc"],
  ["ksym of 0", { kind: "ksym" }, [u64(0)], "0"],
  ["usym", { kind: "usym" }, [u64(0x400010), u32(7), u32(0)], "take"],
  ["usym of another process", { kind: "usym" }, [u64(0x400010), u32(8), u32(0)], "0x400010"],
  ["username", { kind: "username" }, [u64(0)], "root"],
  ["mac", { kind: "mac" }, [raw(0xbe, 0xba, 0xfe, 0xca, 0xef, 0xbe)], "BE:BA:FE:CA:EF:BE"],
  ["cgroup path", { kind: "cgroup-path" }, [u64(0), u64(9)], "unified:/*/9"],
  ["nothing", { kind: "none" }, [], "null"],
];

test.each(ROWS)("text of %s", (_, format, pieces, expected) => {
  expect(compileText(format, CONTEXT)(memory(...pieces), 0)).toBe(expected);
});

test("a value is read where it lies", () => {
  expect(compileText(int(4), CONTEXT)(memory(u32(1), u32(2)), 4)).toBe("2");
});

test("on a terminal the control characters of strings are shown, not obeyed", () => {
  const read = compileText(string(64), { ...CONTEXT, isTerminal: true });
  expect(read(memory(text("a\x1b[2J\tb\nc\x7f\xc2\x9b", 64)), 0)).toBe("a\\x1b[2J\tb\nc\\x7f\xc2\\x9b");
});

describe("inet", () => {
  const inet = compileText({ kind: "inet" }, CONTEXT);
  const v6 = (...groups: readonly number[]): Piece => Uint8Array.from(groups.flatMap((g) => [g >> 8, g & 255]));
  test.each([
    ["127.0.0.1", 2, raw(127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)],
    ["fe80::1", 10, v6(0xfe80, 0, 0, 0, 0, 0, 0, 1)],
    ["::", 10, v6(0, 0, 0, 0, 0, 0, 0, 0)],
    ["::1", 10, v6(0, 0, 0, 0, 0, 0, 0, 1)],
    ["7f00:1::", 10, v6(0x7f00, 1, 0, 0, 0, 0, 0, 0)],
    ["1:0:2::3", 10, v6(1, 0, 2, 0, 0, 0, 0, 3)],
    ["1:0:2:3:4:5:6:7", 10, v6(1, 0, 2, 3, 4, 5, 6, 7)],
    ["::ffff:1.2.3.4", 10, v6(0, 0, 0, 0, 0, 0xffff, 0x102, 0x304)],
    ["", 99, v6(1, 0, 2, 3, 4, 5, 6, 7)],
  ])("%s", (expected, family, address) => {
    expect(inet(memory(u64(family), address), 0)).toBe(expected);
  });
});

describe("stacks", () => {
  const frames = [u64(2), u64(0x1001), u64(0xabc), u64(0)];
  const user = [u32(7), u32(0), u64(2), u64(0x40019a), u64(0x10), u64(0)];
  const stack = (isUser: boolean, mode: "bpftrace" | "perf" | "raw" | "build_id"): ValueFormat => ({
    kind: "stack",
    isUser,
    mode,
    limit: 3,
  });
  test.each([
    ["kernel", stack(false, "bpftrace"), frames, "\n        do_nanosleep+1\n        0xabc\n"],
    ["kernel, perf", stack(false, "perf"), frames, "\n\t1001 do_nanosleep+1\n\tabc 0xabc\n"],
    ["kernel, raw", stack(false, "raw"), frames, "\n1001\nabc\n"],
    ["user", stack(true, "bpftrace"), user, "\n        take+410\n        0x10\n"],
    ["user, perf", stack(true, "perf"), user, "\n\t40019a take+410 (/opt/demo/app)\n\t10 0x10 ([unknown])\n"],
    ["empty", stack(false, "bpftrace"), [u64(0), u64(0), u64(0), u64(0)], "\n"],
    [
      "build id",
      stack(true, "build_id"),
      [
        u32(7),
        u32(0),
        u64(2),
        u32(1),
        raw(...Array.from({ length: 20 }, (_, i) => i)),
        u64(0x9),
        u32(2),
        text("", 20),
        u64(0x55),
      ],
      "\n000102030405060708090a0b0c0d0e0f10111213 0x09\n55\n",
    ],
  ])("%s", (_, format, pieces, expected) => {
    expect(compileText(format, CONTEXT)(memory(...pieces), 0)).toBe(expected);
  });
});
