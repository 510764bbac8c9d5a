/**
 * Several hundred thousand names, found by what someone has typed of one in a few milliseconds. They lie in one string, in
 * order, so that they can be sent from a worker as they are, and so that the engine looks through them by itself.
 */

/** Sorted names, each between two line feeds. */
export interface NameList {
  readonly text: string;
  /** Where each name starts in the text. */
  readonly starts: Uint32Array;
}

/** @param names - without line feeds, in any order */
export function packNames(names: Iterable<string>): NameList {
  const sorted = [...new Set(names)].sort((a, b) => (a < b ? -1 : 1));
  const starts = new Uint32Array(sorted.length);
  let at = 1;
  for (const [i, name] of sorted.entries()) {
    starts[i] = at;
    at += name.length + 1;
  }
  return { text: sorted.length === 0 ? "\n" : `\n${sorted.join("\n")}\n`, starts };
}

/** How a name answers to what was typed: the better, the earlier. */
export type Match = "prefix" | "substring" | "fuzzy";

export interface NameHit {
  readonly name: string;
  readonly match: Match;
}

/** So many names with the right first letter are looked through letter by letter. */
const MAX_FUZZY = 100_000;

export class NameIndex {
  readonly #text: string;
  readonly #starts: Uint32Array;

  constructor({ text, starts }: NameList) {
    this.#text = text;
    this.#starts = starts;
  }

  get size(): number {
    return this.#starts.length;
  }

  has(name: string): boolean {
    return this.#at(this.#lowerBound(name)) === name;
  }

  /** How many names begin so. */
  count(prefix: string): number {
    const [first, end] = this.#range(prefix);
    return end - first;
  }

  /** What may follow the prefix up to and with the next separator, or to the end of the name. */
  children(prefix: string, separator: string, limit: number): readonly string[] {
    const [first, end] = this.#range(prefix);
    const found: string[] = [];
    for (let i = first; i < end && found.length < limit;) {
      const name = this.#at(i);
      const cut = name.indexOf(separator, prefix.length);
      const child = cut < 0 ? name : name.slice(0, cut + separator.length);
      found.push(child);
      i = cut < 0 ? i + 1 : this.#range(child)[1];
    }
    return found;
  }

  /**
   * Names with the scope in front, and behind it what was typed: at the start, anywhere, or its letters one by one in a name
   * with the same first letter. Fuzzy ones only when the others are few.
   */
  search(scope: string, typed: string, limit: number): readonly NameHit[] {
    const hits: NameHit[] = [];
    const [first, end] = this.#range(scope + typed);
    for (let i = first; i < end && hits.length < limit; i++) hits.push({ name: this.#at(i), match: "prefix" });
    if (typed === "") return hits;
    for (const name of this.#containing(scope, typed, limit - hits.length)) hits.push({ name, match: "substring" });
    if (hits.length > 0 || typed.length < 2) return hits;
    for (const name of this.#fuzzy(scope, typed, limit)) hits.push({ name, match: "fuzzy" });
    return hits;
  }

  *#containing(scope: string, typed: string, limit: number): Generator<string> {
    const [first, end] = this.#range(scope);
    const last = this.#endOf(end - 1);
    let at = this.#starts[first] ?? this.#text.length;
    for (let left = limit; left > 0;) {
      at = this.#text.indexOf(typed, at);
      if (at < 0 || at >= last) return;
      const i = this.#indexAt(at);
      const start = this.#starts[i] ?? 0;
      if (at > start + scope.length) {
        yield this.#at(i);
        left--;
      }
      at = at < start + scope.length ? at + 1 : this.#endOf(i);
    }
  }

  *#fuzzy(scope: string, typed: string, limit: number): Generator<string> {
    const [first, end] = this.#range(scope + typed.charAt(0));
    let left = limit;
    for (let i = first; i < Math.min(end, first + MAX_FUZZY) && left > 0; i++) {
      const name = this.#at(i);
      if (!isSpreadOver(name, typed, scope.length)) continue;
      yield name;
      left--;
    }
  }

  #at(i: number): string {
    return i < 0 || i >= this.size ? "" : this.#text.slice(this.#starts[i], this.#endOf(i));
  }

  #endOf(i: number): number {
    return (this.#starts[i + 1] ?? this.#text.length) - 1;
  }

  /** The name that this place in the text belongs to. */
  #indexAt(at: number): number {
    let low = 0;
    let high = this.size - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] ?? 0) <= at) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #range(prefix: string): readonly [first: number, end: number] {
    return prefix === "" ? [0, this.size] : [this.#lowerBound(prefix), this.#lowerBound(`${prefix}\uffff`)];
  }

  /** The first name that is not before the text. */
  #lowerBound(text: string): number {
    let low = 0;
    let high = this.size;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#at(middle) < text) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Whether the letters occur in the name in this order. */
function isSpreadOver(name: string, letters: string, from: number): boolean {
  let at = from - 1;
  for (const letter of letters) {
    at = name.indexOf(letter, at + 1);
    if (at < 0) return false;
  }
  return true;
}
