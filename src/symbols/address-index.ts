/** From addresses in a binary to the functions that cover them. */
import { permuted } from "./permuted.js";
import type { SymbolTable } from "./symbol-table.js";

export interface NearestSymbol {
  readonly name: string;
  /** From the symbol's start. */
  readonly offset: bigint;
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

  /** Of functions that start at one address, the one in the first table, and there the first one, gives the name. */
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
    // Of equal starts the last position is looked at first: that is the first one of the first table.
    const order = sortedOrder(starts);
    this.#starts = permuted(starts, order, new Float64Array(count));
    this.#sizes = permuted(sizes, order, new Float64Array(count));
    this.#rows = permuted(rows, order, new Uint32Array(count));
    this.#tableNumbers = permuted(tableNumbers, order, new Uint8Array(count));
  }

  /** `undefined` between functions. A function of unknown size reaches to the next one. */
  find(address: bigint): NearestSymbol | undefined {
    const wanted = Number(address);
    const last = this.#lastStartingAtOrBefore(wanted);
    for (let i = last; i >= 0 && last - i < MAX_NESTING; i--) {
      const offset = wanted - (this.#starts[i] as number);
      const size = this.#sizes[i] as number;
      const isNearest = this.#starts[i] === this.#starts[last];
      if (offset < size || (size === 0 && isNearest)) return { name: this.#nameAt(i), offset: BigInt(offset) };
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
