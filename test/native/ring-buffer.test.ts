import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, vi } from "vitest";
import { type Batch, type Fd, native, type RingBuffer, type RingBufferOptions } from "../../src/kernel/native.js";
import { sleepsOf, statusOf, untilIdle } from "../support/idle.js";
import { kernelTest, waitFor } from "../support/index.js";
import { createRing, FORCE_WAKEUP, loadRecordWriter, MAX_RECORDS, NO_WAKEUP, testRun } from "./bpf.js";

const SIZE_BYTES = 1 << 16;
const HEADER_BYTES = 8;
const cleanups: (() => void)[] = [];

afterEach(() => {
  for (const cleanup of cleanups.splice(0).reverse()) cleanup();
});

interface Consumer {
  readonly ring: Fd;
  readonly consumer: RingBuffer;
  /** The numbers in the records, in the order in which they came. */
  readonly numbers: number[];
  /** How many records came in each batch. */
  readonly batchSizes: number[];
  /** Writes records, numbered on from the last one; returns how many found no room. */
  write(count: number, options?: { readonly bytes?: number; readonly flags?: number }): number;
}

function open(options: Partial<RingBufferOptions> = {}): Consumer {
  const ring = createRing(options.sizeBytes ?? SIZE_BYTES);
  const writer = loadRecordWriter(ring);
  const numbers: number[] = [];
  const batchSizes: number[] = [];
  const onBatch = (batch: Batch): void => {
    const before = numbers.length;
    for (const record of recordsOf(batch)) numbers.push(record.number);
    batchSizes.push(numbers.length - before);
  };
  const consumer = native().ringBuffer({
    fd: ring,
    sizeBytes: SIZE_BYTES,
    batchBytes: 1 << 16,
    intervalNs: 1_000_000,
    onBatch,
    ...options,
  });
  cleanups.push(
    () => ring.close(),
    () => writer.close(),
    () => consumer.stop(),
  );
  let next = 0;
  const write: Consumer["write"] = (count, { bytes = 8, flags = 0 } = {}) => {
    const first = next;
    next += count;
    return testRun(writer, [BigInt(first), BigInt(count), BigInt(bytes), BigInt(flags)]);
  };
  return { ring, consumer, numbers, batchSizes, write };
}

interface Entry {
  readonly number: number;
  readonly length: number;
  readonly position: number;
}

function recordsOf(batch: Batch): Entry[] {
  const records: Entry[] = [];
  for (let at = 0; at < batch.length;) {
    const length = batch.view.getUint32(at, true);
    const position = batch.view.getUint32(at + 4, true);
    records.push({ number: batch.view.getUint32(at + HEADER_BYTES, true), length, position });
    at += HEADER_BYTES + Math.ceil(length / 8) * 8;
  }
  return records;
}

/** Of the thread of the only consumer. */
const consumerStatus = (): string => statusOf("self", "tsbt-ring");

const countTo = (end: number): number[] => Array.from({ length: end }, (_, i) => i);

