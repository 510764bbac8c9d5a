/** Entries from a file, a pipe or a terminal that is none to draw on, line by line, and text to one. */
import { createInterface, type Interface } from "node:readline";
import { PROMPT } from "../../cli/greeting.js";
import { Writer } from "../../output/index.js";
import type { Face } from "./face.js";

/** Longer entries are looked at where they may end. */
const LONG = 20_000;

export interface PlainOptions {
  /** Somebody types: there is a prompt, of which the greeting has brought the first. */
  readonly isTerminal: boolean;
  readonly isFinished: (text: string) => boolean;
}

export class PlainFace implements Face {
  readonly isTerminal: boolean;
  readonly color = false;
  readonly columns = 80;
  readonly #out = new Writer(1, "none");
  readonly #isFinished: (text: string) => boolean;
  readonly #lines: Interface;
  readonly #waiting: string[] = [];
  readonly #callbacks: (() => void)[] = [];
  #wake: () => void = () => {};
  #isAtEnd = false;
  #isGreeted = true;
  readonly #interrupt = (): void => {
    const callback = this.#callbacks.at(-1);
    if (callback === undefined) this.#end();
    else callback();
  };

  constructor({ isTerminal, isFinished }: PlainOptions) {
    this.isTerminal = isTerminal;
    this.#isFinished = isFinished;
    this.#lines = createInterface({ input: process.stdin, terminal: false, crlfDelay: Infinity });
    this.#lines.on("line", (line) => {
      this.#waiting.push(line);
      this.#wake();
    });
    this.#lines.on("close", () => this.#end());
    process.on("SIGINT", this.#interrupt);
    process.on("SIGTERM", this.#interrupt);
  }

  get isClosed(): boolean {
    return this.#out.isClosed;
  }

  async ask(): Promise<string | undefined> {
    if (this.isTerminal && !this.#isGreeted) this.write(PROMPT);
    this.#isGreeted = false;
    let text: string | undefined;
    let openBraces = 0;
    for (;;) {
      const line = this.#waiting.shift();
      if (line !== undefined) {
        text = text === undefined ? line : `${text}\n${line}`;
        openBraces += line.split("{").length - line.split("}").length;
        // Nobody wants a long entry to be read as a whole at each of its lines; a blank one ends it in any case.
        const isOpen = openBraces > 0 && text.length > LONG && line.trim() !== "";
        if (!isOpen && this.#isFinished(text)) return text;
      } else if (this.#isAtEnd) return text;
      else
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
    }
  }

  write(text: string): void {
    this.#out.write(text);
  }

  onInterrupt(callback: () => void): () => void {
    this.#callbacks.push(callback);
    return () => void this.#callbacks.splice(this.#callbacks.indexOf(callback), 1);
  }

  preset(text: string): void {
    this.#waiting.unshift(...text.split("\n"));
  }

  live(text: () => string): Promise<void> {
    this.write(text());
    return Promise.resolve();
  }

  lend(use: () => void): void {
    use();
  }

  close(): void {
    this.#lines.close();
    process.removeListener("SIGINT", this.#interrupt);
    process.removeListener("SIGTERM", this.#interrupt);
  }

  #end(): void {
    this.#isAtEnd = true;
    this.#wake();
  }
}
