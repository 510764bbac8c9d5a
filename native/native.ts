/** All that the addon can do, typed. */
import { constants } from "node:os";
import type { Addon, Closable, LineTable, Pointer, SystemCallError } from "./addon.js";
import { Child, type SpawnOptions } from "./child.js";
import { Fd, releaseAll } from "./fd.js";
import { MapMemory } from "./map-memory.js";
import { type Captured, exitStatusOf, type ProgramToRun, rawProgram } from "./program.js";
import { RingBuffer, type RingBufferOptions, RingReader } from "./rings.js";
import { type Column, numbersOf, type RowText, viewsOf } from "./rows.js";
import { StopLatch } from "./stop-latch.js";

export interface PerfEvent {
  /** `struct perf_event_attr`. */
  readonly attr: Uint8Array;
  readonly pointers?: readonly Pointer[];
  readonly pid: number;
  readonly cpu: number;
  readonly groupFd: number;
  readonly flags: number;
}

/** No limit, in `getRlimit` and `setRlimit`. */
export const RLIM_INFINITY = 0xffff_ffff_ffff_ffffn;

const NO_ERROR = 0;

/** Errors that are an answer. */
export type ExpectedError = "ENOENT" | "EEXIST" | "EINVAL";

/** So often a call is made that says "try again". */
const MAX_ATTEMPTS = 100;

/**
 * The kernel breaks off some calls for the sake of a signal, the verification of a program above all. The addon defers what signals it
 * can; the others do not come often.
 */
function persistently(call: () => number): number {
  for (let attempt = 1; ; attempt++) {
    try {
      return call();
    } catch (error) {
      const { code } = error as SystemCallError;
      if (code !== "EINTR" && (code !== "EAGAIN" || attempt >= MAX_ATTEMPTS)) throw error;
    }
  }
}

/** All that the addon can do. */
export class Native {
  readonly #addon: Addon;

  constructor(addon: Addon) {
    this.#addon = addon;
  }

