import { expect, test } from "vitest";
import { TextBuffer } from "../../../src/output/text-buffer.js";

test("integers around every power of ten and of two are written as JavaScript writes them", () => {
  const powers = [...Array(16).keys()].map((i) => 10 ** i).concat([...Array(54).keys()].map((i) => 2 ** i));
  const numbers = powers.flatMap((n) => [n - 1, n, n + 1]).filter((n) => Number.isSafeInteger(n));
  for (const n of [...numbers, ...numbers.map((n) => -n || 0), Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER]) {
    const to = new TextBuffer();
    to.integer(n);
    expect(to.text(0)).toBe(n.toString());
  }
});

test("integers that no double holds", () => {
  const to = new TextBuffer();
  for (const n of [2n ** 63n, -(2n ** 63n), 2n ** 64n - 1n]) to.integer(n);
  expect(to.text(0)).toBe("9223372036854775808-922337203685477580818446744073709551615");
});

test("texts of every length around those where the way changes, at every place of a buffer that grows", () => {
  const to = new TextBuffer();
  let expected = "";
  for (let length = 0; length < 300; length += 7) {
    const text = String.fromCharCode(...Array.from({ length }, (_, i) => (length * 31 + i) & 0xff));
    to.string(text);
    const bytes = Buffer.from(`<${text}>`, "latin1");
    to.copy(bytes, 1, bytes.length - 1);
    expected += text + text;
  }
  expect(to.text(0)).toBe(expected);
  to.truncate(10);
  to.string("!");
  expect(to.bytes.toString("latin1")).toBe(`${expected.slice(0, 10)}!`);
  to.clear();
  expect(to.length).toBe(0);
});
