/** What native/line-table.cc does, for few lines and where there is no addon. */
import type { LineTable } from "./native.js";

export class PlainLineTable implements LineTable {
  readonly #lines: readonly string[];

  /** @param without - no line in which this stands; empty: all */
  constructor(bytes: Uint8Array, without: string) {
    const lines = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1").split("\n");
    this.#lines = lines.filter((line) => line !== "" && (without === "" || !line.includes(without))).sort();
  }

  get length(): number {
    return this.#lines.length;
  }

  line(index: number): string | undefined {
    return this.#lines[index];
  }

  place(text: string): number {
    let from = 0;
    let to = this.#lines.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((this.#lines[middle] ?? "") < text) from = middle + 1;
      else to = middle;
    }
    return from;
  }

  join(ranges: Uint32Array, prefix: string, isOfWords: boolean): string {
    const shown: string[] = [];
    for (let i = 0; i + 1 < ranges.length; i += 2) {
      for (const line of this.#lines.slice(ranges[i], ranges[i + 1])) {
        const text = prefix + (isOfWords ? line.replace(/ .*$/s, "") : line);
        if (!isOfWords || text !== shown.at(-1)) shown.push(text);
      }
    }
    return shown.join("\n");
  }
}
