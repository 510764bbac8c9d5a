/** `#pragma pack`: how far members are aligned at most. */

const PACK = /^pack\s*\(\s*(?:(push|pop)\b\s*,?\s*)?(?:[A-Za-z_]\w*\s*,?\s*)?(\d+)?\s*\)/;

export class PackStack {
  readonly #saved: number[] = [];
  #bytes = 0;

  /** 0: no limit. */
  get bytes(): number {
    return this.#bytes;
  }

  /** @param pragma other pragmas change nothing */
  apply(pragma: string): void {
    const match = PACK.exec(pragma);
    if (match === null) return;
    const [, action, bytes] = match;
    if (action === "push") this.#saved.push(this.#bytes);
    if (action === "pop") this.#bytes = this.#saved.pop() ?? 0;
    else if (bytes !== undefined) this.#bytes = Number(bytes);
    else if (action === undefined) this.#bytes = 0;
  }
}
