/** Entries from a file or a pipe, line by line, and text to one: nothing is drawn. */
import { createInterface, type Interface } from "node:readline";
import { Writer } from "../../output/index.js";
import type { Face } from "./face.js";

/** Longer entries are looked at where they may end. */
const LONG = 20_000;

export class PlainFace implements Face {
  readonly isTerminal = false;
  readonly color = false;
  readonly columns = 80;
  readonly #out = new Writer(1, "none");
  readonly #isFinished: (text: string) => boolean;
  readonly #lines: Interface;
  readonly #waiting: string[] = [];
  readonly #callbacks: (() => void)[] = [];
  #wake: () => void = () => {};
  #isAtEnd = false;
  readonly #interrupt = (): void => {
    const callback = this.#callbacks.at(-1);
    if (callback === undefined) this.#end();
    else callback();
  };

  constructor(isFinished: (text: string) => boolean) {
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
