/**
 * Array methods that Node leaves out while it makes a start-up snapshot, and has again when it starts from one. They are
 * only lent: the snapshot must not hold these. To be imported before anything that uses them.
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

const lent = Object.entries(METHODS).filter(([name]) => !(name in Array.prototype));
for (const [name, value] of lent) Object.defineProperty(Array.prototype, name, { value, configurable: true });

export function takeBackArrayMethods(): void {
  for (const [name] of lent) Reflect.deleteProperty(Array.prototype, name);
}
