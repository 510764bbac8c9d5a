/** The addon's exports, as `native/*.cc` documents them. */

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
  bpf(command: number, attr: Uint8Array, pointers: readonly Pointer[], expected: number): number;
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
