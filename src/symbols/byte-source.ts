/** Bytes that are read piece by piece: a file, a part of one, or memory. */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { bytePath } from "../files/index.js";
import { ElfError } from "./elf-error.js";

export interface ByteSource {
  /** For messages. */
  readonly name: string;
  readonly size: number;
  /** @throws {@link ElfError} when the range is not wholly inside */
  read(offset: number, length: number): Uint8Array;
  /** The same, into memory that is there. */
  readInto(offset: number, target: Uint8Array): void;
  close(): void;
}

export class MemorySource implements ByteSource {
  readonly name: string;
  readonly #bytes: Uint8Array;

  constructor(name: string, bytes: Uint8Array) {
    this.name = name;
    this.#bytes = bytes;
  }

  get size(): number {
    return this.#bytes.length;
  }

  read(offset: number, length: number): Uint8Array {
    checkRange(this, offset, length);
    return this.#bytes.subarray(offset, offset + length);
  }

  readInto(offset: number, target: Uint8Array): void {
    target.set(this.read(offset, target.length));
  }

  close(): void {}
}

/** A file or a part of one, such as a member of an archive. */
export class FileSource implements ByteSource {
  readonly name: string;
  readonly size: number;
  readonly #fd: number;
  readonly #start: number;
  #isOpen = true;

  /** @throws the error of `open(2)` */
  constructor(path: string, part?: { readonly name: string; readonly offset: number; readonly size: number }) {
    this.name = part?.name ?? path;
    this.#fd = openSync(bytePath(path), "r");
    this.#start = part?.offset ?? 0;
    this.size = part?.size ?? fstatSync(this.#fd).size;
  }

  read(offset: number, length: number): Uint8Array {
    checkRange(this, offset, length);
    const bytes = new Uint8Array(length);
    this.readInto(offset, bytes);
    return bytes;
  }

  readInto(offset: number, target: Uint8Array): void {
    const { length } = target;
    checkRange(this, offset, length);
    // Its number may be another file's by now.
    if (!this.#isOpen) throw new ElfError(this.name, "is not open any more");
    for (let done = 0; done < length;) {
      const got = readSync(this.#fd, target, done, length - done, this.#start + offset + done);
      if (got === 0) throw new ElfError(this.name, `ends at ${offset + done}, while it is read`);
      done += got;
    }
  }

  close(): void {
    if (this.#isOpen) closeSync(this.#fd);
    this.#isOpen = false;
  }
}

function checkRange(source: ByteSource, offset: number, length: number): void {
  const isInside = offset >= 0 && length >= 0 && offset + length <= source.size;
  if (!isInside) throw new ElfError(source.name, `bytes ${offset} to ${offset + length} are outside of the file`);
}
