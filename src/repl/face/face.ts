/** Where entries come from and where text goes: a terminal, or anything else. */
import { type Memory, type Sink, textOf, type TextWriter } from "../../output/index.js";

export interface Face {
  readonly isTerminal: boolean;
  readonly color: boolean;
  readonly columns: number;
  /** Nobody reads any more. */
  readonly isClosed: boolean;
  /** The next entry; undefined: there are no more. */
  ask(): Promise<string | undefined>;
  /** A byte string: above the prompt, if there is one. */
  write(text: string): void;
  /** Who is told of Ctrl-C while nothing is asked; the last one counts. @returns what takes it back */
  onInterrupt(callback: () => void): () => void;
  /** What the next prompt begins with. */
  preset(text: string): void;
  /** Shows a text and draws it again in place, until Ctrl-C or any key. Where nothing can be drawn in place, once. */
  live(text: () => string, intervalMs: number): Promise<void>;
  /** Another program has the terminal meanwhile. */
  lend(use: () => void): void;
  close(): void;
}

/** For a run: what it prints leaves by batches. */
export class FaceSink implements Sink {
  readonly #face: Pick<Face, "write" | "isClosed">;
  readonly #log: (text: string) => void;
  #pending = "";

  constructor(face: Pick<Face, "write" | "isClosed">, log: (text: string) => void = () => {}) {
    this.#face = face;
    this.#log = log;
  }

  get isClosed(): boolean {
    return this.#face.isClosed;
  }

  write(text: string): void {
    this.#pending += text;
    if (this.#pending.length >= MAX_PENDING) this.flush();
  }

  append(writer: TextWriter, m: Memory, at: number): void {
    this.write(textOf(writer, m, at));
  }

  endOfBatch(): void {
    this.flush();
  }

  flush(): void {
    if (this.#pending === "") return;
    const text = this.#pending;
    this.#pending = "";
    this.#log(text);
    this.#face.write(text);
  }
}

const MAX_PENDING = 1 << 16;
