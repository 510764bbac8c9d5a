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
  new Sequence(moves, sink).run();
}

/** Each move is looked at when it comes, when its target has no more readers, and when its ring is broken. */
class Sequence {
  readonly #moves: Move[];
  readonly #sink: MoveSink;
  readonly #isDone: Uint8Array;
  /** By place: the moves that read it, how many of them have yet to do so, and the one that writes it. */
  readonly #readers = new Map<number, number[]>();
  readonly #waiting = new Map<number, number>();
  readonly #writer = new Map<number, number>();
  /** By place, another one that has got the same value. */
  readonly #copies = new Map<number, number>();
  readonly #ready: number[] = [];

  constructor(moves: readonly Move[], sink: MoveSink) {
    this.#moves = moves.filter(({ from, to }) => from !== to);
    this.#sink = sink;
    this.#isDone = new Uint8Array(this.#moves.length);
    this.#moves.forEach(({ from, to }, at) => {
      this.#writer.set(to, at);
      if (from === MATERIAL) return;
      this.#waiting.set(from, (this.#waiting.get(from) ?? 0) + 1);
      const readers = this.#readers.get(from);
      if (readers === undefined) this.#readers.set(from, [at]);
      else readers.push(at);
    });
  }

  run(): void {
    this.#moves.forEach(({ to }, at) => {
      if (!this.#waiting.has(to)) this.#ready.push(at);
    });
    this.#doReady();
    // Only rings are left.
    for (const at of this.#moves.keys()) {
      if (this.#isDone[at] === 1) continue;
      this.#breakRing(at);
      this.#doReady();
    }
  }

  #doReady(): void {
    // Grows.
    for (const at of this.#ready) {
      const move = this.#moves[at];
      if (move === undefined) continue;
      const { from, to, value } = move;
      this.#sink.move(from, to, value);
      this.#isDone[at] = 1;
      const waiting = this.#waiting.get(from);
      if (waiting === undefined) continue;
      this.#copies.set(from, to);
      if (waiting > 1) this.#waiting.set(from, waiting - 1);
      else this.#release(from);
    }
    this.#ready.length = 0;
  }

  /** Nobody reads the place any more: what goes there may. */
  #release(place: number): void {
    this.#waiting.delete(place);
    const writer = this.#writer.get(place);
    if (writer !== undefined && this.#isDone[writer] === 0) this.#ready.push(writer);
  }

  /** Its place may be overwritten once one source is read from elsewhere: best one that has been copied. */
  #breakRing(first: number): void {
    let from = this.#sourceOf(first);
    for (let at = this.#writer.get(from); at !== undefined && at !== first; at = this.#writer.get(from)) {
      if (this.#copies.has(from)) break;
      from = this.#sourceOf(at);
    }
    if (!this.#copies.has(from)) from = this.#sourceOf(first);
    const saved = this.#copies.get(from) ?? this.#sink.save(from);
    for (const reader of this.#readers.get(from) ?? []) {
      const move = this.#moves[reader];
      if (move !== undefined) this.#moves[reader] = { ...move, from: saved };
    }
    this.#release(from);
  }

  #sourceOf(at: number): number {
    return this.#moves[at]?.from ?? MATERIAL;
  }
}
