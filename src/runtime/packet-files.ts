/** The files that `skboutput()` names. */
import { closeSync, openSync, writeSync } from "node:fs";
import { bytePath } from "../files/index.js";
import { isSystemCallFailure, reasonOf } from "../kernel/index.js";
import { pcapFileHeader } from "../output/index.js";

export class PacketFile {
  readonly #path: string;
  readonly #standardOutput: number | undefined;
  #fd: number | undefined;
  #pending: Buffer[] = [];

  constructor(path: string, standardOutput: number | undefined) {
    this.#path = path;
    this.#standardOutput = standardOutput;
  }

  open(): void {
    this.#fd = this.#path === "-" ? this.#standard() : openSync(bytePath(this.#path), "w");
    this.add(pcapFileHeader());
    this.flush();
  }

  #standard(): number {
    if (this.#standardOutput !== undefined) return this.#standardOutput;
    throw new PacketFileError(
      "skboutput() may not write to the standard output of the program that traces: name a file",
    );
  }

  add(bytes: Buffer): void {
    this.#pending.push(bytes);
  }

  flush(): void {
    const bytes = Buffer.concat(this.#pending);
    this.#pending = [];
    for (let at = 0; this.#fd !== undefined && at < bytes.length;) at += writeSync(this.#fd, bytes, at);
  }

  close(): void {
    if (this.#fd !== undefined && this.#fd !== this.#standardOutput) closeSync(this.#fd);
    this.#fd = undefined;
  }
}

/** A file of packets cannot be made or written. */
export class PacketFileError extends Error {
  override readonly name = "PacketFileError";
}

/** One for each name. */
export class PacketFiles {
  readonly #files = new Map<string, PacketFile>();
  readonly #standardOutput: number | undefined;

  /** @param standardOutput - what "-" means; undefined: nothing */
  constructor(standardOutput: number | undefined) {
    this.#standardOutput = standardOutput;
  }

  named(path: string): PacketFile {
    const file = this.#files.get(path) ?? new PacketFile(path, this.#standardOutput);
    this.#files.set(path, file);
    return file;
  }

  /** @throws where one cannot be made */
  open(): void {
    for (const [path, file] of this.#files) telling(`Failed to create pcap file '${path}'`, () => file.open());
  }

  flush(): void {
    for (const [path, file] of this.#files) telling(`Failed to write pcap file '${path}'`, () => file.flush());
  }

  close(): void {
    for (const file of this.#files.values()) file.close();
  }
}

function telling(what: string, call: () => void): void {
  try {
    call();
  } catch (error) {
    if (!isSystemCallFailure(error)) throw error;
    throw new PacketFileError(`${what}: ${reasonOf(error)}`, { cause: error });
  }
}
