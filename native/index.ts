/**
 * The typed face of the addon: system calls, and nothing that decides anything.
 *
 * Every failure is a {@link SystemCallError}. What has to be given back is an object with `close()`.
 */

import { readSync, writeSync, closeSync } from "node:fs";
import { constants } from "node:os";

/** What the addon throws when a system call fails. */
export interface SystemCallError extends Error {
  /** The name of the error number, such as "EPERM". */
  readonly code: string;
  /** The error number, positive as in the C headers. */
  readonly errno: number;
  readonly syscall: string;
}

/**
 * A pointer field of a structure: for the length of one call, the 8 bytes at `offset` hold the address of
 * `target`. The target may have pointers of its own.
 */
export interface Pointer {
  readonly offset: number;
  readonly target: NodeJS.TypedArray;
  readonly pointers?: readonly Pointer[];
}

export interface PerfEvent {
  /** `struct perf_event_attr`. */
  readonly attr: Uint8Array;
  readonly pointers?: readonly Pointer[];
  readonly pid: number;
  readonly cpu: number;
  readonly groupFd: number;
  readonly flags: number;
}

export interface RingBufferOptions {
  /** A map of type BPF_MAP_TYPE_RINGBUF. */
  readonly fd: Fd;
  /** The map's `max_entries`: a power of two. */
  readonly sizeBytes: number;
  /** A batch that has reached this size is handed over. Larger records are no trouble. */
  readonly batchBytes: number;
  /**
   * Under load batches are this far apart, or less when the ring is a quarter full. A burst of up to eight is
   * handed over at once, and so is a record that is sent with BPF_RB_FORCE_WAKEUP.
   */
  readonly intervalNs: number;
  /**
   * Called with one batch at a time, and always with the same object. The bytes are valid until it returns; the
   * next batch is collected meanwhile, and comes afterwards. What it throws is an uncaught exception.
   */
  readonly onBatch: (batch: Batch) => void;
}

/**
 * Records, one after the other, in the order of the ring. Each is
 *
 * ```
 * 0        4          8                 8 + length, rounded up to 8
 * | length | position | payload ... pad |        integers in the machine's byte order
 * ```
 *
 * `position` is the low half of the record's place in the ring's byte stream, which `bpf_ringbuf_query` also counts in.
 */
export interface Batch {
  /** The buffer of which the first `length` bytes are records. */
  readonly bytes: Buffer;
  /** Over the same memory as `bytes`, from its start. */
  readonly view: DataView;
  readonly length: number;
}

/** What a child becomes. Text is byte strings. */
export interface ProgramToRun {
  /** The program's file; no search is made. */
  readonly path: string;
  /** The program's own name included. */
  readonly argv: readonly string[];
  /** Of the form NAME=value. This process's environment when left out. */
  readonly env?: readonly string[];
  /** Where they are others than this process's. */
  readonly limits?: readonly ResourceLimit[];
  /** All others have their default action. */
  readonly ignoredSignals?: readonly number[];
}

/** For setrlimit(2). */
export interface ResourceLimit {
  readonly resource: number;
  readonly soft: bigint;
  readonly hard: bigint;
}

export interface SpawnOptions extends ProgramToRun {
  /** Stop once more when the new program is in place, before its first instruction, until `resume()`. */
  readonly stopAtExec: boolean;
}

/** How a child ended: one of the two is defined. */
export interface ExitStatus {
  readonly code: number | undefined;
  readonly signal: number | undefined;
}

/** What a program has printed on its standard streams, as a byte string, and how it ended. */
export interface Captured extends ExitStatus {
  readonly text: string;
}

/** No limit, in `getRlimit` and `setRlimit`. */
export const RLIM_INFINITY = 0xffff_ffff_ffff_ffffn;

export interface RawRingBuffer {
  readonly buffers: readonly [ArrayBuffer, ArrayBuffer];
  backlog(): number;
  drain(): void;
  hold(): void;
  resume(): void;
  stop(): void;
}

export interface RawMapMemory {
  readonly buffer: ArrayBuffer;
  close(): void;
}

export interface RawRingReader {
  readonly buffer: ArrayBuffer;
  take(): number;
  close(): void;
}

export interface RawStopLatch {
  readonly memory: ArrayBuffer;
  readonly fd: number;
  close(): void;
}

/** Lines that are not empty, as byte strings, sorted bytewise. */
export interface LineTable {
  readonly length: number;
  line(index: number): string | undefined;
  /** Where the lines begin that are not before `text`. */
  place(text: string): number;
  /**
   * @param ranges - from, to, from, to …
   * @param prefix - before each line; between two is a newline
   * @param isOfWords - what is before the first blank of each line, once
   */
  join(ranges: Uint32Array, prefix: string, isOfWords: boolean): string;
}

