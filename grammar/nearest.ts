/**
 * The names that somebody may have meant who wrote another one: letters left out, doubled, swapped or mistaken, and
 * other case. Names that are merely not too far away would be silly hints, so little is allowed.
 */

/** Names as near as each other are no longer of help when there are more. */
const MAX_NAMES = 3;

/** How many mistakes a name of so many letters may have: the shorter it is, the less is left of it. */
function mistakesAllowed(length: number): number {
  if (length < 3) return 0;
  if (length < 6) return 1;
  return length < 10 ? 2 : 3;
}

/** Of short names one other letter makes another name: `pid` is not meant by `tid`, nor `size` by `time`. */
const SHORT = 3;
const LONGER = 5;

/**
 * Of all names those with the fewest mistakes, at most three, the likeliest first; none when all are too far away. A
 * name that only differs in case or in `-` for `_` has none.
 *
 * Takes one walk over the names, and looks closer at few of them: hundreds of thousands are no trouble.
 */
export function nearestNames(wanted: string, names: Iterable<string>): readonly string[] {
  const search = new Search(wanted);
  for (const name of names) search.consider(name);
  return search.found();
}

/** A hint with the nearest names, if there are any. @param show - what is written of a name */
export function didYouMean(
  wanted: string,
  names: Iterable<string>,
  show: (name: string) => string = (name) => name,
): readonly string[] {
  return suggestion(nearestNames(wanted, names).map(show));
}

/** The hint itself. */
export const suggestion = (names: readonly string[]): readonly string[] =>
  names.length === 0
    ? []
    : [
        `Did you mean ${inWords(
          names.map((name) => `\`${name}\``),
          "or",
        )}?`,
      ];

/** `a`, `a or b`, `a, b or c` */
export const inWords = (items: readonly string[], word: "and" | "or"): string =>
  items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} ${word} ${items.at(-1) ?? ""}`;

const folded = (name: string): string => name.toLowerCase().replaceAll("-", "_");

class Search {
  readonly #wanted: string;
  readonly #text: string;
  readonly #letters: number;
  readonly #rows: readonly [Uint8Array, Uint8Array, Uint8Array];
  /** More mistakes than the best have do not count. */
  #bound: number;
  #best = new Set<string>();

  constructor(wanted: string) {
    this.#wanted = wanted;
    this.#text = folded(wanted);
    this.#letters = lettersOf(this.#text);
    this.#bound = mistakesAllowed(wanted.length);
    const width = this.#text.length + 1;
    this.#rows = [new Uint8Array(width), new Uint8Array(width), new Uint8Array(width)];
  }

  consider(name: string): void {
    if (Math.abs(name.length - this.#wanted.length) > this.#bound || name === this.#wanted) return;
    // Each mistake changes two letters of the set at most.
    if (countBits(lettersOf(name) ^ this.#letters) > 2 * this.#bound) return;
    const mistakes = this.#mistakesOf(folded(name));
    if (mistakes > this.#bound) return;
    if (mistakes < this.#bound) {
      this.#bound = mistakes;
      this.#best = new Set();
    }
    this.#best.add(name);
  }

  found(): readonly string[] {
    const start = (name: string): number => commonStart(folded(name), this.#text);
    return [...this.#best].sort((a, b) => start(b) - start(a) || (a < b ? -1 : 1)).slice(0, MAX_NAMES);
  }

  /**
   * Letters to insert, delete or replace, and neighbours to swap, so that one name becomes the other (optimal string
   * alignment); more than the bound means "too many".
   */
  #mistakesOf(text: string): number {
    const wanted = this.#text;
    const [rowA, rowB, rowC] = this.#rows;
    let [last, row, next] = [rowA, rowB, rowC];
    for (let j = 0; j <= wanted.length; j++) row[j] = Math.min(j, TOO_MANY);
    for (let i = 1; i <= text.length; i++) {
      let least = (next[0] = Math.min(i, TOO_MANY));
      const letter = text.charCodeAt(i - 1);
      const before = i > 1 ? text.charCodeAt(i - 2) : -1;
      // Far from the diagonal there are too many in any case.
      const from = Math.max(1, i - this.#bound);
      const to = Math.min(wanted.length, i + this.#bound);
      if (from > 1) next[from - 1] = TOO_MANY;
      for (let j = from; j <= to; j++) {
        const other = wanted.charCodeAt(j - 1);
        const above = j < i + this.#bound ? (row[j] ?? TOO_MANY) : TOO_MANY;
        let cost = Math.min(above, next[j - 1] ?? TOO_MANY) + 1;
        cost = Math.min(cost, (row[j - 1] ?? TOO_MANY) + this.#replacing(letter, other, j === 1));
        if (j > 1 && letter === wanted.charCodeAt(j - 2) && before === other)
          cost = Math.min(cost, (last[j - 2] ?? TOO_MANY) + 1);
        next[j] = Math.min(cost, TOO_MANY);
        if (cost < least) least = cost;
      }
      if (least > this.#bound) return TOO_MANY;
      [last, row, next] = [row, next, last];
    }
    return row[wanted.length] ?? TOO_MANY;
  }

  /** Numbers are seldom mistaken for each other (`arg1` does not mean `arg2`), nor are first letters. */
  #replacing(letter: number, other: number, isFirst: boolean): number {
    if (letter === other) return 0;
    const isOther = this.#wanted.length <= (isFirst ? LONGER : SHORT) || (isDigit(letter) && isDigit(other));
    return isOther ? 2 : 1;
  }
}

const TOO_MANY = 200;

const isDigit = (code: number): boolean => code >= 48 && code <= 57;

const DASH = 45;
const UNDERSCORE = 95;

/** Which letters there are, one bit for each in both cases (or for several that are told apart later). */
function lettersOf(text: string): number {
  let letters = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    letters |= 1 << ((code === DASH ? UNDERSCORE : code) & 31);
  }
  return letters;
}

function countBits(bits: number): number {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count++;
  return count;
}

function commonStart(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}
