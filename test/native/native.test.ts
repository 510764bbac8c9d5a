import { readdirSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import { describe, expect, test } from "vitest";
import { native, RLIM_INFINITY } from "../../src/kernel/native.js";
import { ADDON, kernelTest } from "../support/index.js";
import { createArray, createRing, F_MMAPABLE, loadRecordWriter, testRun } from "./bpf.js";

const openDescriptors = (): number => readdirSync("/proc/self/fd").length;

describe("a failed system call", () => {
  test("throws an error with code, errno and syscall", () => {
    const attr = new Uint8Array(16);
    const expected = { code: "EINVAL", errno: constants.errno.EINVAL, syscall: "bpf" };
    expect(() => native().bpf(9999, attr)).toThrow(expect.objectContaining(expected));
    expect(() => native().bpf(9999, attr)).toThrow("bpf: Invalid argument (EINVAL)");
  });

  test("is no exception where it is expected", () => {
    const call = (expected: "EINVAL" | "ENOENT"): boolean => native().bpfUnless(expected, 9999, new Uint8Array(16));
    expect(call("EINVAL")).toBe(false);
    expect(() => call("ENOENT")).toThrow("bpf: Invalid argument (EINVAL)");
  });

  test("names error numbers that only the kernel knows", () => {
    const addon = { exports: {} as { throwErrno(syscall: string, errno: number): never } };
    process.dlopen(addon, ADDON);
    expect(() => addon.exports.throwErrno("bpf", 524)).toThrow(expect.objectContaining({ code: "ENOTSUPP" }));
    expect(() => addon.exports.throwErrno("bpf", 4000)).toThrow(expect.objectContaining({ code: "E4000" }));
  });
});

describe("bpf", () => {
  kernelTest("gives a descriptor that closes once, and cannot be used afterwards", {}, () => {
    const before = openDescriptors();
    const map = createArray(8, 0);
    expect(openDescriptors()).toBe(before + 1);
    map.close();
    map.close();
    expect(openDescriptors()).toBe(before);
    expect(() => map.number).toThrow("closed");
  });

  kernelTest("writes pointers for the length of the call, and into pointed-to structures too", {}, () => {
    // BPF_OBJ_GET_INFO_BY_FD of a program: attr.info points to bpf_prog_info, whose xlated_prog_insns points to a buffer.
    const OBJ_GET_INFO_BY_FD = 15;
    const ring = createRing(4096);
    const program = loadRecordWriter(ring);
    const info = new DataView(new ArrayBuffer(256));
    const instructions = new Uint8Array(1 << 12);
    info.setUint32(20, instructions.length, true);
    const attr = new DataView(new ArrayBuffer(16));
    attr.setUint32(0, program.number, true);
    attr.setUint32(4, info.byteLength, true);
    const target = new Uint8Array(info.buffer);
    native().bpf(OBJ_GET_INFO_BY_FD, new Uint8Array(attr.buffer), [
      { offset: 8, target, pointers: [{ offset: 32, target: instructions }] },
    ]);
    expect(info.getUint32(0, true)).toBe(17);
    expect(instructions.subarray(0, 2)).toEqual(new Uint8Array([0x7a, 0x0a]));
    expect(attr.getBigUint64(8, true)).toBe(0n);
    expect(info.getBigUint64(32, true)).toBe(0n);
    program.close();
    ring.close();
  });

  test("refuses a pointer outside its structure", () => {
    const attr = new Uint8Array(16);
    expect(() => native().bpf(0, attr, [{ offset: 9, target: new Uint8Array(1) }])).toThrow(RangeError);
  });
});

describe("mapped memory", () => {
  kernelTest("is shared by all who map it, and empty once closed", {}, () => {
    const map = createArray(4096, F_MMAPABLE);
    const writer = native().mapMemory(map, 4096, { writable: true });
    const reader = native().mapMemory(map, 4096, { writable: false });
    map.close();
    writer.bytes[100] = 42;
    expect(reader.bytes[100]).toBe(42);
    writer.close();
    expect(writer.bytes.length).toBe(0);
    expect(reader.bytes[100]).toBe(42);
    reader.close();
  });

  kernelTest("fails for a map that cannot be mapped", {}, () => {
    const map = createArray(4096, 0);
    expect(() => native().mapMemory(map, 4096, { writable: true })).toThrow(
      expect.objectContaining({ syscall: "mmap" }),
    );
    map.close();
  });
});

describe("perf events", () => {
  kernelTest("open, take ioctls, and close", {}, () => {
    const SOFTWARE = 1;
    const ENABLE = 0x2400;
    const DISABLE = 0x2401;
    const PERF_EVENT_ID = 0x8008_2407;
    const attr = new DataView(new ArrayBuffer(128));
    attr.setUint32(0, SOFTWARE, true);
    attr.setUint32(4, attr.byteLength, true);
    const event = { attr: new Uint8Array(attr.buffer), pid: 0, cpu: -1, groupFd: -1, flags: 8 };
    const fd = native().perfEventOpen(event);
    expect(native().ioctl(fd, ENABLE)).toBe(0);
    expect(native().ioctl(fd, DISABLE, 0)).toBe(0);
    const id = new BigUint64Array(1);
    native().ioctl(fd, PERF_EVENT_ID, id);
    expect(id[0]).toBeGreaterThan(0n);
    expect(() => native().ioctl(fd, 0x2499)).toThrow(expect.objectContaining({ code: "ENOTTY", syscall: "ioctl" }));
    fd.close();
    expect(() => native().perfEventOpen({ ...event, pid: -1 })).toThrow(
      expect.objectContaining({ code: "EINVAL", syscall: "perf_event_open" }),
    );
  });
});

describe("the process", () => {
  test("knows its effective capabilities", () => {
    const status = /^CapEff:\t(\w+)$/m.exec(readFileSync("/proc/self/status", "latin1"));
    expect(native().effectiveCapabilities()).toBe(BigInt(`0x${status?.[1]}`));
  });

  test("reads and sets its limits", () => {
    const RLIMIT_CORE = 4;
    const before = native().getRlimit(RLIMIT_CORE);
    native().setRlimit(RLIMIT_CORE, { soft: 0n, hard: before.hard });
    expect(native().getRlimit(RLIMIT_CORE)).toEqual({ soft: 0n, hard: before.hard });
    native().setRlimit(RLIMIT_CORE, before);
    expect(RLIM_INFINITY).toBe(2n ** 64n - 1n);
    expect(() => native().setRlimit(999, before)).toThrow(expect.objectContaining({ code: "EINVAL" }));
  });

  test("reads clocks in nanoseconds", () => {
    const CLOCK_MONOTONIC = 1;
    const before = process.hrtime.bigint();
    const now = native().clockNs(CLOCK_MONOTONIC);
    expect(now).toBeGreaterThanOrEqual(before);
    expect(now).toBeLessThanOrEqual(process.hrtime.bigint());
  });
});

describe("demangling", () => {
  test.each([
    ["_ZN3foo3barEi", "foo::bar(int)"],
    ["_ZNSt6vectorIiSaIiEE9push_backEOi", "std::vector<int, std::allocator<int> >::push_back(int&&)"],
    ["main", undefined],
    ["_Z", undefined],
  ])("%s", (symbol, name) => {
    expect(native().demangle(symbol)).toBe(name);
  });
});

kernelTest("the test program counts the records that found no room", {}, () => {
  const ring = createRing(4096);
  const writer = loadRecordWriter(ring);
  expect(testRun(writer, [0n, 300n, 8n, 0n])).toBeGreaterThanOrEqual(300 - 256);
  writer.close();
  ring.close();
});
