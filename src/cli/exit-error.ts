import { renderHint } from "../../grammar/index.js";

/** Ends the process: what to say on standard error, and the status. Thrown where there is nothing more to do. */
export class ExitError extends Error {
  override readonly name = "ExitError";
  readonly status: number;
  /** A byte string, whole lines. */
  readonly text: string;

  constructor(text: string, status: number) {
    super(text);
    this.text = text;
    this.status = status;
  }
}

/** `ERROR: …`, status 1. */
export const failure = (message: string, status = 1, hints: readonly string[] = []): ExitError =>
  new ExitError(`ERROR: ${message}\n${hints.map(renderHint).join("")}`, status);
