/**
 * What Node leaves out while it makes a start-up snapshot, and has again when it starts from one: some methods of arrays, and
 * `Atomics`. They are only lent: the snapshot must not hold these. To be imported before anything that uses them.
 */

type List = readonly unknown[];

const METHODS = {
  toReversed(this: List): List {
    return this.slice().reverse();
  },
  toSorted(this: List, compare?: (a: unknown, b: unknown) => number): List {
    return this.slice().sort(compare);
  },
  toSpliced(this: List, start: number, deleted: number, ...added: List): List {
    const copy = this.slice();
    copy.splice(start, deleted, ...added);
    return copy;
  },
  with(this: List, index: number, value: unknown): List {
    return Object.assign(this.slice(), { [index < 0 ? this.length + index : index]: value });
  },
};

type Cells = Record<number, unknown>;

/** For one thread alone. */
const ATOMICS = {
  load: (cells: Cells, at: number): unknown => cells[at],
  store: (cells: Cells, at: number, value: unknown): unknown => (cells[at] = value),
};

const lent: { readonly owner: object; readonly name: string }[] = [];
for (const [name, value] of Object.entries(METHODS)) lend(Array.prototype, name, value);
lend(globalThis, "Atomics", ATOMICS);

function lend(owner: object, name: string, value: unknown): void {
  if (name in owner) return;
  Object.defineProperty(owner, name, { value, configurable: true });
  lent.push({ owner, name });
}

export function takeBack(): void {
  for (const { owner, name } of lent) Reflect.deleteProperty(owner, name);
}
