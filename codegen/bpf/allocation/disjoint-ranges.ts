/**
 * Ranges that do not overlap, in a few ascending runs of which each is at least twice as long as the next one. So a range is
 * moved to another run only as often as the whole doubles, and joining many sets one by one is not quadratic.
 */
import { cell } from "../../column.js";
import { firstWhere } from "./first-where.js";

/** Triples `from, to, virtual register`, ascending. */
export type Triples = readonly number[];

export class DisjointRanges {
  /** The longest first. */
  readonly #runs: readonly Triples[];
  readonly #length: number;

  private constructor(runs: readonly Triples[]) {
    this.#runs = runs;
    this.#length = runs.reduce((sum, run) => sum + run.length, 0);
  }

  static of(triples: Triples): DisjointRanges {
    return new DisjointRanges([triples]);
  }

  overlaps(other: DisjointRanges): boolean {
    const [few, many] = this.#length < other.#length ? [this, other] : [other, this];
    return few.#runs.some((triples) => many.#runs.some((run) => overlap(triples, run)));
  }

  /** Both together; they must not overlap. */
  with(other: DisjointRanges): DisjointRanges {
    const runs: Triples[] = [];
    for (const run of [...this.#runs, ...other.#runs].sort((a, b) => b.length - a.length)) {
      let last = run;
      for (let before = runs.at(-1); before !== undefined && before.length < 2 * last.length; before = runs.at(-1)) {
        runs.pop();
        last = merged(before, last);
      }
      runs.push(last);
    }
    return new DisjointRanges(runs);
  }

  /** All of them in one run. */
  triples(): Triples {
    return this.#runs.reduceRight((shorter, run) => merged(run, shorter));
  }
}

/** Looks each range of the shorter one up in the longer one. */
function overlap(one: Triples, other: Triples): boolean {
  const [few, many] = one.length < other.length ? [one, other] : [other, one];
  const count = many.length / 3;
  for (let i = 0; i < few.length; i += 3) {
    const after = firstWhere(count, (at) => cell(many, at * 3 + 1) > cell(few, i));
    if (after < count && cell(many, after * 3) < cell(few, i + 1)) return true;
  }
  return false;
}

function merged(one: Triples, other: Triples): Triples {
  const all: number[] = [];
  let i = 0;
  let j = 0;
  while (i < one.length || j < other.length) {
    const isFirst = j >= other.length || (i < one.length && cell(one, i) < cell(other, j));
    const source = isFirst ? one : other;
    const at = isFirst ? i : j;
    all.push(cell(source, at), cell(source, at + 1), cell(source, at + 2));
    if (isFirst) i += 3;
    else j += 3;
  }
  return all;
}
