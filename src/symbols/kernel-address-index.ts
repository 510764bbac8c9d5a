import type { NearestSymbol } from "./address-index.js";
import { permuted } from "./permuted.js";

/** The kernel's half of the address space starts here or later, on x86_64 and arm64. Distances from it are exact. */
const KERNEL_START = 0xffff_0000_0000_0000n;
const KERNEL_START_HIGH = 0xffff_0000;
const ADDRESS_DIGITS = 16;
const NEWLINE = 10;

/** Code, as nm(1) letters it. */
const CODE_TYPES: ReadonlySet<number> = new Set(Array.from("tTwW", (letter) => letter.charCodeAt(0)));

/**
 * The code symbols of `/proc/kallsyms` by address. The file has 120,000 lines and more, so it is taken apart as bytes,
 * and only the addresses: a name is read when it is an answer.
 */
export class KernelAddressIndex {
  readonly #bytes: Buffer;
  /** Ascending; distances from {@link KERNEL_START}. */
  readonly #starts: Float64Array;
  /** Where the names start in the bytes. */
  readonly #names: Uint32Array;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    const { starts, names } = readLines(bytes);
    const order = ascending(starts);
    this.#starts = permuted(starts, order, new Float64Array(order.length));
    this.#names = permuted(names, order, new Uint32Array(order.length));
  }

  /** The symbol with the greatest start that is not behind the address: of several the first one in the file. */
  find(address: bigint): NearestSymbol | undefined {
    const found = this.#nearest(address);
    return found && { name: this.#lineAt(found.nameAt).split("\t", 1)[0] ?? "", offset: found.offset };
  }

  /** The module that has it; undefined in the kernel itself. */
  moduleAt(address: bigint): string | undefined {
    const found = this.#nearest(address);
    return found && /\t\[([^\]]+)\]$/.exec(this.#lineAt(found.nameAt))?.[1];
  }

  #nearest(address: bigint): { readonly nameAt: number; readonly offset: bigint } | undefined {
    const distance = Number(address - KERNEL_START);
    let low = 0;
    let high = this.#starts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#starts[middle] as number) <= distance) low = middle + 1;
      else high = middle;
    }
    const start = this.#starts[low - 1];
    if (start === undefined) return undefined;
    let first = low - 1;
    while (this.#starts[first - 1] === start) first--;
    return { nameAt: this.#names[first] as number, offset: BigInt(distance - start) };
  }

  /** From its name on: a symbol of a module has a tab and the module's name after it. */
  #lineAt(at: number): string {
    const end = this.#bytes.indexOf(NEWLINE, at);
    return this.#bytes.toString("latin1", at, end === -1 ? undefined : end);
  }
}

interface Lines {
  readonly starts: Float64Array;
  readonly names: Uint32Array;
}

/** One loop over all bytes. Lines of data, of hidden addresses and of per-CPU offsets are left out. */
function readLines(bytes: Buffer): Lines {
  // No line is shorter: address, blank, letter, blank, name, newline.
  const most = Math.ceil(bytes.length / (ADDRESS_DIGITS + 5));
  const starts = new Float64Array(most);
  const names = new Uint32Array(most);
  let count = 0;
  for (let line = 0; line < bytes.length;) {
    if (CODE_TYPES.has(bytes[line + ADDRESS_DIGITS + 1] ?? 0)) {
      const high = hexAt(bytes, line);
      if (high >= KERNEL_START_HIGH) {
        starts[count] = (high - KERNEL_START_HIGH) * 2 ** 32 + hexAt(bytes, line + 8);
        names[count++] = line + ADDRESS_DIGITS + 3;
      }
    }
    let end = line + ADDRESS_DIGITS + 3;
    while (end < bytes.length && bytes[end] !== NEWLINE) end++;
    line = end + 1;
  }
  return { starts: starts.subarray(0, count), names: names.subarray(0, count) };
}

/** The value of 8 hex digits. */
function hexAt(bytes: Buffer, at: number): number {
  let value = 0;
  for (let i = at; i < at + 8; i++) {
    const digit = bytes[i] as number;
    value = value * 16 + (digit < 0x3a ? digit - 0x30 : (digit | 0x20) - 0x57);
  }
  return value;
}

/**
 * The lines in ascending order of addresses, equal ones in order of the file. The kernel's own symbols come first in
 * the file, and are in order; modules and BPF programs are not.
 */
function ascending(starts: Float64Array): Uint32Array {
  const sorted = ascendingPrefix(starts);
  const rest = Uint32Array.from({ length: starts.length - sorted }, (_, i) => sorted + i);
  rest.sort((a, b) => (starts[a] as number) - (starts[b] as number) || a - b);
  const order = new Uint32Array(starts.length);
  for (let at = 0, i = 0, j = 0; at < order.length; at++) {
    const isFromRest =
      i === sorted || (j < rest.length && (starts[rest[j] as number] as number) < (starts[i] as number));
    order[at] = isFromRest ? (rest[j++] as number) : i++;
  }
  return order;
}

/** How many elements at the start are in order. */
function ascendingPrefix(values: Float64Array): number {
  let length = 1;
  while (length < values.length && (values[length] as number) >= (values[length - 1] as number)) length++;
  return Math.min(length, values.length);
}
