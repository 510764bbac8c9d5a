import { expect, test } from "vitest";
import { complete } from "../../service/index.js";
import { completionsAt, cursorIn, FACTS } from "./at-cursor.js";

test.each([
  ["tracep|", ["tracepoint:", "rawtracepoint:"]],
  ["BEG|", ["begin"]],
  ["kprobe:vfs|", ["kprobe:vfs_read", "kprobe:vfs_write", "kprobe:do_vfs_ioctl"]],
  ["kprobe:vmst|", ["kprobe:vmx_fd_stop"]],
  ["k:ksys|", ["k:ksys_read"]],
  ["tracepoint:s|", ["tracepoint:sched:", "tracepoint:syscalls:"]],
  ["tracepoint:syscalls:|", ["tracepoint:syscalls:sys_enter_open", "tracepoint:syscalls:sys_enter_openat"]],
  ["tracepoint:openat|", ["tracepoint:syscalls:sys_enter_openat"]],
  ["kprobe:vfs_read, kprobe:ks|", ["kprobe:ksys_read"]],
  ["uprobe:/bin|", ["uprobe:/bin/", "uprobe:/bin/bash:"]],
  ["nosuch:x|", []],
])("attach points: %s", (marked, expected) => {
  expect(completionsAt(marked)).toEqual(expected);
});

test.each([
  ["tracepoint:syscalls:sys_enter_openat { print(args.file|", ["filename"]],
  ["tracepoint:syscalls:sys_enter_openat /args.fl|", ["flags"]],
  ["BEGIN { curtask.real_parent->real_pare|", ["real_parent"]],
  ["BEGIN { $t = curtask; if ($t.pid > 1) { print($t.tgi|", ["tgid"]],
  ["BEGIN { @a[1] = curtask; } END { @a[1].tgi|", ["tgid"]],
  ["kprobe:vfs_read { print(((struct file *)arg0)->f_ino|", ["f_inode"]],
  ["BEGIN { @x[1, 2] = curtask; for ($kv : @x) { $kv.1.tgi|", ["tgid"]],
  ["BEGIN { $t = (1, comm); $t.|", ["0", "1"]],
  ["END { wrong( } BEGIN { nothing(; curtask.tgi| } END {}", ["tgid"]],
  ["macro m($x) { $x.tgi|", []],
])("members: %s", (marked, expected) => {
  expect(completionsAt(marked)).toEqual(expected);
});

test("members come with their types and offsets", () => {
  const { text, offset } = cursorIn("tracepoint:syscalls:sys_enter_openat { args.dfd|");
  expect(complete(text, offset, FACTS).items).toMatchObject([
    { text: "dfd", kind: "member", detail: "uint64 dfd  +16" },
  ]);
});

test.each([
  ["BEGIN { pri|", ["print(", "printf("]],
  ["BEGIN { cur|", ["curtask"]],
  ["BEGIN { $first = 1; $second = $fi|", ["$first"]],
  ["BEGIN { @reads = 1; } END { print(@|", ["@reads"]],
  ["macro twice(x) { x * 2 } BEGIN { print(twi|", ["twice"]],
  ["BEGIN { whi|", ["while"]],
  ["kprobe:vfs_read { $f = (struct file|", ["file", "file_operations"]],
  ["config = { max_map|", ["max_map_keys"]],
  ['BEGIN { printf("pri|', []],
  ["BEGIN { // pri|", []],
  ["mac|", ["macro"]],
  ["prog|", ["prog"]],
  ["prog hello { } BEGIN { @m[1] = hel|", ["hello"]],
])("names: %s", (marked, expected) => {
  expect(completionsAt(marked).slice(0, 3)).toEqual(expected);
});

test("functions bring their signature and what they do", () => {
  const { text, offset } = cursorIn("BEGIN { @ = his|");
  expect(complete(text, offset, FACTS).items[0]).toMatchObject({
    text: "hist(",
    detail: "hist(n: int[, bits: int])",
    documentation: { summary: "Counts values in power-of-two buckets." },
  });
});

test("without an index there is more to come", () => {
  const { text, offset } = cursorIn("kprobe:vfs|");
  expect(complete(text, offset, { ...FACTS, probes: undefined })).toMatchObject({ items: [], isIncomplete: true });
});

test("a program that is not there has no functions", () => {
  expect(completionsAt("uprobe:/no/such/file:ma|")).toEqual([]);
});
