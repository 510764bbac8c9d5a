import { expect, test } from "vitest";
import { NameIndex, packNames } from "../../service/index.js";

const index = new NameIndex(packNames(["b:two", "a:one", "a:two_one", "a:three", "alone", "b:two"]));
const namesOf = (scope: string, typed: string): readonly string[] =>
  index.search(scope, typed, 10).map(({ name, match }) => `${match} ${name}`);

test("names are sorted and counted once", () => {
  expect(index.size).toBe(5);
  expect(index.count("a:")).toBe(3);
  expect(index.has("alone")).toBe(true);
  expect(index.has("alon")).toBe(false);
});

test("parts up to the next separator", () => {
  expect(index.children("", ":", 10)).toEqual(["a:", "alone", "b:"]);
  expect(index.children("a:t", ":", 10)).toEqual(["a:three", "a:two_one"]);
  expect(index.children("", ":", 1)).toEqual(["a:"]);
});

test("prefixes, then what has it anywhere, then what has its letters", () => {
  expect(namesOf("a:", "t")).toEqual(["prefix a:three", "prefix a:two_one"]);
  expect(namesOf("a:", "one")).toEqual(["prefix a:one", "substring a:two_one"]);
  expect(namesOf("", "two")).toEqual(["substring a:two_one", "substring b:two"]);
  expect(namesOf("a:", "tn")).toEqual(["fuzzy a:two_one"]);
  expect(namesOf("b:", "one")).toEqual([]);
});

test("no names", () => {
  const empty = new NameIndex(packNames([]));
  expect([empty.size, empty.children("", ":", 5), empty.search("", "a", 5)]).toEqual([0, [], []]);
});
