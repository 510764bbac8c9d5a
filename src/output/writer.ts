/** Program output on its way to a file descriptor: byte strings, gathered and written in large pieces. */
import { writeSync } from "node:fs";
import type { Memory } from "./memory.js";
import { TextBuffer, type TextWriter } from "./text-buffer.js";

/** `-B`: when text leaves. `line` and `full` differ only while a batch of events is being handled. */
export type Buffering = "line" | "full" | "none";

/** Text beyond this is written without waiting for the end of a batch. */
const FULL_LENGTH = 1 << 16;
const STANDARD_OUTPUT = 1;
const STANDARD_ERROR = 2;
/** How long to sleep when a pipe of a slow reader is full and does not block. */
const RETRY_MS = 1;

/** Where text goes. */
export interface Sink {
  write(text: string): void;
  /** What `writer` makes of the record at `at`: for what comes by the million. Nothing of it if it throws. */
  append(writer: TextWriter, m: Memory, at: number): void;
  /** After each batch of events. */
  endOfBatch(): void;
  flush(): void;
  /** The reader has gone away; nothing that is written goes anywhere. */
  readonly isClosed: boolean;
}

export class Writer implements Sink {
  readonly #fd: number;
  readonly #buffering: Buffering;
  readonly #pending = new TextBuffer();
  #isClosed = false;

  constructor(fd: number, buffering: Buffering) {
    this.#fd = fd;
    this.#buffering = buffering;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  write(text: string): void {
    this.#pending.string(text);
    this.#leaveIfFull();
  }

  append(writer: TextWriter, m: Memory, at: number): void {
    const before = this.#pending.length;
    try {
      writer(m, at, this.#pending);
    } catch (error) {
      this.#pending.truncate(before);
      throw error;
    }
    this.#leaveIfFull();
  }

  /** Whole lines leave, unless they are to be gathered until the buffer is full. */
  endOfBatch(): void {
    if (this.#buffering === "line") this.flush();
  }

  flush(): void {
    if (this.#pending.length === 0) return;
    try {
      if (!this.#isClosed) this.#isClosed = !writeAll(this.#fd, this.#pending.bytes);
    } finally {
      // What could not be written is not tried again at the end.
      this.#pending.clear();
    }
  }

  #leaveIfFull(): void {
    if (this.#pending.length >= FULL_LENGTH || this.#buffering === "none") this.flush();
  }
}

let hasLostReader = false;

/** Of standard output, whoever wrote to it: there is one for the whole process. */
export const standardOutputHasLostReader = (): boolean => hasLostReader;

/** False when the reader has gone away. */
function writeAll(fd: number, bytes: Buffer): boolean {
  for (let written = 0; written < bytes.length;) {
    try {
      written += writeSync(fd, bytes, written);
    } catch (error) {
      const code = error instanceof Error && "code" in error ? error.code : undefined;
      if (code === "EPIPE") {
        hasLostReader ||= fd === STANDARD_OUTPUT;
        return false;
      }
      if (code !== "EAGAIN") {
        // There is no other place where it could be said.
        if (fd === STANDARD_ERROR) return false;
        throw error;
      }
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS);
    }
  }
  return true;
}
