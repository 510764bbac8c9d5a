/** Sorting numbers of entries, in which equal ones keep their order. */

export function sortBy(entries: Uint32Array, order: (a: number, b: number) => number): void {
  // The engine's sort compares n log n times whatever it is given.
  if (!isSorted(entries, order)) entries.sort(order);
}

function isSorted(entries: Uint32Array, order: (a: number, b: number) => number): boolean {
  for (let i = 1; i < entries.length; i++) {
    if (order(entries[i - 1] as number, entries[i] as number) > 0) return false;
  }
  return true;
}
