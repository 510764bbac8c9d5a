import { expect, test } from "vitest";
import { jsonLabels } from "../../../src/output/maps/json-labels.js";

test("keys have no blanks, as long as each can be told from the others", () => {
  expect(jsonLabels(["a b", "c, d", "1"])).toEqual(['"ab"', '"c,d"', '"1"']);
});

test("keys that differ in blanks alone keep them", () => {
  expect(jsonLabels(["a", "a ", "x y", " a", "a,b, c", "a, b,c"])).toEqual([
    '"a"',
    '"a "',
    '"xy"',
    '" a"',
    '"a,b, c"',
    '"a, b,c"',
  ]);
});

test("bytes that are no UTF-8 are told where they would be the same", () => {
  expect(jsonLabels(["\xff"])).toEqual(['"\xef\xbf\xbd"']);
  expect(jsonLabels(["\xff", "\xfe", "\xef\xbf\xbd"])).toEqual(['"\\\\xff"', '"\\\\xfe"', '"\xef\xbf\xbd"']);
});

test("nothing that is written for one is what another has", () => {
  const keys = ["\xff", "\xfe", "\\xff", "a", "a ", "a", "a (2)"];
  const labels = jsonLabels(keys);
  expect(new Set(labels).size).toBe(keys.length);
  for (const label of labels) expect(() => JSON.parse(label) as unknown).not.toThrow();
});
