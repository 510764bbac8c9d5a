import { describe, expect, it } from "vitest";
import { ProcessImages } from "../../../src/symbols/process-images.js";
import type { Mapping } from "../../../src/symbols/process-maps.js";
import { parseProcessRecords } from "../../../src/symbols/process-records.js";

/** Of no process: Linux gives no such numbers. */
const PARENT = 0x7fff_fff0;
const CHILD = 0x7fff_fff1;

const mapping = (start: bigint, path: string): Mapping => ({
  start,
  end: start + 0x1000n,
  isExecutable: true,
  fileOffset: 0x2000n,
  device: 0x80_0001,
  inode: 7n,
  path,
  isDeleted: false,
});

/** `struct perf_event_header`, a body, and the time. */
function record(type: number, body: Buffer, timeNs: bigint): Buffer {
  const bytes = Buffer.alloc(8 + body.length + 8);
  bytes.writeUInt32LE(type, 0);
  bytes.writeUInt16LE(bytes.length, 6);
  body.copy(bytes, 8);
  bytes.writeBigUInt64LE(timeNs, 8 + body.length);
  return bytes;
}

function mapRecord(
  pid: number,
  { start, end, fileOffset, device, inode }: Mapping,
  path: string,
  protection = 5,
): Buffer {
  const name = Buffer.alloc(Math.ceil((path.length + 1) / 8) * 8);
  name.write(path, "latin1");
  const body = Buffer.alloc(64);
  body.writeUInt32LE(pid, 0);
  body.writeUInt32LE(pid, 4);
  body.writeBigUInt64LE(start, 8);
  body.writeBigUInt64LE(end - start, 16);
  body.writeBigUInt64LE(fileOffset, 24);
  body.writeUInt32LE(device >> 20, 32);
  body.writeUInt32LE(device & 0xfffff, 36);
  body.writeBigUInt64LE(inode, 40);
  body.writeUInt32LE(protection, 56);
  return record(10, Buffer.concat([body, name]), 3n);
}

function forkRecord(pid: number, parent: number): Buffer {
  const body = Buffer.alloc(24);
  [pid, parent, pid, parent].forEach((value, i) => body.writeUInt32LE(value, i * 4));
  return record(7, body, 2n);
}

describe("records of processes", () => {
  const program = mapping(0x5000n, "/bin/program");

  it("tell what is mapped to be run", () => {
    expect(parseProcessRecords(mapRecord(CHILD, program, "/bin/program"))).toEqual([
      { kind: "map", timeNs: 3n, pid: CHILD, mapping: program },
    ]);
  });

  it.each([
    ["/old (deleted)", { path: "/old", isDeleted: true }],
    ["//anon", { path: "", isDeleted: false }],
    ["[vdso]", { path: "[vdso]", isDeleted: false }],
  ])("know %s", (path, expected) => {
    expect(parseProcessRecords(mapRecord(CHILD, program, path))).toMatchObject([{ mapping: expected }]);
  });

  it("leave out data, threads and other kinds", () => {
    const others = [mapRecord(CHILD, program, "/data", 3), forkRecord(CHILD, CHILD), record(3, Buffer.alloc(24), 1n)];
    const all = Buffer.concat([...others, forkRecord(CHILD, PARENT)]);
    expect(parseProcessRecords(all)).toEqual([{ kind: "fork", timeNs: 2n, pid: CHILD, parent: PARENT }]);
  });

  it("end where they are cut off", () => {
    const bytes = mapRecord(CHILD, program, "/bin/program");
    for (let length = 0; length < bytes.length; length++) {
      expect(parseProcessRecords(bytes.subarray(0, length))).toEqual([]);
    }
  });
});

describe("what processes have mapped", () => {
  it("is what was mapped last at an address", () => {
    const images = new ProcessImages();
    for (const path of ["/old", "/new"]) {
      images.apply({ kind: "map", timeNs: 0n, pid: CHILD, mapping: mapping(0x5000n, path) });
    }
    const image = images.of(CHILD);
    expect(image.find(0x5fffn)?.path).toBe("/new");
    expect(image.find(0x6000n)).toBeUndefined();
    expect(image.find(0x4fffn)).toBeUndefined();
  });

  it("is what the parent has mapped, until there is something else", () => {
    const images = new ProcessImages();
    images.apply({ kind: "map", timeNs: 0n, pid: PARENT, mapping: mapping(0x5000n, "/parent") });
    images.apply({ kind: "fork", timeNs: 1n, pid: CHILD, parent: PARENT });
    const image = images.of(CHILD);
    const { version } = image;
    expect(image.find(0x5000n)?.path).toBe("/parent");
    images.apply({ kind: "map", timeNs: 2n, pid: CHILD, mapping: mapping(0x5000n, "/child") });
    expect(image.find(0x5000n)?.path).toBe("/child");
    expect(image.version).toBeGreaterThan(version);
    expect(images.of(PARENT).find(0x5000n)?.path).toBe("/parent");
  });

  it("is not that of an earlier process of the same number", () => {
    const images = new ProcessImages();
    images.apply({ kind: "map", timeNs: 0n, pid: CHILD, mapping: mapping(0x5000n, "/earlier") });
    images.apply({ kind: "fork", timeNs: 1n, pid: CHILD, parent: PARENT });
    expect(images.of(CHILD).find(0x5000n)).toBeUndefined();
  });

  it("is forgotten of those seen first, when there are many", () => {
    const images = new ProcessImages();
    const first = 0x4000_0000;
    for (let i = 0; i <= 1 << 14; i++) images.of(first + i);
    expect(images.has(first)).toBe(false);
    expect(images.has(first + 1)).toBe(true);
  });
});
