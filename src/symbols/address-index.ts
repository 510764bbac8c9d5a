/** From addresses in a binary to the functions that cover them. */
import { permuted } from "./permuted.js";
import type { SymbolTable } from "./symbol-table.js";

export interface NearestSymbol {
  readonly name: string;
  /** From the symbol's start. */
  readonly offset: bigint;
}

/** A function, by the plainest of its names. */
export interface CoveringFunction {
  readonly name: string;
  readonly address: bigint;
  /** 0 when it is not known. */
  readonly bytes: bigint;
}

/** Functions may lie inside of others: so far back is looked for one that still covers an address. */
const MAX_NESTING = 8;

/**
 * Finds the function that covers an address, by binary search over sorted columns. A large program has 100,000
 * functions, of which a few are ever asked for: no object is made for any, and a name is read when it is an answer.
 *
 * Addresses are numbers here: those of user programs are below 2^47, and exact.
 */
export class AddressIndex {
  readonly #tables: readonly SymbolTable[];
  /** Ascending. */
  readonly #starts: Float64Array;
  /** By position among the starts: size in bytes, table and row. */
  readonly #sizes: Float64Array;
  readonly #tableNumbers: Uint8Array;
  readonly #rows: Uint32Array;

  constructor(tables: readonly SymbolTable[]) {
    this.#tables = tables;
    const columns = tables.map((table) => table.functionColumns());
    const count = columns.reduce((sum, column) => sum + column.rows.length, 0);
    const starts = new Float64Array(count);
    const sizes = new Float64Array(count);
    const rows = new Uint32Array(count);
    const tableNumbers = new Uint8Array(count);
    let at = 0;
    for (const [number, column] of columns.entries()) {
      starts.set(column.starts, at);
      sizes.set(column.sizes, at);
      rows.set(column.rows, at);
      tableNumbers.fill(number, at, at + column.rows.length);
      at += column.rows.length;
    }
    // Of equal starts the first one of the first table is last, and so comes first when looking back.
    const order = sortedOrder(starts);
    this.#starts = permuted(starts, order, new Float64Array(count));
    this.#sizes = permuted(sizes, order, new Float64Array(count));
    this.#rows = permuted(rows, order, new Uint32Array(count));
    this.#tableNumbers = permuted(tableNumbers, order, new Uint8Array(count));
  }

  /** `undefined` between functions. A function of unknown size has only its first address. */
  find(address: bigint): NearestSymbol | undefined {
    const found = this.functionAt(address);
    return found && { name: found.name, offset: address - found.address };
  }

  functionAt(address: bigint): CoveringFunction | undefined {
    const wanted = Number(address);
    let at = this.#lastStartingAtOrBefore(wanted);
    for (let depth = 0; at >= 0 && depth < MAX_NESTING; depth++) {
      const start = this.#starts[at] as number;
      const covering: Named[] = [];
      for (; at >= 0 && this.#starts[at] === start; at--) {
        const size = this.#sizes[at] as number;
        if (wanted === start || wanted - start < size) covering.push({ name: this.#nameAt(at), size });
      }
      const found = plainest(covering);
      if (found !== undefined) return { name: found.name, address: BigInt(start), bytes: BigInt(found.size) };
    }
    return undefined;
  }

  #nameAt(position: number): string {
    const table = this.#tables[this.#tableNumbers[position] as number];
    return table?.nameOf(this.#rows[position] as number) ?? "";
  }

  #lastStartingAtOrBefore(address: number): number {
    let low = 0;
    let high = this.#starts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#starts[middle] as number) <= address) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}

/**
 * Of several names of one function, the one that programs call it by: libraries have others for their own use, such as
 * `__GI___libc_fork`.
 */
function plainest(symbols: readonly Named[]): Named | undefined {
  let best = symbols[0];
  for (const symbol of symbols) if (best !== undefined && isPlainer(symbol.name, best.name)) best = symbol;
  return best;
}

interface Named {
  readonly name: string;
  readonly size: number;
}

function isPlainer(a: string, b: string): boolean {
  const underscores = obscurity(a) - obscurity(b);
  return underscores < 0 || (underscores === 0 && a.length < b.length);
}

/** The underscores in front; but the functions of the kernel's vDSO are not to be taken for those of the C library. */
function obscurity(name: string): number {
  if (name.startsWith("__vdso_")) return -1;
  let count = 0;
  while (name[count] === "_") count++;
  return count;
}

/**
 * The numbers of the elements in ascending order; of equal ones the later number comes first.
 *
 * Numbers sort many times faster without a comparison function, so element and number are made one number where
 * that is exact.
 */
function sortedOrder(values: Float64Array): Uint32Array {
  const count = values.length;
  const order = new Uint32Array(count);
  const keys = new Float64Array(count);
  let largest = 0;
  for (let i = 0; i < count; i++) {
    const value = values[i] as number;
    if (value > largest) largest = value;
    keys[i] = value * count + (count - 1 - i);
  }
  if ((largest + 1) * count >= Number.MAX_SAFE_INTEGER) {
    for (let i = 0; i < count; i++) order[i] = i;
    return order.sort((a, b) => (values[a] as number) - (values[b] as number) || b - a);
  }
  keys.sort();
  for (let i = 0; i < count; i++) {
    const key = keys[i] as number;
    order[i] = count - 1 - (key - Math.floor(key / count) * count);
  }
  return order;
}
