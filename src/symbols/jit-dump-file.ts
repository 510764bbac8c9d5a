import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { bytePath, isRegularFile } from "../files/index.js";
import { JitDump } from "./jit-dump.js";
import type { ProcessImage } from "./process-images.js";
import type { UserSymbol } from "./user-symbols.js";

/** Compilers map the file to run it, so that those who watch learn where it is. */
const NAME = /\/jit-\d+\.dump$/;

/** It is read piece by piece: there is all code in it. */
const PIECE_BYTES = 1 << 22;
/** No function has more code, or lines. */
const MAX_PIECE_BYTES = 1 << 26;

/** What a process has written of the code that it makes, as far as it has been read. */
export class JitDumpFile {
  readonly #image: ProcessImage;
  readonly #dump = new JitDump();
  #path: string | undefined;
  #doneBytes = 0;

  constructor(image: ProcessImage) {
    this.#image = image;
  }

  find(address: bigint): UserSymbol | undefined {
    const symbol = this.#path === undefined ? undefined : this.#dump.find(address);
    return symbol && { ...symbol, module: this.#path ?? "" };
  }

  lineAt(address: bigint): { readonly file: string; readonly line: number } | undefined {
    return this.#dump.lineAt(address);
  }

  /** Reads what has been written since. */
  refresh(): void {
    this.#path ??= this.#image.pathMatching(NAME);
    if (this.#path === undefined) return;
    const path = this.#image.rootPrefix + this.#path;
    let fd: number | undefined;
    try {
      if (this.#dump.isBroken || !isRegularFile(path)) return;
      fd = openSync(bytePath(path), "r");
      this.#readOn(fd, fstatSync(fd).size);
    } catch {
      // Gone, or not to be read: what was known of it counts.
    } finally {
      if (fd !== undefined) closeSync(fd);
    }
  }

  #readOn(fd: number, size: number): void {
    for (let pieceBytes = PIECE_BYTES; this.#doneBytes < size;) {
      const bytes = Buffer.alloc(Math.min(pieceBytes, size - this.#doneBytes));
      const read = readSync(fd, bytes, 0, bytes.length, this.#doneBytes);
      const done = this.#dump.add(bytes.subarray(0, read));
      this.#doneBytes += done;
      if (done > 0) continue;
      // A record larger than a piece, or one that is not whole yet.
      if (this.#dump.isBroken || read < pieceBytes || pieceBytes >= MAX_PIECE_BYTES) return;
      pieceBytes *= 2;
    }
  }
}
