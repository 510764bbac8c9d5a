import { cell } from "../../column.js";

/** A heap of numbered bundles, the longest first; of equal ones the earlier. */
export class BundleQueue {
  readonly #numbers: number[] = [];
  readonly #lengths: number[] = [];

  add(number: number, length: number): void {
    let at = this.#numbers.length;
    this.#numbers.push(number);
    this.#lengths.push(length);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#isBefore(at, parent)) break;
      this.#swap(at, parent);
      at = parent;
    }
  }

  take(): number | undefined {
    const first = this.#numbers[0];
    if (first === undefined) return undefined;
    const last = this.#numbers.length - 1;
    this.#swap(0, last);
    this.#numbers.pop();
    this.#lengths.pop();
    this.#sink();
    return first;
  }

  #sink(): void {
    for (let at = 0; ;) {
      const left = at * 2 + 1;
      if (left >= this.#numbers.length) return;
      const child = left + 1 < this.#numbers.length && this.#isBefore(left + 1, left) ? left + 1 : left;
      if (!this.#isBefore(child, at)) return;
      this.#swap(child, at);
      at = child;
    }
  }

  #isBefore(a: number, b: number): boolean {
    const longer = cell(this.#lengths, a) - cell(this.#lengths, b);
    return longer !== 0 ? longer > 0 : cell(this.#numbers, a) < cell(this.#numbers, b);
  }

  #swap(a: number, b: number): void {
    const number = cell(this.#numbers, a);
    const length = cell(this.#lengths, a);
    this.#numbers[a] = cell(this.#numbers, b);
    this.#lengths[a] = cell(this.#lengths, b);
    this.#numbers[b] = number;
    this.#lengths[b] = length;
  }
}
