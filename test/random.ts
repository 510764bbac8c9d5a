/** A small seeded generator (mulberry32), so that a failing random test can be run again. */
export function randomFrom(seed: number): (below: number) => number {
  let state = seed | 0;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** A copy of `bytes` with a few bytes changed, and sometimes cut short. */
export function mutate(bytes: Uint8Array, random: (below: number) => number): Uint8Array {
  const length = random(4) === 0 ? random(bytes.length + 1) : bytes.length;
  const copy = bytes.slice(0, length);
  if (length === 0) return copy;
  for (let i = 0; i <= random(8); i++) copy[random(length)] = INTERESTING[random(INTERESTING.length)] ?? random(256);
  return copy;
}

const INTERESTING: readonly (number | undefined)[] = [0, 1, 2, 4, 0x7f, 0x80, 0xff, undefined, undefined, undefined];
