import { expect, test } from "vitest";
import type { UserFunctionPoint } from "../../../codegen/providers/index.js";
import { AttachError } from "../../../src/attach/define.js";
import { explained } from "../../../src/attach/uprobe-failure.js";

const point = (target: string): UserFunctionPoint => ({
  path: "./program",
  filePath: "./program",
  offset: 4n,
  target,
  isReturn: false,
  pid: 42,
});

const failing = (code: string, errno: number) => (): never => {
  throw Object.assign(new Error(code), { code, errno, syscall: "perf_event_open" });
};

test.each([
  ["ENOENT", 2, "./program is no longer there"],
  ["EIO", 5, "Files like ./program cannot be probed: their file system keeps them where the kernel does not find code"],
  ["", 524, "The kernel puts no probe on this instruction: ./program:f+4"],
])("%s (%i) is put into words", (code, errno, words) => {
  expect(() => explained([point("f+4")], failing(code, errno))).toThrow(new AttachError(words));
});

test("of several instructions any may be the one", () => {
  expect(() => explained([point("f"), point("g")], failing("", 524))).toThrow(
    "The kernel puts no probe on one of these instructions: ./program:f, ./program:g",
  );
});

test("other errors stay as they are", () => {
  expect(() => explained([point("f")], failing("EACCES", 13))).toThrow(/^EACCES$/);
  expect(() =>
    explained([point("f")], () => {
      throw new TypeError("a bug");
    }),
  ).toThrow(TypeError);
});

test("what succeeds is given back", () => {
  expect(explained([point("f")], () => 7)).toBe(7);
});