  /**
   * bpf(2). The kernel may write to `attr`.
   *
   * @returns what the call returns; use {@link bpfOpen} for commands that return a file descriptor
   */
  bpf(command: number, attr: Uint8Array, pointers: readonly Pointer[] = []): number {
    return persistently(() => this.#addon.bpf(command, attr, pointers, NO_ERROR));
  }

  /** bpf(2), which is expected to fail with one error at times. @returns whether it succeeded */
  bpfUnless(expected: ExpectedError, command: number, attr: Uint8Array, pointers: readonly Pointer[] = []): boolean {
    const errno = constants.errno[expected];
    return persistently(() => this.#addon.bpf(command, attr, pointers, errno)) >= 0;
  }

  bpfOpen(command: number, attr: Uint8Array, pointers: readonly Pointer[] = []): Fd {
    return new Fd(this.#addon, this.bpf(command, attr, pointers));
  }

  perfEventOpen(event: PerfEvent): Fd {
    const { attr, pointers = [], pid, cpu, groupFd, flags } = event;
    const open = (): number => this.#addon.perfEventOpen(attr, pointers, pid, cpu, groupFd, flags);
    return new Fd(this.#addon, persistently(open));
  }

  /** ioctl(2), with a number or the address of `argument`. */
  ioctl(fd: Fd, request: number, argument: number | NodeJS.TypedArray = 0): number {
    return persistently(() => this.#addon.ioctl(fd.number, request, argument));
  }

  /** Closes them on `threads` threads, none of which is JavaScript's. Errors are ignored. */
  closeMany(fds: readonly Fd[], threads: number): Promise<void> {
    return this.#addon.closeMany(releaseAll(fds), threads);
  }

  /**
   * Closes them at once as far as this process is concerned. The last copies are held, and closed in the background, by a
   * forked child that has none of our other files and may outlive us.
   */
  detachLater(fds: readonly Fd[]): void {
    if (fds.length > 0) this.#addon.detachLater(releaseAll(fds));
  }

  /** Maps the values of an array map with BPF_F_MMAPABLE. */
  mapMemory(fd: Fd, lengthBytes: number, options: { readonly writable: boolean }): MapMemory {
    return new MapMemory(new this.#addon.MapMemory(fd.number, lengthBytes, options.writable));
  }

  /** The first bytes of an open file, to be read only: whoever writes to them ends the process. */
  mapFile(fd: number, lengthBytes: number): Uint8Array {
    return new Uint8Array(this.#addon.mapFile(fd, lengthBytes));
  }

  /** Reads until `bytes` are full or the file ends. @returns how many there were */
  readFully(fd: number, bytes: Uint8Array): number {
    return this.#addon.readFully(fd, bytes);
  }

  /** As `WalkTypes` of codegen/btf. */
  walkBtfTypes(
    words: Uint32Array,
    { fixed, each }: { readonly fixed: Int16Array; readonly each: Int16Array },
    columns: { readonly starts: Int32Array; readonly kinds: Uint8Array; readonly names: Uint32Array },
  ): [count: number, end: number] {
    const { starts, kinds, names } = columns;
    return this.#addon.walkBtfTypes(words, fixed, each, starts, kinds, names);
  }

  /**
   * The lines of a byte string, which must stay as it is.
   *
   * @param without - none in which this stands; empty: all
   */
  lineTable(bytes: Uint8Array, without: string): LineTable {
    return new this.#addon.LineTable(bytes, without);
  }

  /** Puts numbers of entries into the order of columns, the first one first: numbers as signed ones, text bytewise. Stable. */
  sortRows(entries: Uint32Array, columns: readonly Column[]): void {
    this.#addon.sortRows(entries, viewsOf(columns), numbersOf(columns));
  }

  /**
   * The text of one entry after the other, until one might find no room.
   *
   * @returns how many there are, and the bytes that they take
   */
  writeRows(entries: Uint32Array, to: Uint8Array, { columns, literals, mark }: RowText): readonly [number, number] {
    const texts = [...literals, mark];
    const ends = new Int32Array(texts.length);
    let end = 0;
    for (const [i, text] of texts.entries()) ends[i] = end += text.length;
    const bytes = Buffer.from(texts.join(""), "latin1");
    return this.#addon.writeRows(entries, to, viewsOf(columns), numbersOf(columns), bytes, ends);
  }

  ringBuffer(options: RingBufferOptions): RingBuffer {
    return new RingBuffer(this.#addon, options);
  }

  ringReader(fd: Fd, sizeBytes: number): RingReader {
    return new RingReader(this.#addon, fd, sizeBytes);
  }

  spawnStopped(options: SpawnOptions): Child {
    return new Child(this.#addon, options);
  }

  /**
   * Runs a program to its end, and waits for it. When `stop` is readable it is asked to end, and not waited for much
   * longer.
   *
   * @param stop - a descriptor, or -1
   * @throws {@link SystemCallError} of `fork` or `execve`
   */
  capture(program: ProgramToRun, stop = -1): Captured {
    const [status, bytes] = this.#addon.capture(rawProgram(program), stop);
    const ended = (status === undefined ? undefined : exitStatusOf(status)) ?? { code: undefined, signal: undefined };
    return { ...ended, text: bytes.toString("latin1") };
  }

  /** Blocks until `fd` can be read. @returns false if `stop`, a descriptor or -1, is readable first */
  awaitReadable(fd: number, stop: number): boolean {
    return this.#addon.awaitReadable(fd, stop);
  }

  /** There is one at a time. */
  stopLatch(signals: readonly number[]): StopLatch {
    return new StopLatch(this.#addon, signals);
  }

  /** pidfd_open(2): readable, for {@link watch}, once the process has ended. */
  pidfdOpen(pid: number): Fd {
    return new Fd(this.#addon, this.#addon.pidfdOpen(pid));
  }

  /**
   * Mounts a file system nowhere: its root directory is the descriptor, only this process sees it, and it goes when the
   * descriptor does.
   */
  openFilesystem(type: string): Fd {
    return new Fd(this.#addon, this.#addon.openFilesystem(type));
  }

  /** Calls back from the event loop as long as `fd` is readable, and keeps the loop alive until `close()`. */
  watch(fd: Fd, onReadable: () => void): Closable {
    return new this.#addon.FdWatcher(fd.number, onReadable);
  }

  /** The effective capabilities of this process; bit n is capability n. */
  effectiveCapabilities(): bigint {
    return this.#addon.capget();
  }

  getRlimit(resource: number): { readonly soft: bigint; readonly hard: bigint } {
    const [soft, hard] = this.#addon.getRlimit(resource);
    return { soft, hard };
  }

  setRlimit(resource: number, limits: { readonly soft: bigint; readonly hard: bigint }): void {
    this.#addon.setRlimit(resource, limits.soft, limits.hard);
  }

  /** clock_gettime(2) in nanoseconds. */
  clockNs(clockId: number): bigint {
    return this.#addon.clockNs(clockId);
  }

  /** The readable form of a C++ symbol, or undefined when it is none. */
  demangle(symbol: string): string | undefined {
    return this.#addon.demangle(symbol);
  }

  /** _exit(2): no exit handlers run, nothing is flushed, and no time is spent on taking Node apart. */
  exitNow(status: number): never {
    return this.#addon.exitNow(status);
  }
}

/** Loads the addon from its file, and says of which version of tsbt it is. This works inside a start-up snapshot too, where `require` does not. */
export function loadNative(path: string): { readonly version?: string; readonly native: Native } {
  const module: { exports: { version?: string } } = { exports: {} };
  process.dlopen(module, path, constants.dlopen.RTLD_NOW);
  const { version } = module.exports;
  return { native: new Native(module.exports as Addon), ...(version === undefined ? {} : { version }) };
}
