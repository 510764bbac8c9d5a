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
    const longer = (this.#lengths[a] ?? 0) - (this.#lengths[b] ?? 0);
    return longer !== 0 ? longer > 0 : (this.#numbers[a] ?? 0) < (this.#numbers[b] ?? 0);
  }

  #swap(a: number, b: number): void {
    const number = this.#numbers[a] ?? 0;
    const length = this.#lengths[a] ?? 0;
    this.#numbers[a] = this.#numbers[b] ?? 0;
    this.#lengths[a] = this.#lengths[b] ?? 0;
    this.#numbers[b] = number;
    this.#lengths[b] = length;
  }
}
