import { expect, it } from "vitest";
import { JitDump } from "../../../src/symbols/jit-dump.js";

const HEADER = Buffer.alloc(40);
HEADER.writeUInt32LE(0x4a69_5444, 0);
HEADER.writeUInt32LE(HEADER.length, 8);

it("a record that is not whole is read when the rest has come", () => {
  const dump = new JitDump();
  const record = Buffer.alloc(16);
  record.writeUInt32LE(64, 4);
  expect(dump.add(Buffer.concat([HEADER, record]))).toBe(HEADER.length);
  expect(dump.isBroken).toBe(false);
});

it("what is no record ends the file", () => {
  const dump = new JitDump();
  expect(dump.add(Buffer.concat([HEADER, Buffer.alloc(1000)]))).toBe(HEADER.length);
  expect(dump.isBroken).toBe(true);
});
