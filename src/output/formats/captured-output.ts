/** What a test or a benchmark prints: kept as text, together with its messages, in the order in which they came. */
import type { Span } from "../../../grammar/index.js";
import type { Memory } from "../memory.js";
import type { HelperFailure, Output } from "../output.js";
import { textOf, type TextWriter } from "../text-buffer.js";
import { TextOutput } from "./text-output.js";
import type { ValueContext } from "../value-context.js";
import type { Sink } from "../writer.js";

export interface CapturedOutputOptions {
  readonly values: ValueContext;
  readonly showsWarnings: boolean;
  /** For what is said of the machine rather than by the script. */
  readonly outside: Pick<Output, "failure">;
}

export interface Captured {
  readonly text: string;
  /** There was an error, or something went wrong that is warned of. */
  readonly hasFailed: boolean;
}

export class CapturedOutput extends TextOutput {
  readonly #outside: CapturedOutputOptions["outside"];
  readonly #kept: Kept;
  #hasFailed = false;

  constructor({ values, showsWarnings, outside }: CapturedOutputOptions) {
    const kept = new Kept();
    super({ out: kept, err: kept, values, showsWarnings, color: false, isQuiet: true });
    this.#outside = outside;
    this.#kept = kept;
  }

  /** All since the last time. */
  take(): Captured {
    const captured = { text: this.#kept.take(), hasFailed: this.#hasFailed };
    this.#hasFailed = false;
    return captured;
  }

  override errorf(message: string, span: Span): void {
    this.#hasFailed = true;
    super.errorf(message, span);
  }

  override helperFailed(failure: HelperFailure): void {
    this.#hasFailed = true;
    super.helperFailed(failure);
  }

  override runtimeError(message: string, span: Span): void {
    this.#hasFailed = true;
    super.runtimeError(message, span);
  }

  override failure(message: string): void {
    this.#outside.failure(message);
  }
}

class Kept implements Sink {
  readonly isClosed = false;
  #pieces: string[] = [];

  write(text: string): void {
    this.#pieces.push(text);
  }

  append(writer: TextWriter, m: Memory, at: number): void {
    this.write(textOf(writer, m, at));
  }

  take(): string {
    const text = this.#pieces.join("");
    this.#pieces = [];
    return text;
  }

  endOfBatch(): void {}
  flush(): void {}
}
