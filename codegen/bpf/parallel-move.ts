/**
 * Puts moves that happen at once into an order in which one may happen after the other.
 *
 * Places are numbers: real registers from 0 to 9, and from `FIRST_HOME` on spill slots. A move whose source is
 * `MATERIAL` makes its value from nothing, and so waits only for its target to be free.
 */
export const MATERIAL = -1;
export const FIRST_HOME = 16;

export interface Move {
  readonly from: number;
  readonly to: number;
  /** The virtual register; says which material. */
  readonly value: number;
}

/** A place to put a value for a moment, when moves form a ring. */
export interface MoveSink {
  move(from: number, to: number, value: number): void;
  /** Moves `from` out of the way and says where it is now. */
  save(from: number): number;
}

export function sequence(moves: readonly Move[], sink: MoveSink): void {
  const pending = moves.filter(({ from, to }) => from !== to);
  /** By place, another one that has got the same value. */
  const copies = new Map<number, number>();
  while (pending.length > 0) {
    const at = pending.findIndex(({ to }, i) => !pending.some(({ from }, j) => i !== j && from === to));
    const ready = at < 0 ? undefined : pending[at];
    if (ready !== undefined) {
      sink.move(ready.from, ready.to, ready.value);
      pending.splice(at, 1);
      copies.set(ready.from, ready.to);
      continue;
    }
    // Only rings are left. Taking one source from elsewhere breaks its ring: its place may then be overwritten.
    const victim = pending.find(({ from }) => copies.has(from)) ?? pending[0];
    if (victim === undefined) return;
    const saved = copies.get(victim.from) ?? sink.save(victim.from);
    pending.forEach((move, i) => {
      if (move.from === victim.from) pending[i] = { ...move, from: saved };
    });
  }
}