describe("a ring buffer consumer", () => {
  kernelTest("delivers records in order, in batches", {}, async () => {
    const { write, numbers, batchSizes } = open();
    for (let i = 0; i < 20; i++) {
      expect(write(100)).toBe(0);
      await waitFor("the records", () => numbers.length === (i + 1) * 100);
    }
    expect(numbers).toEqual(countTo(2000));
    expect(batchSizes.length).toBeLessThan(200);
  });

  kernelTest("describes each record by its length and its position in the ring", {}, async () => {
    const records: Entry[] = [];
    const { write } = open({ onBatch: (batch) => void records.push(...recordsOf(batch)) });
    write(1, { bytes: 8 });
    write(1, { bytes: 13 });
    write(1, { bytes: 200 });
    await waitFor("the records", () => records.length === 3);
    expect(records).toEqual([
      { number: 0, length: 8, position: 0 },
      { number: 1, length: 13, position: 16 },
      { number: 2, length: 200, position: 40 },
    ]);
  });

  kernelTest("keeps records whole where the ring wraps around", {}, async () => {
    const seen: boolean[] = [];
    const onBatch = (batch: Batch): void => {
      for (const record of recordsOf(batch)) seen.push(record.length === 200 && record.number === seen.length);
    };
    const { write } = open({ onBatch });
    for (let i = 0; i < 50; i++) {
      expect(write(100, { bytes: 200 })).toBe(0);
      await waitFor("the records", () => seen.length === (i + 1) * 100);
    }
    expect(seen).not.toContain(false);
  });

  kernelTest("loses nothing but what found no room, while JavaScript is busy", {}, async () => {
    const { write, numbers, consumer } = open({ batchBytes: 1 << 12 });
    let written = 0;
    let lost = 0;
    for (let i = 0; i < 100; i++) {
      written += MAX_RECORDS; // no batch is handled meanwhile: the event loop does not turn
      lost += write(MAX_RECORDS);
    }
    expect(lost).toBeGreaterThan(0);
    consumer.drain();
    expect(numbers.length).toBe(written - lost);
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
  });

  kernelTest("goes on after a full ring", {}, async () => {
    const { write, numbers } = open();
    let delivered = 0;
    for (let lost = 0; lost === 0;) {
      lost = write(MAX_RECORDS);
      delivered += MAX_RECORDS - lost;
    }
    await waitFor("what had found room", () => numbers.length === delivered);
    expect(write(7)).toBe(0);
    await waitFor("the new records", () => numbers.length === delivered + 7);
  });

  kernelTest("hands over one batch at a time", {}, async () => {
    let depth = 0;
    let deepest = 0;
    let records = 0;
    const { write } = open({
      batchBytes: 64,
      onBatch: (batch) => {
        deepest = Math.max(deepest, ++depth);
        records += recordsOf(batch).length;
        depth--;
      },
    });
    write(500);
    await waitFor("the records", () => records === 500);
    expect(deepest).toBe(1);
  });

  kernelTest("is not woken for records that are sent with BPF_RB_NO_WAKEUP", {}, async () => {
    const { write, numbers, consumer } = open();
    write(1);
    await waitFor("a first record", () => numbers.length === 1);
    await untilIdle(consumerStatus);
    write(5, { flags: NO_WAKEUP });
    await sleep(50);
    expect(numbers).toEqual([0]);
    expect(consumer.backlogBytes).toBe(5 * 16);
    write(1, { flags: FORCE_WAKEUP });
    await waitFor("the records", () => numbers.length === 7);
    expect(numbers).toEqual(countTo(7));
  });

  kernelTest(
    "hands over at once what is sent with BPF_RB_FORCE_WAKEUP, although it is pacing batches",
    {},
    async () => {
      const { write, numbers } = open({ intervalNs: 60e9 });
      for (let i = 0; i < 8; i++) {
        write(1);
        await waitFor("a record of the burst", () => numbers.length === i + 1);
      }
      const before = sleepsOf(consumerStatus());
      write(1);
      // It has seen the record, and looks at the ring from time to time.
      await waitFor("the consumer to pace", () => sleepsOf(consumerStatus()) > before + 5);
      expect(numbers.length).toBe(8);
      write(1, { flags: FORCE_WAKEUP });
      await waitFor("the forced record", () => numbers.length === 10);
    },
  );

  kernelTest("collects many records in few batches when they come one after the other", {}, async () => {
    const intervalMs = 20;
    const { write, numbers, batchSizes } = open({ intervalNs: intervalMs * 1_000_000 });
    const begin = Date.now();
    let written = 0;
    for (; written < 200; written++) {
      expect(write(1)).toBe(0);
      await sleep(1);
    }
    await waitFor("the records", () => numbers.length === written);
    const intervals = (Date.now() - begin) / intervalMs;
    expect(batchSizes.length).toBeLessThan(2 * intervals + 5);
  });

  kernelTest("drains what was handed over, what was collected, and what is in the ring, in this order", {}, () => {
    const { write, numbers, consumer } = open({ batchBytes: 64 });
    write(1000);
    const start = Date.now();
    while (Date.now() - start < 20); // the thread has posted a batch, and the event loop has not turned
    write(100);
    consumer.drain();
    expect(numbers).toEqual(countTo(1100));
    consumer.drain();
    expect(numbers.length).toBe(1100);
  });

  kernelTest("does not hand over again what was drained", {}, async () => {
    const { write, numbers, consumer } = open();
    for (let i = 0; i < 50; i++) {
      write(10);
      if (i % 2 === 0) consumer.drain();
      else await new Promise(setImmediate);
    }
    await waitFor("the records", () => numbers.length >= 500);
    await sleep(20);
    expect(numbers).toEqual(countTo(500));
  });

  kernelTest("refuses to drain from inside of a batch, and goes on", {}, async () => {
    const errors: unknown[] = [];
    const { write, consumer } = open({
      onBatch: () => {
        try {
          consumer.drain();
        } catch (error) {
          errors.push(error);
        }
      },
    });
    write(1);
    await waitFor("the batch", () => errors.length === 1);
    expect(String(errors[0])).toContain("while a batch is being handled");
    write(1);
    await waitFor("the next batch", () => errors.length === 2);
  });

  kernelTest("passes on what the handler throws, and stays usable", {}, () => {
    const onBatch = vi.fn<(batch: Batch) => void>().mockImplementationOnce(() => {
      throw new Error("handler");
    });
    const { write, consumer } = open({ onBatch });
    write(1, { flags: NO_WAKEUP });
    expect(() => consumer.drain()).toThrow("handler");
    write(1, { flags: NO_WAKEUP });
    consumer.drain();
    expect(onBatch).toHaveBeenCalledTimes(2);
  });

  kernelTest("delivers nothing after stop()", {}, async () => {
    const { write, numbers, consumer } = open();
    write(10);
    const start = Date.now();
    while (Date.now() - start < 20);
    consumer.stop();
    consumer.stop();
    await sleep(20);
    expect(numbers).toEqual([]);
    expect(() => consumer.drain()).toThrow("stopped");
    expect(() => consumer.backlogBytes).toThrow("stopped");
  });

  kernelTest("can be stopped from inside of a batch, drained or not", {}, async () => {
    for (const drains of [true, false]) {
      let batches = 0;
      const { write, consumer } = open({
        batchBytes: 64,
        onBatch: () => {
          batches++;
          consumer.stop();
        },
      });
      write(100);
      if (drains) consumer.drain();
      await waitFor("a batch", () => batches > 0);
      await sleep(20);
      expect(batches).toBe(1);
    }
  });

  kernelTest("says which call failed when the descriptor is no ring buffer", {}, () => {
    const pidfd = native().pidfdOpen(process.pid);
    cleanups.push(() => pidfd.close());
    const options = { fd: pidfd, sizeBytes: SIZE_BYTES, batchBytes: 64, intervalNs: 0, onBatch: () => {} };
    expect(() => native().ringBuffer(options)).toThrow(expect.objectContaining({ syscall: "mmap" }));
    expect(() => native().ringBuffer({ ...options, sizeBytes: 5000 })).toThrow(RangeError);
  });
});

kernelTest("while it is held nothing wakes its thread but what the ring gets, and nothing is lost", {}, async () => {
  const { consumer, numbers, write } = open();
  consumer.hold();
  for (let i = 0; i < 5; i++) {
    expect(write(1)).toBe(0);
    await waitFor("the thread to sleep without limit", sleepsWithoutLimit);
  }
  expect(numbers).toEqual([]);
  consumer.resume();
  await waitFor("what came meanwhile", () => numbers.length === 5);
  expect(numbers).toEqual([0, 1, 2, 3, 4]);
});

/** The call that the consumer's thread is in, and its arguments: of epoll_wait(2) and epoll_pwait(2) the fourth is the limit. */
function sleepsWithoutLimit(): boolean {
  const tasks = readdirSync("/proc/self/task").map((id) => `/proc/self/task/${id}`);
  const thread = tasks.find((task) => readFileSync(`${task}/comm`, "latin1") === "tsbt-ring\n");
  // It has its name as soon as it runs.
  if (thread === undefined) return false;
  const [, , , , limit] = readFileSync(`${thread}/syscall`, "latin1").split(" ");
  return limit === "0xffffffff" || limit === "0xffffffffffffffff";
}