/** How a value lies in memory; the place in the list is its number in `native/rows.cc`. */
export const COLUMN_KINDS = ["signed", "unsigned", "double", "text", "cut-text"] as const;

/** One value of each entry of a map. */
export interface Column {
  readonly bytes: NodeJS.TypedArray;
  /** From one entry to the next, in bytes. */
  readonly stride: number;
  /** Of the first entry's value. */
  readonly offset: number;
  /** 1, 2, 4 or 8 bytes; of text what it has room for. */
  readonly width: number;
  /** A double is exact; text ends at its NUL, and where there is none it has been cut. */
  readonly kind: (typeof COLUMN_KINDS)[number];
  /** Numbers are divided by it, toward zero. */
  readonly divisor: number;
}

/** The text of each entry: columns between literals. */
export interface RowText {
  readonly columns: readonly Column[];
  /** Byte strings; one more than there are columns. */
  readonly literals: readonly string[];
  /** A byte string, which follows text that has been cut. */
  readonly mark: string;
}

export interface Closable {
  close(): void;
}

export interface RawProgram {
  readonly path: Uint8Array;
  readonly argv: Uint8Array;
  readonly env: Uint8Array | undefined;
  readonly limits: BigUint64Array;
  readonly ignoredSignals: Int32Array;
}

/** The addon's exports, as `native/*.cc` documents them. */
export interface Addon {
  bpf(command: number, attr: Uint8Array, pointers: readonly Pointer[]): number;
  perfEventOpen(
    attr: Uint8Array,
    pointers: readonly Pointer[],
    pid: number,
    cpu: number,
    groupFd: number,
    flags: number,
  ): number;
  ioctl(fd: number, request: number, argument: number | NodeJS.TypedArray): number;
  close(fd: number): void;
  closeMany(fds: Int32Array, threads: number): Promise<void>;
  detachLater(fds: Int32Array): void;
  pidfdOpen(pid: number): number;
  openFilesystem(type: string): number;
  capget(): bigint;
  getRlimit(resource: number): [bigint, bigint];
  setRlimit(resource: number, soft: bigint, hard: bigint): void;
  clockNs(clockId: number): bigint;
  demangle(symbol: string): string | undefined;
  mapFile(fd: number, length: number): ArrayBuffer;
  readFully(fd: number, bytes: Uint8Array): number;
  walkBtfTypes(
    words: Uint32Array,
    fixed: Int16Array,
    each: Int16Array,
    starts: Int32Array,
    kinds: Uint8Array,
    names: Uint32Array,
  ): [count: number, end: number];
  sortRows(entries: Uint32Array, views: readonly NodeJS.TypedArray[], columns: Uint32Array): void;
  writeRows(
    entries: Uint32Array,
    to: Uint8Array,
    views: readonly NodeJS.TypedArray[],
    columns: Uint32Array,
    literals: Uint8Array,
    ends: Int32Array,
  ): [rows: number, bytes: number];
  throwErrno(syscall: string, errno: number): never;
  exitNow(status: number): never;
  spawnStopped(program: RawProgram, traced: boolean): [number, number, number];
  capture(program: RawProgram, stop: number): [number | undefined, Buffer];
  awaitReadable(fd: number, stop: number): boolean;
  waitChild(pid: number, block: boolean): number | undefined;
  ptraceDetach(pid: number): void;
  ptraceSeize(pid: number): void;
  ptraceRunTo(pid: number, address: bigint): boolean;
  readonly FdWatcher: new (fd: number, onReadable: () => void) => Closable;
  readonly RingReader: new (fd: number, sizeBytes: number) => RawRingReader;
  readonly StopLatch: new (signals: Int32Array) => RawStopLatch;
  readonly LineTable: new (bytes: Uint8Array, without: string) => LineTable;
  readonly MapMemory: new (fd: number, length: number, writable: boolean) => RawMapMemory;
  readonly RingBuffer: new (
    fd: number,
    sizeBytes: number,
    batchBytes: number,
    intervalNs: number,
    onBatch: (which: 0 | 1, usedBytes: number) => void,
  ) => RawRingBuffer;
}

const CLOSED = -1;

/** An open file descriptor. It closes on exec. */
export class Fd {
  readonly #addon: Addon;
  #number: number;

  /** Takes over `number`. */
  constructor(addon: Addon, number: number) {
    this.#addon = addon;
    this.#number = number;
  }

