/**
 * `jit-PID.dump`: what a just-in-time compiler has made, in the order of time, with its sources' lines. All of it is little-endian.
 *
 * @see Linux, tools/perf/Documentation/jitdump-specification.txt
 */
import type { NearestSymbol } from "./address-index.js";

const MAGIC = 0x4a69_5444;
const HEADER_BYTES = 40;
const RECORD_HEADER_BYTES = 16;
const RECORD = { load: 0, move: 1, debugInfo: 2 } as const;

interface Code {
  readonly start: number;
  readonly bytes: number;
  readonly name: string;
  readonly lines: readonly Line[];
}

interface Line {
  readonly address: number;
  readonly file: string;
  readonly line: number;
}

/** Grows with the file. Addresses are numbers: those of processes are exact. */
export class JitDump {
  /** There was no record where one should begin: from there on nothing can be read. */
  isBroken = false;
  /** The newest last. */
  #codes: Code[] = [];
  /** Of the function that is loaded next, by where it will be. */
  readonly #lines = new Map<number, readonly Line[]>();
  /** Ascending, what is still there; undefined when more has come. */
  #byStart: readonly Code[] | undefined;

  /**
   * Reads records from the start of `bytes`, the header of the file too, if there is one.
   *
   * @returns how many bytes are done with: a record that is not whole yet is not
   */
  add(bytes: Buffer): number {
    let at = bytes.length >= HEADER_BYTES && bytes.readUInt32LE(0) === MAGIC ? headerBytes(bytes) : 0;
    while (at + RECORD_HEADER_BYTES <= bytes.length) {
      const size = bytes.readUInt32LE(at + 4);
      this.isBroken = size < RECORD_HEADER_BYTES;
      if (this.isBroken || at + size > bytes.length) break;
      this.#record(bytes.readUInt32LE(at), bytes.subarray(at + RECORD_HEADER_BYTES, at + size));
      at += size;
    }
    return at;
  }

  find(address: bigint): NearestSymbol | undefined {
    const code = this.#codeAt(Number(address));
    return code && { name: code.name, offset: address - BigInt(code.start) };
  }

  lineAt(address: bigint): { readonly file: string; readonly line: number } | undefined {
    const wanted = Number(address);
    const found = this.#codeAt(wanted)?.lines.findLast((line) => line.address <= wanted);
    return found && { file: found.file, line: found.line };
  }

  #record(kind: number, body: Buffer): void {
    if (kind === RECORD.load) this.#load(body);
    else if (kind === RECORD.move) this.#move(body);
    else if (kind === RECORD.debugInfo) this.#debugInfo(body);
  }

  /** `u32 pid, tid; u64 vma, code address, code size, index; char name[]`, and the code. */
  #load(body: Buffer): void {
    if (body.length < 40) return;
    const start = u64(body, 16);
    const end = body.indexOf(0, 40);
    const name = body.toString("latin1", 40, end === -1 ? undefined : end);
    this.#add({ start, bytes: u64(body, 24), name, lines: this.#lines.get(start) ?? [] });
    this.#lines.delete(start);
  }

  /** `u32 pid, tid; u64 vma, old address, new address, code size, index` */
  #move(body: Buffer): void {
    if (body.length < 48) return;
    const [from, to] = [u64(body, 16), u64(body, 24)];
    const code = this.#codes.findLast(({ start }) => start === from);
    if (code === undefined) return;
    const lines = code.lines.map((line) => ({ ...line, address: line.address - from + to }));
    this.#add({ ...code, start: to, bytes: u64(body, 32), lines });
  }

  /** `u64 code address, entries; { u64 address; u32 line, discriminator; char file[] }[]`; `\xff` is the file before. */
  #debugInfo(body: Buffer): void {
    if (body.length < 16) return;
    const count = u64(body, 8);
    const lines: Line[] = [];
    let file = "";
    for (let at = 16; lines.length < count && at + 16 < body.length;) {
      const end = body.indexOf(0, at + 16);
      if (end === -1) break;
      const name = body.toString("latin1", at + 16, end);
      if (name !== "\xff") file = name;
      lines.push({ address: u64(body, at), file, line: body.readUInt32LE(at + 8) });
      at = end + 1;
    }
    this.#lines.set(
      u64(body, 0),
      lines.sort((a, b) => a.address - b.address),
    );
  }

  #add(code: Code): void {
    this.#codes.push(code);
    this.#byStart = undefined;
  }

  #codeAt(address: number): Code | undefined {
    const codes = (this.#byStart ??= this.#sorted());
    let [low, high] = [0, codes.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((codes[middle] as Code).start <= address) low = middle + 1;
      else high = middle;
    }
    const code = codes[low - 1];
    return code !== undefined && address < code.start + code.bytes ? code : undefined;
  }

  /** Newer code takes the place of what was there. */
  #sorted(): readonly Code[] {
    const byStart = new Map<number, Code>();
    for (const code of this.#codes) byStart.set(code.start, code);
    this.#codes = [...byStart.values()];
    return this.#codes.toSorted((a, b) => a.start - b.start);
  }
}

/** `u32 magic, version, header bytes, machine, 0, pid; u64 time, flags` */
const headerBytes = (bytes: Buffer): number => Math.max(bytes.readUInt32LE(8), HEADER_BYTES);

const u64 = (bytes: Buffer, at: number): number => bytes.readUInt32LE(at) + bytes.readUInt32LE(at + 4) * 2 ** 32;
