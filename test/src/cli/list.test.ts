import { expect, test } from "vitest";
import { compile, DEFAULT_OPTIONS } from "../../../codegen/compile.js";
import { FULL_LANGUAGE } from "../../../codegen/full-language.js";
import type { KernelFacts, TracepointField, TracepointFormat } from "../../../codegen/facts.js";
import { listPattern, listProbes } from "../../../src/cli/list.js";

const field = (typeText: string, name: string, more: Partial<TracepointField> = {}): TracepointField => ({
  typeText,
  name,
  arrayLength: undefined,
  offsetBytes: 8,
  sizeBytes: 4,
  isSigned: false,
  isCommon: false,
  isDataLoc: false,
  ...more,
});

const FORMAT: TracepointFormat = {
  id: 1,
  fields: [
    field("unsigned short", "common_type", { isCommon: true }),
    field("char", "comm", { arrayLength: 16 }),
    field("__data_loc char[]", "filename", { isDataLoc: true }),
    field("pid_t", "pid"),
  ],
};

const FACTS = {
  tracepoints: () => ["raw_syscalls:sys_enter", "sched:sched_switch", "syscalls:sys_enter_open"],
  tracepointFormat: () => FORMAT,
  traceableFunctions: () => ["sys_enter", "vfs_read"].map((name) => ({ name, module: "vmlinux" })),
  traceableFunctionNames: () => ["sys_enter", "vfs_read"],
  traceableFunctionText: ({ prefix }: { prefix: string }) => `${prefix}sys_enter\n${prefix}vfs_read`,
  loadedModules: () => ["vmlinux"],
  btf: undefined,
} as unknown as KernelFacts;

const OPTIONS = { pid: undefined, isVerbose: false, warn: (message: string) => expect.fail(message) };

test.each([
  [
    "tracepoint:*",
    ["tracepoint:raw_syscalls:sys_enter", "tracepoint:sched:sched_switch", "tracepoint:syscalls:sys_enter_open"],
  ],
  ["t:sched:*", ["tracepoint:sched:sched_switch"]],
  ["tracepoint:sys_enter", ["tracepoint:raw_syscalls:sys_enter"]],
  ["kprobe:vfs_*, tracepoint:sched:*", ["kprobe:vfs_read", "tracepoint:sched:sched_switch"]],
  ["*sys_enter", ["kprobe:sys_enter", "tracepoint:raw_syscalls:sys_enter"]],
  ["interval:*", ["interval:hz:", "interval:ms:", "interval:s:", "interval:us:"]],
  ["nothing:*", []],
  ["", []],
  ["t:sched:*,", ["tracepoint:sched:sched_switch"]],
])("%s", (pattern, lines) => {
  expect(listPattern(pattern, FACTS, OPTIONS)).toEqual(lines);
});

test("-lv shows the fields of tracepoints, but not those that all have", () => {
  expect(listPattern("tracepoint:sched:*", FACTS, { ...OPTIONS, isVerbose: true })).toEqual([
    "tracepoint:sched:sched_switch",
    "    char comm[16]",
    "    __data_loc char[] filename",
    "    pid_t pid",
  ]);
});

test("of a program, timers are listed without their number and begin and end not at all", () => {
  const text = "begin { } interval:s:1 { } tracepoint:sched:sched_switch { } end { }";
  const { typed } = compile({ name: "stdin", text }, FACTS, FULL_LANGUAGE, {
    ...DEFAULT_OPTIONS,
    isToBeBuilt: () => false,
  });
  const points = typed?.probes.flatMap((probe) => probe.points) ?? [];
  expect(listProbes(points, FACTS, OPTIONS)).toEqual(["interval:s:", "tracepoint:sched:sched_switch"]);
});
