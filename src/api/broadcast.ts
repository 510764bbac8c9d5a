/** Hands events to readers, each at its own pace. There is a bound: when a reader is behind by that, the source is held back. */
import type { Events } from "./types.js";

export interface Source {
  hold(): void;
  resume(): void;
}

interface Reader<T> {
  pending: T[];
  /** Called when something has come, or the end. */
  wake: () => void;
}

export class Broadcast<T> implements Events<T> {
  readonly #limit: number;
  readonly #readers = new Set<Reader<T>>();
  #source: Source | undefined;
  /** For the first reader; undefined when there has been one. */
  #early: T[] | undefined = [];
  #isHeld = false;
  #end: { readonly error: Error | undefined } | undefined;

  /** @param limit - so many events may wait; a batch more is no harm */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** @param source - what to hold back from now on */
  feedFrom(source: Source): void {
    this.#source = source;
    this.checkBound();
  }

  push(event: T): void {
    this.#early?.push(event);
    for (const { pending } of this.#readers) pending.push(event);
  }

  /** After each batch. */
  checkBound(): void {
    const most = [...this.#readers].reduce((n, { pending }) => Math.max(n, pending.length), this.#early?.length ?? 0);
    if (!this.#isHeld && most >= this.#limit && this.#source !== undefined) {
      this.#isHeld = true;
      this.#source.hold();
    } else if (this.#isHeld && most <= this.#limit / 2) {
      this.#isHeld = false;
      this.#source?.resume();
    }
    for (const reader of this.#readers) if (reader.pending.length > 0) reader.wake();
  }

  /** Nothing more comes: readers end, or are told why, when they have read the rest. */
  finish(error?: Error): void {
    this.#end ??= { error };
    this.#source = undefined;
    for (const reader of this.#readers) reader.wake();
  }

  async *batches(): AsyncGenerator<readonly T[], void, undefined> {
    const reader = this.#register();
    try {
      for (;;) {
        const batch = reader.pending;
        if (batch.length > 0) {
          reader.pending = [];
          if (this.#isHeld) this.checkBound();
          yield batch;
        } else if (this.#end !== undefined) {
          if (this.#end.error !== undefined) throw this.#end.error;
          return;
        } else {
          await new Promise<void>((resolve) => {
            reader.wake = resolve;
          });
        }
      }
    } finally {
      this.#readers.delete(reader);
      if (this.#isHeld) this.checkBound();
    }
  }

  /** By hand: a generator takes several turns of the event loop's queue for each event. */
  [Symbol.asyncIterator](): AsyncIterator<T, void, undefined> {
    const batches = this.batches();
    let batch: readonly T[] = [];
    let next = 0;
    const more = async (): Promise<IteratorResult<T, void>> => {
      const { done, value } = await batches.next();
      if (done === true) return { done, value: undefined };
      batch = value;
      next = 1;
      return { done: false, value: value[0] as T };
    };
    return {
      next: () => (next < batch.length ? Promise.resolve({ done: false, value: batch[next++] as T }) : more()),
      async return() {
        batch = [];
        await batches.return();
        return { done: true, value: undefined };
      },
    };
  }

  #register(): Reader<T> {
    const reader = { pending: this.#early ?? [], wake: () => {} };
    this.#early = undefined;
    this.#readers.add(reader);
    return reader;
  }
}
