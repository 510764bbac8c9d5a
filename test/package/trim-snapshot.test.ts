import { expect, test } from "vitest";
import { trimSnapshot } from "../../src/build/snapshot/trim.mjs";

const length = (bytes: number): Buffer => {
  const field = Buffer.alloc(8);
  field.writeBigUInt64LE(BigInt(bytes));
  return field;
};

const entry = (name: string, dataBytes: number): Buffer =>
  Buffer.concat([length(name.length), Buffer.from(name), length(dataBytes), Buffer.alloc(dataBytes, 1)]);

const HEAP = Buffer.from("heap".repeat(100));
const MODULES = Buffer.concat([length(2), entry("internal/url", 300), entry("zlib", 5)]);

test("the list of modules at the end becomes an empty one", () => {
  expect(trimSnapshot(Buffer.concat([HEAP, MODULES]))).toEqual(Buffer.concat([HEAP, length(0)]));
});

test.each([
  ["no list", HEAP],
  ["an empty list", Buffer.concat([HEAP, length(0)])],
  ["a list that is cut off", Buffer.concat([HEAP, MODULES]).subarray(0, -1)],
  ["a list that is followed by something", Buffer.concat([HEAP, MODULES, HEAP])],
  ["nothing", Buffer.alloc(0)],
])("a snapshot with %s is left alone", (_, snapshot) => {
  expect(trimSnapshot(snapshot)).toBeUndefined();
});
