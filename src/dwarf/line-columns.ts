import type { SourcePosition } from "./address-lines.js";
import type { LineTable } from "./line-table.js";

/** The row that marks the end of code. */
const NO_LINE = 0;

/** A line table by address: columns of numbers, since a unit may have 100,000 rows. */
export class LineColumns {
  readonly #paths: ReadonlyMap<number, string>;
  /** Ascending. */
  readonly #addresses: Float64Array;
  readonly #files: Uint32Array;
  readonly #lines: Uint32Array;
  readonly #isStatement: Uint8Array;

  constructor(table: LineTable) {
    this.#paths = new Map(table.files.map(({ index, path }) => [index, path]));
    const sequences = sequencesOf(table);
    const count = sequences.reduce((sum, { addresses }) => sum + addresses.length, 0);
    this.#addresses = new Float64Array(count);
    this.#files = new Uint32Array(count);
    this.#lines = new Uint32Array(count);
    this.#isStatement = new Uint8Array(count);
    let at = 0;
    for (const { addresses, files, lines, isStatement } of sequences) {
      this.#addresses.set(addresses, at);
      this.#files.set(files, at);
      this.#lines.set(lines, at);
      this.#isStatement.set(isStatement, at);
      at += addresses.length;
    }
  }

  /** By the number that rows and calls name it with. */
  path(file: number): string | undefined {
    return this.#paths.get(file);
  }

  /** Of several rows of one address the last one counts, but those at which debuggers stop before others. */
  at(address: number): SourcePosition | undefined {
    let [low, high] = [0, this.#addresses.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#addresses[middle] as number) <= address) low = middle + 1;
      else high = middle;
    }
    const last = low - 1;
    if (last < 0 || this.#lines[last] === NO_LINE) return undefined;
    const start = this.#addresses[last];
    let best = last;
    while (best > 0 && this.#isStatement[best] === 0 && this.#addresses[best - 1] === start) best--;
    if (this.#isStatement[best] === 0 || this.#lines[best] === NO_LINE) best = last;
    const file = this.#paths.get(this.#files[best] as number);
    return file === undefined ? undefined : { file, line: this.#lines[best] as number };
  }
}

interface Sequence {
  readonly addresses: number[];
  readonly files: number[];
  readonly lines: number[];
  readonly isStatement: number[];
}

/** In order of addresses. The linker leaves sequences of functions that it has left out at 0. */
function sequencesOf(table: LineTable): readonly Sequence[] {
  const sequences: Sequence[] = [];
  let current: Sequence = { addresses: [], files: [], lines: [], isStatement: [] };
  table.each(({ address, file, line, isStatement }, isEnd) => {
    current.addresses.push(address);
    current.files.push(file);
    current.lines.push(isEnd ? NO_LINE : line);
    current.isStatement.push(isStatement ? 1 : 0);
    if (!isEnd) return;
    if (isUsable(current)) sequences.push(current);
    current = { addresses: [], files: [], lines: [], isStatement: [] };
  });
  return sequences.sort((a, b) => (a.addresses[0] as number) - (b.addresses[0] as number));
}

/** Its addresses ascend: rows that go back would make the search find anything. */
function isUsable({ addresses }: Sequence): boolean {
  if ((addresses[0] ?? 0) === 0) return false;
  for (let i = 1; i < addresses.length; i++) {
    if (!((addresses[i] as number) >= (addresses[i - 1] as number))) return false;
  }
  return true;
}
