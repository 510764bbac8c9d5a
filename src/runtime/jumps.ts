/** Whether encoded instructions can run twice: code that runs seldom lies behind the rest and jumps back without being a loop. */

export interface Jump {
  readonly at: number;
  readonly target: number;
  /** It may also go on behind itself. */
  readonly isConditional: boolean;
}

/**
 * @param jumps - by their place
 * @param ends - places of what goes on nowhere, in order
 */
export function hasLoop(jumps: readonly Jump[], ends: readonly number[]): boolean {
  if (jumps.every(({ at, target }) => target > at)) return false;
  const places = jumps.map(({ at }) => at);
  const states = new Map<number, "open" | "done">();
  const leadsBack = (place: number): boolean => {
    const next = jumps[firstFrom(places, place)];
    const end = ends[firstFrom(ends, place)] ?? Infinity;
    if (next === undefined || end < next.at) return false;
    const state = states.get(next.at);
    if (state !== undefined) return state === "open";
    states.set(next.at, "open");
    const isLoop = leadsBack(next.target) || (next.isConditional && leadsBack(next.at + 1));
    states.set(next.at, "done");
    return isLoop;
  };
  return jumps.some(({ at }) => leadsBack(at));
}

/** @returns the index of the first that is no less */
function firstFrom(sorted: readonly number[], least: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? Infinity) < least) low = middle + 1;
    else high = middle;
  }
  return low;
}
