import { expect, test } from "vitest";
import { parseIntegerText, parseSignedIntegerText } from "../../grammar/index.js";
import { readInteger, readString } from "../../grammar/literals.js";

test("integers in expressions", () => {
  const rows: readonly (readonly [text: string, expected: bigint | string])[] = [
    ["0", 0n],
    ["00", 0n],
    ["1_000", 1000n],
    ["1__0", 10n],
    ["010", 8n],
    ["0_10", 8n],
    ["0x1F", 31n],
    ["0X_ff", 255n],
    ["0xffffffffffffffff", 2n ** 64n - 1n],
    ["18446744073709551615", 2n ** 64n - 1n],
    ["1e6", 1_000_000n],
    ["5E3", 5000n],
    ["1e1_0", 10_000_000_000n],
    ["5u", 5n],
    ["4294967295u", 4294967295n],
    ["5ul", 5n],
    ["5ull", 5n],
    ["5l", 5n],
    ["9223372036854775807ll", 2n ** 63n - 1n],
    ["7ns", 7n],
    ["1us", 1000n],
    ["1ms", 1_000_000n],
    ["2s", 2_000_000_000n],
    ["1m", 60_000_000_000n],
    ["1h", 3_600_000_000_000n],
    ["1d", 86_400_000_000_000n],
    ["1e3s", 1_000_000_000_000n],
    ["010ms", 8_000_000n],
    ["08", "invalid trailing bytes: 08"],
    ["0128", "invalid trailing bytes: 0128"],
    ["1e", "invalid trailing bytes: 1e"],
    ["1e0", "invalid trailing bytes: 1e0"],
    ["1UL", "invalid trailing bytes: 1UL"],
    ["1MS", "invalid trailing bytes: 1MS"],
    ["0b101", "invalid integer suffix 'b101'"],
    ["1x", "invalid integer suffix 'x'"],
    ["1u32", "invalid integer suffix 'u32'"],
    ["0x", "invalid integer: "],
    ["0x1_", "trailing underscore in integer literal"],
    ["1_", "trailing underscore in integer literal"],
    ["10e3", "coefficient part of scientific literal must be 1-9: 10e3"],
    ["0e3", "coefficient part of scientific literal must be 1-9: 0e3"],
    ["1e20", "overflow error, maximum value is 18446744073709551615: 1e20"],
    ["9e18l", 9n * 10n ** 18n],
    ["9223372036854775808l", "overflow error, maximum value is 9223372036854775807: 9223372036854775808l"],
    ["4294967296u", "overflow error, maximum value is 4294967295: 4294967296u"],
    ["0x10000000000000000", "overflow error, maximum value is 18446744073709551615: 0x10000000000000000"],
    ["300000d", "overflow error, maximum value is 18446744073709551615: 300000d"],
  ];
  for (const [text, expected] of rows) {
    const result = readInteger(text);
    expect.soft(typeof result === "bigint" ? result : result.error, text).toBe(expected);
  }
});

test("integers elsewhere: binary, and no complaint about underscores", () => {
  const rows: readonly (readonly [text: string, expected: bigint | string])[] = [
    ["0b101", 5n],
    ["0B1_1", 3n],
    ["99", 99n],
    ["1_", 1n],
    ["10ms", 10_000_000n],
    ["0x10", 16n],
    ["-1", 2n ** 64n - 1n],
    ["a", "invalid integer: a"],
    ["", "invalid integer: "],
    ["not_a_pid", "invalid integer: not_a_pid"],
    ["-a_b", "invalid integer: -a_b"],
    ["--5", "invalid integer: --5"],
    ["0x_z", "invalid integer: z"],
    ["+3", 3n],
    [" \t5", 5n],
    ["+0x10", 16n],
    ["0x-5", 2n ** 64n - 5n],
    ["5 ", "invalid trailing bytes: 5 "],
    ["1/1/", "invalid trailing bytes: 1/1/"],
    ["1e99999999999999999999", "invalid exponent: 1e99999999999999999999"],
    ["1e999", "overflow error, maximum value is 18446744073709551615: 1e999"],
  ];
  for (const [text, expected] of rows) {
    const result = parseIntegerText(text);
    expect.soft(typeof result === "bigint" ? result : result.error, text).toBe(expected);
  }
});

test("positional parameters may be negative", () => {
  expect(parseSignedIntegerText("-5")).toBe(-5n);
  expect(parseSignedIntegerText("-0x10")).toBe(-16n);
  expect(parseSignedIntegerText(" -5")).toBe(-5n);
  expect(parseSignedIntegerText("+5")).toBe(5n);
  expect(parseSignedIntegerText("-9223372036854775808")).toBe(-(2n ** 63n));
  expect(parseSignedIntegerText("-9223372036854775809")).toHaveProperty("error");
  expect(parseSignedIntegerText("-")).toHaveProperty("error");
  expect(parseSignedIntegerText("-x")).toHaveProperty("error");
  expect(parseSignedIntegerText("abc")).toHaveProperty("error");
});

test("a number of a million digits overflows at once", () => {
  expect(readInteger("9".repeat(1_000_000))).toHaveProperty("error");
  expect(readInteger("0".repeat(1_000_000) + "7")).toBe(7n);
  expect(readInteger(`0x${"f".repeat(1_000_000)}`)).toHaveProperty("error");
});

test("strings", () => {
  const rows: readonly (readonly [literal: string, expected: string])[] = [
    ['""', ""],
    ['"abc"', "abc"],
    [String.raw`"\n\t\r\"\\"`, '\n\t\r"\\'],
    [String.raw`"\1\12\1234\0"`, "\x01\nS4\0"],
    [String.raw`"\377\x7f\XfF\xa!"`, "\xff\x7f\xff\n!"],
    ['"\xe2\x82\xac"', "\xe2\x82\xac"],
    [String.raw`"\q"`, "invalid escape character '\\q' at 2-3"],
    [String.raw`"a\400"`, "octal escape sequence out of range '\\400' at 2-6"],
    [String.raw`"\xzz"`, "invalid hex escape sequence at 3-5"],
    [String.raw`"\'"`, "invalid escape character '\\'' at 2-3"],
  ];
  for (const [literal, expected] of rows) {
    const value = readString(literal);
    expect.soft(typeof value === "string" ? value : `${value.error} at ${value.start}-${value.end}`).toBe(expected);
  }
});
