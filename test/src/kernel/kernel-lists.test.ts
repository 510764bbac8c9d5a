import { describe, expect, it } from "vitest";
import { parseCpuList } from "../../../src/kernel/cpu-list.js";
import { isAtLeast, parseKernelVersion } from "../../../src/kernel/kernel-version.js";
import { syscallNumber } from "../../../src/kernel/syscall-numbers.js";
import { native } from "../../../src/kernel/native.js";
import { PlainLineTable } from "../../../src/kernel/line-table.js";
import { TraceableFunctions } from "../../../src/kernel/traceable-functions.js";

describe("a kernel version", () => {
  it.each([
    ["6.18.44-fc-v657", [6, 18, 44]],
    ["6.1.0-56-cloud-amd64", [6, 1, 0]],
    ["7.2", [7, 2, 0]],
    ["5-rc1", [5, 0, 0]],
    ["", [0, 0, 0]],
  ])("%s has its numbers", (text, [major, minor, patch]) => {
    expect(parseKernelVersion(text)).toEqual({ major, minor, patch, text });
  });

  it("is compared by numbers", () => {
    const version = parseKernelVersion("6.9.1");
    expect([
      isAtLeast(version, 6, 9),
      isAtLeast(version, 5, 15),
      isAtLeast(version, 6, 10),
      isAtLeast(version, 7, 0),
    ]).toEqual([true, true, false, false]);
  });
});

describe("a CPU list", () => {
  it.each([
    ["0\n", [0]],
    ["0-3,8,10-11\n", [0, 1, 2, 3, 8, 10, 11]],
    ["", []],
    ["x,1", [1]],
    ["0-99999999999", []],
  ])("%j", (text, cpus) => {
    expect(parseCpuList(text)).toEqual(cpus);
  });
});

const traceable = (text: string, blacklist = ""): TraceableFunctions =>
  new TraceableFunctions(() => ({ functions: Buffer.from(text, "latin1"), blacklist }));

/** `MODULE:NAME` of those that are named so. */
const listed = (functions: TraceableFunctions, named = "*"): readonly string[] | undefined =>
  functions.functions(named)?.map((f) => `${f.module}:${f.name}`);

describe("lines", () => {
  it.each([
    ["nothing", ""],
    ["empty ones", "\n\n"],
    ["no newline at the end", "b\na"],
    ["those that begin alike", "trace_event_raw_b\ntrace_event_raw\ntrace_event_raw_a\ntrace_ev\ntrace_event_raw_a\n"],
    ["bytes beyond ASCII", "\xff\n\x7f\n\x80\na\xe9\na\xe8\n"],
    ["tabs and blanks", "f [m]\nf\nf\t[a]\nf.cold\nf_\n"],
    ["very long ones", `${"x".repeat(5000)}b\n${"x".repeat(5000)}a\n${"x".repeat(4999)}\n`],
    ["thousands", Array.from({ length: 5000 }, (_, i) => `vfs_${(i * 7919) % 5000}_read`).join("\n")],
    ["parts of functions", "f.part.0\n\nb.part\na\nc.part.1 [m]\nf.part.12\nd\n.part."],
  ])("of %s are sorted, found and joined by the addon as by JavaScript", (_, text) => {
    const bytes = Buffer.from(text, "latin1");
    for (const without of ["", ".part."]) {
      const [ours, theirs] = [native().lineTable(bytes, without), new PlainLineTable(bytes, without)];
      expect(ours.length).toBe(theirs.length);
      const places = [0, 1, ours.length >> 1, ours.length - 1, ours.length, ours.length + 1].filter((i) => i >= 0);
      expect(places.map((i) => ours.line(i))).toEqual(places.map((i) => theirs.line(i)));
      const sought = ["", "f", "trace_event_raw_a", "\xff\xff", "vfs_77", ...places.map((i) => theirs.line(i) ?? "")];
      expect(sought.map((line) => ours.place(line))).toEqual(sought.map((line) => theirs.place(line)));
      const ranges = Uint32Array.of(0, ours.length >> 1, (ours.length >> 1) + 1, ours.length);
      for (const isOfWords of [false, true]) {
        expect(ours.join(ranges, "kprobe:", isOfWords)).toBe(theirs.join(ranges, "kprobe:", isOfWords));
      }
    }
  });
});

describe("traceable functions", () => {
  const LIST =
    "vfs_read\narch_cpu_idle\nkfree\next4_sync [ext4]\nrcu_nmi\n__ftrace_invalid_address___5\nkfree\nsame\nsame [ext4]\n";

  it("are sorted, each once, without those that break machines", () => {
    expect(traceable(LIST).functions("*")).toEqual([
      { name: "ext4_sync", module: "ext4" },
      { name: "kfree", module: "vmlinux", copies: 2 },
      { name: "same", module: "ext4" },
      { name: "same", module: "vmlinux" },
      { name: "vfs_read", module: "vmlinux" },
    ]);
  });

  it("have names, each once", () => {
    expect(traceable(LIST).names("*")).toEqual(["ext4_sync", "kfree", "same", "vfs_read"]);
    const text = traceable(LIST).text({ prefix: "k:", without: "_" });
    expect(text).toBe("k:kfree\nk:same");
  });

  it("are looked for by name and by pattern", () => {
    const functions = traceable(LIST);
    const named = (name: string) => listed(functions, name);
    expect(named("same")).toEqual(["ext4:same", "vmlinux:same"]);
    expect(named("sam")).toEqual([]);
    expect(named("*s*")).toEqual(["ext4:ext4_sync", "ext4:same", "vmlinux:same", "vmlinux:vfs_read"]);
    expect(named("kf*e")).toEqual(["vmlinux:kfree"]);
    expect(named("rcu_nmi")).toEqual([]);
    expect(named("s.me")).toEqual([]);
    expect(named("ext4_sync")).toEqual(["ext4:ext4_sync"]);
  });

  it("may be in a file that was written by hand", () => {
    expect(listed(traceable('b\t[m]\n"a"\n\n'))).toEqual(['vmlinux:"a"', "m:b"]);
  });

  it("are not those of the blacklist, in the same module", () => {
    const blacklist = "0xffff1-0xffff2\tkfree\n0xffff3-0xffff4\tsame [ext4]\n";
    expect(listed(traceable(LIST, blacklist))).toEqual(["ext4:ext4_sync", "vmlinux:same", "vmlinux:vfs_read"]);
  });
});

describe("system calls", () => {
  it.each([
    ["x86_64", "read", 0],
    ["x86_64", "newuname", 63],
    ["x86_64", "umount", 166],
    ["x86_64", "newfstatat", 262],
    ["x86_64", "futex_waitv", 449],
    ["aarch64", "openat", 56],
    ["aarch64", "newuname", 160],
    ["aarch64", "open", undefined],
    ["x86_64", "toString", undefined],
  ] as const)("on %s %s is %s", (arch, name, expected) => {
    expect(syscallNumber(arch, name)).toBe(expected);
  });
});
