import { expect, test } from "vitest";
import { ThrottleMeter } from "../../../src/attach/throttling.js";
import type { Fd, Native } from "../../../src/kernel/native.js";

const PAGE = 4096;
const THROTTLE = 5;
const UNTHROTTLE = 6;
const RECORD_BYTES = 32;

/** A page of the kernel's, and one of records. */
function ring() {
  const bytes = new Uint8Array(2 * PAGE);
  const view = new DataView(bytes.buffer);
  const closed: string[] = [];
  let head = 0;
  let onReadable = (): void => {};
  const native = {
    mapMemory: () => ({ bytes, close: () => closed.push("memory") }),
    watch: (_fd: Fd, callback: () => void) => {
      onReadable = callback;
      return { close: () => closed.push("watcher") };
    },
  } as unknown as Native;
  return {
    meter: new ThrottleMeter(native, { close: () => closed.push("event") } as unknown as Fd),
    closed,
    wake: () => onReadable(),
    write(type: number): void {
      const at = PAGE + (head % PAGE);
      view.setUint32(at, type, true);
      view.setUint16(at + 6, RECORD_BYTES, true);
      head += RECORD_BYTES;
      view.setBigUint64(1024, BigInt(head), true);
    },
  };
}

test("each time that an event was stopped is counted, however often the ring went round", () => {
  const { meter, write, wake } = ring();
  expect(meter.count).toBe(0n);
  for (let i = 1; i <= 500; i++) {
    write(THROTTLE);
    write(UNTHROTTLE);
    if (i % 50 === 0) wake();
  }
  expect(meter.count).toBe(500n);
  write(THROTTLE);
  expect(meter.count).toBe(501n);
});

test("event, memory and watcher are closed with the meter", () => {
  const { meter, closed } = ring();
  meter.close();
  expect(closed.toSorted()).toEqual(["event", "memory", "watcher"]);
});
