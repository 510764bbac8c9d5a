import { expect, test } from "vitest";
import { parseText } from "./support.js";

/** Megabytes of input that once were, or easily could be, read in quadratic time. The timeout is the assertion. */
const LARGE: readonly (readonly [name: string, text: string])[] = [
  ["statements", `begin { ${"$x = 1; ".repeat(300_000)} }`],
  ["probes", "begin { print(1) } ".repeat(50_000)],
  ["a chain of operators", `begin { $x = ${"1 + ".repeat(500_000)} 1 }`],
  ["prefixes", `begin { $x = ${"- ".repeat(1_000_000)} 1 }`],
  ["unclosed predicates", "begin / 1 { } ".repeat(100_000)],
  ["slashes before comments", `begin / ${"/ /* */ ".repeat(200_000)} { }`],
  ["quotes", '"'.repeat(2_000_000)],
  ["escaped quotes", `begin { "${'\\"'.repeat(1_000_000)}`],
  ["unclosed structs", "struct a { '".repeat(200_000)],
  ["attributes", `struct a { } ${"__attribute__((x)) ".repeat(100_000)}`],
  ["keywords", "let macro import config ".repeat(100_000)],
  ["casts", `begin { $x = ${"(int8***[1][2])".repeat(100_000)}1 }`],
  ["comments", "/* */ // x\n".repeat(200_000)],
  ["brackets", "({[".repeat(500_000)],
  ["bytes", Array.from({ length: 1_000_000 }, (_, i) => String.fromCharCode((i * 7919 * (i % 251)) & 0xff)).join("")],
];

test.each(LARGE)("large input is read in linear time: %s", { timeout: 30_000 }, (_, text) => {
  expect(parseText(text).messages.length).toBeLessThanOrEqual(40);
});
