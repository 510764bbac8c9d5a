/**
 * `/proc/kallsyms`: the addresses of the kernel's functions, 120,000 lines in order of modules.
 *
 *     ffffffff81000000 T _stext
 *     ffffffffc0a01000 t helper	[module]
 */
import { readFileSync } from "node:fs";
import type { NearestSymbol } from "./address-index.js";
import { KernelAddressIndex } from "./kernel-address-index.js";
import { throwScarcity } from "../files/index.js";

const PATH = "/proc/kallsyms";

export interface KernelFunctionSymbol {
  readonly name: string;
  readonly module: string;
  readonly address: bigint;
}

/** Code is of type `t` or `w`, in upper case when it is known to other files. */
const FUNCTION_LINE = /^([0-9a-f]+) [tTwW] ([^\s]+)(?:\t\[([^\]]+)\])?$/;

const FUNCTION_NAME = /^[0-9a-f]+ [tTwW] ([^\s]+)/gm;

const ANY_NAME = /^[0-9a-f]+ \S ([^\s]+)/gm;

/** Where the code of the kernel itself begins, and ends. */
const KERNEL_TEXT: readonly string[] = ["_stext", "_etext"];

/** Questions by name search the bytes; only questions by address take the whole list apart. */
export class KernelSymbols {
  readonly #path: string;
  #bytes: Buffer | undefined;
  #index: KernelAddressIndex | undefined;
  #kernelText: readonly (bigint | undefined)[] | undefined;

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

  /** All functions of these names, in the order of the list; none when addresses are hidden. */
  functionsNamed(names: ReadonlySet<string>): readonly KernelFunctionSymbol[] {
    const found: KernelFunctionSymbol[] = [];
    for (const line of this.#text().toString("latin1").split("\n")) {
      const [, hex, name, module = "vmlinux"] = FUNCTION_LINE.exec(line) ?? [];
      if (hex === undefined || name === undefined || !names.has(name)) continue;
      const address = BigInt(`0x${hex}`);
      if (address !== 0n) found.push({ name, module, address });
    }
    return found;
  }

  /** Of all functions, in the order of the list. */
  functionNames(): readonly string[] {
    return this.#namesIn(FUNCTION_NAME);
  }

  /** Of everything. */
  names(): readonly string[] {
    return this.#namesIn(ANY_NAME);
  }

  #namesIn(lines: RegExp): readonly string[] {
    return Array.from(this.#text().toString("latin1").matchAll(lines), ([, name = ""]) => name);
  }

  /** The symbol with the greatest start that is not behind the address. */
  symbolAt(address: bigint): NearestSymbol | undefined {
    return (this.#index ??= new KernelAddressIndex(this.#text())).find(address);
  }

  /** The module that code is in; undefined in the kernel itself, of which that is known without the whole list. */
  moduleAt(address: bigint): string | undefined {
    const [start, end] = (this.#kernelText ??= KERNEL_TEXT.map((name) => this.addressOf(name)));
    if (start !== undefined && end !== undefined && address >= start && address < end) return undefined;
    return (this.#index ??= new KernelAddressIndex(this.#text())).moduleAt(address);
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
  } catch (error) {
    throwScarcity(error);
    return Buffer.alloc(0);
  }
}
