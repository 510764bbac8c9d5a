import { expect, test } from "vitest";
import { MESSAGE_TABLES } from "../../grammar/messages/index.js";

test("no code of a message stands in two tables", () => {
  const codes = MESSAGE_TABLES.flatMap((table) => Object.keys(table));
  expect(codes.filter((code, index) => codes.indexOf(code) !== index)).toEqual([]);
});
