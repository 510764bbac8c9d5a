/** What a table of rules is made of: at each address from which on another rule holds, that rule. */
export interface FrameRows {
  /** Ascending, as the file has addresses. */
  readonly addresses: Float64Array;
  /** As `codegen/kernel/unwind-rules.ts` has them. */
  readonly rules: Uint32Array;
}

/** Grows as rows come; a rule that holds already is not repeated. */
export class RowCollector {
  #addresses = new Float64Array(1024);
  #rules = new Uint32Array(1024);
  #count = 0;

  /** Addresses have to ascend; a rule for the same address replaces the last one. */
  add(address: number, rule: number): void {
    if (this.#count > 0) {
      const last = this.#count - 1;
      const lastAddress = this.#addresses[last] as number;
      if (address < lastAddress) return;
      if (address === lastAddress) this.#count = last;
    }
    if (this.#count > 0 && this.#rules[this.#count - 1] === rule) return;
    if (this.#count === this.#addresses.length) this.#grow();
    this.#addresses[this.#count] = address;
    this.#rules[this.#count++] = rule;
  }

  /** Forgets rows from an address on. */
  dropFrom(address: number): void {
    while (this.#count > 0 && (this.#addresses[this.#count - 1] as number) >= address) this.#count--;
  }

  get rows(): FrameRows {
    return { addresses: this.#addresses.subarray(0, this.#count), rules: this.#rules.subarray(0, this.#count) };
  }

  #grow(): void {
    const addresses = new Float64Array(this.#count * 2);
    addresses.set(this.#addresses);
    this.#addresses = addresses;
    const rules = new Uint32Array(this.#count * 2);
    rules.set(this.#rules);
    this.#rules = rules;
  }
}
