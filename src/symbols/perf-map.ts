/**
 * `/tmp/perf-PID.map`: the functions of a just-in-time compiler, as it lists them itself. Lines are start and size in
 * hex and a name, which may contain blanks. Later lines are newer code and win.
 */
import type { NearestSymbol } from "./address-index.js";

const LINE = /^(?:0x)?([0-9a-f]{1,16}) (?:0x)?([0-9a-f]{1,16}) (.+)$/i;

interface Entry {
  readonly start: bigint;
  readonly end: bigint;
  readonly name: string;
}

export class PerfMap {
  /** Ascending by start; of equal ones the newest last. */
  readonly #entries: readonly Entry[];

  constructor(text: string) {
    const entries = text.split("\n").flatMap((line) => parseLine(line) ?? []);
    this.#entries = entries.sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0));
  }

  find(address: bigint): NearestSymbol | undefined {
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#entries[middle] as Entry).start <= address) low = middle + 1;
      else high = middle;
    }
    const entry = this.#entries[low - 1];
    return entry === undefined || address >= entry.end
      ? undefined
      : { name: entry.name, offset: address - entry.start };
  }
}

function parseLine(line: string): Entry | undefined {
  const [, start, size, name] = LINE.exec(line) ?? [];
  if (start === undefined || size === undefined || name === undefined) return undefined;
  const from = BigInt(`0x${start}`);
  return { start: from, end: from + BigInt(`0x${size}`), name };
}
