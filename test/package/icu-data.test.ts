import { expect, test } from "vitest";
import { removeLanguages } from "../../packaging/icu-data.js";

const HEADER_BYTES = 32;

/** As ICU lays it out; every file's data is its name, once more. */
function dataOf(names: readonly string[]): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt16LE(HEADER_BYTES, 0);
  header.writeUInt16LE(0x27da, 2);
  header.write("CmnD", 12);
  const table = Buffer.alloc(4 + 8 * names.length);
  table.writeUInt32LE(names.length, 0);
  const text = names.map((name) => `${name}\0`).join("");
  let at = table.length;
  for (const [index, name] of names.entries()) {
    table.writeUInt32LE(at, 4 + 8 * index);
    table.writeUInt32LE(at + text.length, 8 + 8 * index);
    at += name.length + 1;
  }
  return Buffer.concat([
    Buffer.from("a program, CmnD\0"),
    header,
    table,
    Buffer.from(text + text),
    Buffer.from("more"),
  ]);
}

const KEPT = [
  "i/coll/ucadata.icu",
  "i/curr/en_GB.res",
  "i/curr/pool.res",
  "i/en.res",
  "i/root.res",
  "i/zoneinfo64.res",
];
const REMOVED = ["i/big5.cnv", "i/brkitr/thaidict.dict", "i/curr/de.res", "i/sr_Latn_BA.res", "i/zh_Hant_TW.res"];

test("of Node's languages English is left, and what is of none; the table does not name the others", () => {
  const program = dataOf([...KEPT, ...REMOVED].sort());
  const { length } = program;
  const removed = removeLanguages(program);
  expect(removed).toBe(REMOVED.join("\0").length + 1);
  expect(program.length).toBe(length);

  const start = program.indexOf("a program, CmnD\0") + 16 + HEADER_BYTES;
  const count = program.readUInt32LE(start);
  const textAt = (at: number): string => {
    const from = start + program.readUInt32LE(at);
    return program.toString("latin1", from, program.indexOf(0, from));
  };
  const entries = Array.from({ length: count }, (_, index) => [4, 8].map((field) => textAt(start + field + 8 * index)));
  expect(entries).toEqual(KEPT.map((name) => [name, name]));
  expect(program.toString("latin1").endsWith("more")).toBe(true);
});

test("a Node without them is told", () => {
  expect(() => removeLanguages(Buffer.from("a program, CmnD and no more"))).toThrow(
    "there is no data of ICU in this Node",
  );
});
