import type { ElfSymbol } from "./symbol-table.js";

export interface NearestSymbol {
  readonly name: string;
  /** From the symbol's start. */
  readonly offset: bigint;
}

/** Finds the function that covers an address, by binary search. */
export class AddressIndex {
  readonly #starts: BigUint64Array;
  readonly #symbols: readonly ElfSymbol[];

  constructor(symbols: Iterable<ElfSymbol>) {
    // Where several symbols start at one address, the first one in the tables gives the name.
    const byStart = new Map<bigint, ElfSymbol>();
    for (const symbol of symbols) {
      const known = byStart.get(symbol.address);
      if (known === undefined || (known.size === 0n && symbol.size > 0n)) byStart.set(symbol.address, symbol);
    }
    this.#starts = BigUint64Array.from(byStart.keys()).sort();
    this.#symbols = Array.from(this.#starts, (start) => byStart.get(start) as ElfSymbol);
  }

  /** `undefined` between functions. A function of unknown size reaches to the next one. */
  find(address: bigint): NearestSymbol | undefined {
    // Functions may lie inside of others: look back as far as one may still cover the address.
    for (let i = this.#lastStartingAtOrBefore(address), steps = 0; i >= 0 && steps < MAX_NESTING; i--, steps++) {
      const symbol = this.#symbols[i] as ElfSymbol;
      const offset = address - symbol.address;
      if (offset < symbol.size || (symbol.size === 0n && steps === 0)) return { name: symbol.name, offset };
    }
    return undefined;
  }

  #lastStartingAtOrBefore(address: bigint): number {
    let low = 0;
    let high = this.#starts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#starts[middle] as bigint) <= address) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}

const MAX_NESTING = 8;
