import { execFileSync } from "node:child_process";
import { closeSync, constants, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { memoryOf } from "../../../src/output/memory.js";
import type { TextWriter } from "../../../src/output/text-buffer.js";
import { type Buffering, Writer } from "../../../src/output/writer.js";

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "tsbt-writer-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

const path = (): string => join(directory, "out");
const written = (): string => readFileSync(path(), "latin1");
const open = (buffering: Buffering): Writer => new Writer(openSync(path(), "w"), buffering);

test("bytes are written as they are", () => {
  const writer = open("full");
  writer.write("caf\xc3\xa9 \xff\n");
  expect(written()).toBe("");
  writer.flush();
  expect(readFileSync(path())).toEqual(Buffer.from([99, 97, 102, 0xc3, 0xa9, 32, 0xff, 10]));
});

test.each([
  ["none", "a", "a"],
  ["line", "", "a"],
  ["full", "", ""],
] as const)("-B %s", (buffering, afterWrite, afterBatch) => {
  const writer = open(buffering);
  writer.write("a");
  expect(written()).toBe(afterWrite);
  writer.endOfBatch();
  expect(written()).toBe(afterBatch);
});

test("a full buffer leaves at once", () => {
  const writer = open("full");
  writer.write("x".repeat(1 << 17));
  expect(written()).toHaveLength(1 << 17);
});

test("a reader that has gone away is no error", () => {
  execFileSync("mkfifo", [path()]);
  const reader = openSync(path(), constants.O_RDONLY | constants.O_NONBLOCK);
  const writer = new Writer(openSync(path(), constants.O_WRONLY), "none");
  writer.write("a");
  expect(writer.isClosed).toBe(false);
  closeSync(reader);
  writer.write("b");
  expect(writer.isClosed).toBe(true);
  writer.write("c");
});

test("what could not be written is not tried again", () => {
  const writer = new Writer(openSync("/dev/full", "w"), "full");
  writer.write("a");
  expect(() => writer.flush()).toThrow("ENOSPC");
  expect(() => writer.flush()).not.toThrow();
});

test("of an event that fails nothing is printed", () => {
  const writer = open("full");
  const memory = memoryOf(new Uint8Array(8));
  writer.append((_m, _at, to) => to.string("before\n"), memory, 0);
  const failing: TextWriter = (_m, _at, to) => {
    to.string("half a li");
    throw new RangeError("no such thing");
  };
  expect(() => writer.append(failing, memory, 0)).toThrow(RangeError);
  writer.append((_m, _at, to) => to.string("behind\n"), memory, 0);
  writer.flush();
  expect(written()).toBe("before\nbehind\n");
});