  get number(): number {
    if (this.#number === CLOSED) throw new Error("the file descriptor has been closed");
    return this.#number;
  }

  /** Once or more often. */
  close(): void {
    if (this.#number !== CLOSED) this.#addon.close(this.release());
  }

  /** Gives up the ownership. */
  release(): number {
    const { number } = this;
    this.#number = CLOSED;
    return number;
  }
}

/** The values of an array map, shared with the BPF programs. */
export class MapMemory {
  readonly #raw: RawMapMemory;
  /** Of length 0 after `close()`. */
  readonly bytes: Uint8Array;

  constructor(raw: RawMapMemory) {
    this.#raw = raw;
    this.bytes = new Uint8Array(raw.buffer);
  }

  close(): void {
    this.#raw.close();
  }
}

/** Takes the first of some signals that comes; what follows has the action that it had before. */
export class StopLatch {
  readonly #addon: Addon;
  readonly #raw: RawStopLatch;
  readonly #came: Int32Array;

  constructor(addon: Addon, signals: readonly number[]) {
    this.#addon = addon;
    this.#raw = new addon.StopLatch(Int32Array.from(signals));
    this.#came = new Int32Array(this.#raw.memory);
  }

  /** Whether one has come. No turn of the event loop is needed to see it. */
  get hasCome(): boolean {
    return Atomics.load(this.#came, 0) !== 0;
  }

  /** A descriptor that is readable from then on. */
  get fd(): number {
    return this.#raw.fd;
  }

  /** Calls back from the event loop, again and again, once one has come; keeps the loop alive until `close()`. */
  watch(onCome: () => void): Closable {
    return new this.#addon.FdWatcher(this.fd, onCome);
  }

  close(): void {
    this.#raw.close();
  }
}

/** Consumes a BPF ring buffer on a thread of its own, from construction until `stop()`. */
export class RingBuffer {
  readonly #raw: RawRingBuffer;

  constructor(addon: Addon, options: RingBufferOptions) {
    const { sizeBytes } = options;
    if (sizeBytes <= 0 || (sizeBytes & (sizeBytes - 1)) !== 0) {
      throw new RangeError("the size of a ring buffer is a power of two");
    }
    const batches = [] as { bytes: Buffer; view: DataView; length: number }[];
    const onBatch = (which: 0 | 1, usedBytes: number): void => {
      const batch = batches[which]!;
      batch.length = usedBytes;
      options.onBatch(batch);
    };
    this.#raw = new addon.RingBuffer(options.fd.number, sizeBytes, options.batchBytes, options.intervalNs, onBatch);
    for (const buffer of this.#raw.buffers) {
      batches.push({ bytes: Buffer.from(buffer), view: new DataView(buffer), length: 0 });
    }
  }

  /** Bytes in the ring that have not been collected, headers included. */
  get backlogBytes(): number {
    return this.#raw.backlog();
  }

  /**
   * Calls `onBatch`, before it returns, for everything that was committed when it was called, after what was handed over
   * earlier. It cannot be called from `onBatch`.
   */
  drain(): void {
    this.#raw.drain();
  }

  /**
   * Hands over nothing more until `resume()`, but for at most one batch that is on its way and what `drain()` asks for:
   * the ring fills up, and what finds no room in it is lost where it is sent.
   */
  hold(): void {
    this.#raw.hold();
  }

  resume(): void {
    this.#raw.resume();
  }

  /** Ends the thread and lets go of the ring. What has not been drained is lost. Once or more often, and last. */
  stop(): void {
    this.#raw.stop();
  }
}

/** Reads a BPF ring buffer when it is asked to. */
export class RingReader {
  readonly #raw: RawRingReader;
  readonly #batch: { readonly bytes: Buffer; readonly view: DataView; length: number };

  constructor(addon: Addon, fd: Fd, sizeBytes: number) {
    this.#raw = new addon.RingReader(fd.number, sizeBytes);
    const { buffer } = this.#raw;
    this.#batch = { bytes: Buffer.from(buffer), view: new DataView(buffer), length: 0 };
  }

  /** What has been committed, and gives its room back. It is valid until the next call. */
  take(): Batch {
    this.#batch.length = this.#raw.take();
    return this.#batch;
  }

  close(): void {
    this.#raw.close();
  }
}

/** A child process, created but waiting for `release()`. It dies when this process does. */
export class Child {
  readonly #addon: Addon;
  readonly #permission: number;
  readonly #report: number;
  readonly #stopAtExec: boolean;
  readonly #pidfd: Fd;
  #watcher: Closable | undefined;
  #isReleased = false;
  #status: ExitStatus | undefined;
  readonly pid: number;

  constructor(addon: Addon, options: SpawnOptions) {
    const [pid, permission, report] = addon.spawnStopped(rawProgram(options), options.stopAtExec);
    this.#addon = addon;
    this.#permission = permission;
    this.#report = report;
    this.#stopAtExec = options.stopAtExec;
    this.pid = pid;
    try {
      this.#pidfd = new Fd(addon, addon.pidfdOpen(pid));
    } catch (error) {
      this.#abandon();
      throw error;
    }
  }

  /**
   * Lets the child execute its program, and returns when it does.
   *
   * @throws {@link SystemCallError} of `execve`
   */
  release(): void {
    this.#isReleased = true;
    writeSync(this.#permission, "x");
    closeSync(this.#permission);
    const errno = new Int32Array(1);
    const isReported = readSync(this.#report, errno) === errno.byteLength;
    closeSync(this.#report);
    if (isReported) this.#addon.throwErrno("execve", errno[0]!);
    if (this.#stopAtExec) this.#reap(true);
  }

  /**
   * Lets the child execute its program up to its first instruction, when its libraries are loaded: there it stays until
   * {@link Child.resume}. Not before {@link Child.release}.
   *
   * @returns false where it has not come so far: then it runs, or has ended
   * @throws {@link SystemCallError} of `execve` or `ptrace`
   */
  runToEntry(entryOf: (pid: number) => bigint | undefined): boolean {
    this.#addon.ptraceSeize(this.pid);
    this.release();
    // It stops when it has executed the program.
    if (this.#reap(true) !== undefined) return false;
    const entry = entryOf(this.pid);
    if (entry === undefined) {
      this.resume();
      return false;
    }
    const isThere = this.#addon.ptraceRunTo(this.pid, entry);
    if (!isThere) this.#reap(false);
    return isThere;
  }

  /** Ends the stop at exec. */
  resume(): void {
    this.#addon.ptraceDetach(this.pid);
  }

  /** Calls back once, from the event loop, when the child has ended. */
  onExit(callback: (status: ExitStatus) => void): void {
    this.#watcher = new this.#addon.FdWatcher(this.#pidfd.number, () => {
      const status = this.#reap(false);
      if (status === undefined) return;
      this.#unwatch();
      callback(status);
    });
  }

  /** Sends a signal, unless the child has already been seen to have ended. */
  kill(signal: NodeJS.Signals): void {
    if (this.#status === undefined) process.kill(this.pid, signal);
  }

  /** Blocks until the child has ended. */
  wait(): ExitStatus {
    for (;;) {
      const status = this.#reap(true);
      if (status !== undefined) return status;
    }
  }

  /** Lets go of the child, which never runs if it has not been released. */
  close(): void {
    this.#unwatch();
    this.#pidfd.close();
    if (this.#isReleased) return;
    this.#isReleased = true;
    this.#abandon();
  }

  /** Without permission it ends. */
  #abandon(): void {
    closeSync(this.#permission);
    closeSync(this.#report);
    this.wait();
  }

  #unwatch(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
  }

  #reap(block: boolean): ExitStatus | undefined {
    if (this.#status === undefined) {
      const status = this.#addon.waitChild(this.pid, block);
      if (status !== undefined) this.#status = exitStatusOf(status);
    }
    return this.#status;
  }
}

/** From the status of wait(2). Undefined when the child has merely stopped. */
function exitStatusOf(status: number): ExitStatus | undefined {
  const signal = status & 0x7f;
  if (signal === 0x7f) return undefined;
  return signal === 0 ? { code: (status >> 8) & 0xff, signal: undefined } : { code: undefined, signal };
}

const rawProgram = ({ path, argv, env, limits = [], ignoredSignals = [] }: ProgramToRun): RawProgram => ({
  path: Buffer.from(path, "latin1"),
  argv: stringBlock(argv),
  env: env && stringBlock(env),
  limits: BigUint64Array.from(limits.flatMap(({ resource, soft, hard }) => [BigInt(resource), soft, hard])),
  ignoredSignals: Int32Array.from(ignoredSignals),
});

/** Strings, each with a NUL after it. */
function stringBlock(strings: readonly string[]): Uint8Array {
  return Buffer.from(strings.map((text) => `${text}\0`).join(""), "latin1");
}

function releaseAll(fds: readonly Fd[]): Int32Array {
  return Int32Array.from(fds, (fd) => fd.release());
}

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
    return persistently(() => this.#addon.bpf(command, attr, pointers));
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

const viewsOf = (columns: readonly Column[]): readonly NodeJS.TypedArray[] => columns.map(({ bytes }) => bytes);

/** As `native/rows.cc` has them: a column is six numbers. */
const numbersOf = (columns: readonly Column[]): Uint32Array =>
  Uint32Array.from(
    columns.flatMap(({ stride, offset, width, kind, divisor }, view) => [
      view,
      stride,
      offset,
      width,
      COLUMN_KINDS.indexOf(kind),
      divisor,
    ]),
  );
