/**
 * `/proc/kallsyms`: the addresses of the kernel's functions, 120,000 lines in order of modules.
 *
 *     ffffffff81000000 T _stext
 *     ffffffffc0a01000 t helper	[module]
 */
import { readFileSync } from "node:fs";
import type { NearestSymbol } from "./address-index.js";

const PATH = "/proc/kallsyms";

/** Questions by name search the bytes; only questions by address take the whole list apart. */
export class KernelSymbols {
  readonly #path: string;
  #bytes: Buffer | undefined;
  #index: KernelAddressIndex | undefined;

  constructor(path = PATH) {
    this.#path = path;
  }

  /** Whether there is a symbol of that name, in the kernel or in a module. */
  has(name: string): boolean {
    return isName(name) && (this.#find(name, "\n") !== -1 || this.#find(name, "\t") !== -1);
  }

  /** The address of a symbol of the kernel itself; `undefined` when there is none or addresses are hidden. */
  addressOf(name: string): bigint | undefined {
    const at = isName(name) ? this.#find(name, "\n") : -1;
    if (at === -1) return undefined;
    const bytes = this.#text();
    const line = bytes.toString("latin1", bytes.lastIndexOf(10, at) + 1, at);
    const address = BigInt(`0x${line.slice(0, line.indexOf(" "))}`);
    return address === 0n ? undefined : address;
  }

  /** The symbol with the greatest start that is not behind the address. */
  symbolAt(address: bigint): NearestSymbol | undefined {
    return (this.#index ??= indexAddresses(this.#text().toString("latin1"))).find(address);
  }

  /** Forgets what was read: programs and modules come and go. */
  refresh(): void {
    this.#bytes = undefined;
    this.#index = undefined;
  }

  /** The offset of the name's first byte. */
  #find(name: string, end: "\n" | "\t"): number {
    const at = this.#text().indexOf(Buffer.from(` ${name}${end}`, "latin1"));
    return at === -1 ? -1 : at + 1;
  }

  #text(): Buffer {
    return (this.#bytes ??= readOrNothing(this.#path));
  }
}

const isName = (name: string): boolean => /^[^\s[]+$/.test(name);

function readOrNothing(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch {
    return Buffer.alloc(0);
  }
}

class KernelAddressIndex {
  /** Ascending. */
  readonly #starts: BigUint64Array;
  /** Where each symbol's line starts in the text. */
  readonly #lines: Uint32Array;
  readonly #text: string;

  constructor(text: string, starts: BigUint64Array, lines: Uint32Array) {
    this.#text = text;
    this.#starts = starts;
    this.#lines = lines;
  }

  find(address: bigint): NearestSymbol | undefined {
    let low = 0;
    let high = this.#starts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#starts[middle] as bigint) <= address) low = middle + 1;
      else high = middle;
    }
    const start = this.#starts[low - 1];
    if (start === undefined) return undefined;
    return { name: this.#nameAt(this.#lines[low - 1] as number), offset: address - start };
  }

  #nameAt(line: number): string {
    const [, name = ""] = /^\S+ \S ([^\s[]+)/.exec(this.#text.slice(line, line + 600)) ?? [];
    return name;
  }
}

/** Of several symbols at one address the first one in the file counts; sections and data do not count at all. */
function indexAddresses(text: string): KernelAddressIndex {
  const symbols: { start: bigint; line: number }[] = [];
  for (let line = 0; line < text.length;) {
    const end = text.indexOf("\n", line);
    const space = text.indexOf(" ", line);
    if (space !== -1 && TEXT_TYPES.has(text[space + 1] ?? "")) {
      const start = BigInt(`0x${text.slice(line, space)}`);
      if (start !== 0n) symbols.push({ start, line });
    }
    if (end === -1) break;
    line = end + 1;
  }
  symbols.sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : b.line - a.line));
  const starts = BigUint64Array.from(symbols, (s) => s.start);
  return new KernelAddressIndex(
    text,
    starts,
    Uint32Array.from(symbols, (s) => s.line),
  );
}

/** Code, as nm(1) letters it. */
const TEXT_TYPES: ReadonlySet<string> = new Set(["t", "T", "w", "W"]);
