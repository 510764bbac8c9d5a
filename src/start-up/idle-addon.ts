import { readSync } from "node:fs";
import { walkTypes } from "../../codegen/btf/index.js";
import { type Addon, PlainLineTable, type RawRingBuffer } from "../kernel/index.js";

const MAP_NEXT_KEY = 4;
const MAP_LOOKUP_AND_DELETE = 21;
const MAP_LOOKUP_BATCH = 24;
const MAP_LOOKUP_AND_DELETE_BATCH = 25;
/** What tells that a map has no more entries. */
const FAILS = new Set([MAP_NEXT_KEY, MAP_LOOKUP_AND_DELETE, MAP_LOOKUP_BATCH, MAP_LOOKUP_AND_DELETE_BATCH]);
const FD = 1000;
const EVENT_BYTES = 512;

const ALL_CAPABILITIES = (1n << 64n) - 1n;

const nothing = (): void => {};
const unused = (): never => {
  throw new Error("not needed for a rehearsal");
};

/** In the place of the end of the process. */
export class Ended extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`the status is ${status}`);
    this.status = status;
  }
}

/**
 * An addon that asks nothing of the kernel that needs rights: everything works, maps are empty, and of each kind of event one
 * comes, all zeroes.
 *
 * @param eventKinds - how many kinds of event there are
 */
export function idleAddon(eventKinds: number): Addon {
  return {
    bpf: (command) => (FAILS.has(command) ? -1 : FD),
    perfEventOpen: () => FD,
    ioctl: () => 0,
    close: nothing,
    closeMany: () => Promise.resolve(),
    detachLater: nothing,
    pidfdOpen: () => FD,
    openFilesystem: unused,
    capget: () => ALL_CAPABILITIES,
    getRlimit: () => [0n, 0n],
    setRlimit: nothing,
    clockNs: () => 0n,
    demangle: () => undefined,
    mapFile: unused,
    readFully: readToEnd,
    walkBtfTypes(words, fixed, each, starts, kinds, names) {
      const [count, end] = walkTypes(words, { fixed, each }, { starts, kinds, names });
      return [count, end];
    },
    sortRows: nothing,
    writeRows: (entries) => [entries.length, 0],
    throwErrno: unused,
    exitNow(status) {
      throw new Ended(status);
    },
    spawnStopped: unused,
    ptraceSeize: unused,
    ptraceRunTo: unused,
    capture: unused,
    awaitReadable: unused,
    RingReader: class {
      buffer = new ArrayBuffer(8);
      take = () => 0;
      close = nothing;
    },
    StopLatch: class {
      memory = new ArrayBuffer(4);
      fd = -1;
      close = nothing;
    },
    waitChild: unused,
    ptraceDetach: unused,
    FdWatcher: class {
      readonly close = nothing;

      constructor(_fd: number, onReadable: () => void) {
        queueMicrotask(onReadable);
      }
    },
    LineTable: PlainLineTable,
    MapMemory: class {
      readonly buffer: ArrayBuffer;
      readonly close = nothing;

      constructor(_fd: number, lengthBytes: number) {
        this.buffer = new ArrayBuffer(lengthBytes);
      }
    },
    RingBuffer: ringOf(eventKinds),
  };
}

function readToEnd(fd: number, bytes: Uint8Array): number {
  let done = 0;
  for (let got = -1; got !== 0 && done < bytes.length; done += got)
    got = readSync(fd, bytes, done, bytes.length - done, null);
  return done;
}

function ringOf(eventKinds: number): Addon["RingBuffer"] {
  const buffer = new ArrayBuffer(eventKinds * EVENT_BYTES);
  const view = new DataView(buffer);
  for (let kind = 0; kind < eventKinds; kind++) {
    view.setUint32(kind * EVENT_BYTES, EVENT_BYTES - 8, true);
    view.setUint32(kind * EVENT_BYTES + 8, kind, true);
  }
  return class implements RawRingBuffer {
    readonly buffers = [buffer, buffer] as const;
    readonly drain: () => void;
    readonly hold = nothing;
    readonly resume = nothing;
    readonly stop = nothing;
    readonly backlog = (): number => 0;

    constructor(...[, , , , onBatch]: ConstructorParameters<Addon["RingBuffer"]>) {
      this.drain = () => onBatch(0, eventKinds * EVENT_BYTES);
    }
  };
}
