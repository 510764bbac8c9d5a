/** A map for walks over the dominator tree: `close` takes back what was set since the matching `open`. */
export class ScopedMap<K, V> {
  readonly #now = new Map<K, V>();
  readonly #undo: { readonly key: K; readonly before: V | undefined }[] = [];
  readonly #marks: number[] = [];

  get(key: K): V | undefined {
    return this.#now.get(key);
  }

  set(key: K, value: V): void {
    this.#undo.push({ key, before: this.#now.get(key) });
    this.#now.set(key, value);
  }

  delete(key: K): void {
    const before = this.#now.get(key);
    if (before === undefined) return;
    this.#undo.push({ key, before });
    this.#now.delete(key);
  }

  open(): void {
    this.#marks.push(this.#undo.length);
  }

  close(): void {
    const mark = this.#marks.pop() ?? 0;
    while (this.#undo.length > mark) {
      const change = this.#undo.pop();
      if (change?.before !== undefined) this.#now.set(change.key, change.before);
      else if (change !== undefined) this.#now.delete(change.key);
    }
  }
}
