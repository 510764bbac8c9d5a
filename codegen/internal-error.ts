import type { Span } from "../grammar/index.js";

/** Our code is wrong, not the user's program. */
export class InternalError extends Error {
  override readonly name = "InternalError";
  readonly stage: string;
  readonly span: Span | undefined;
  constructor(stage: string, message: string, span?: Span, options?: ErrorOptions) {
    super(`${stage}: ${message}`, options);
    this.stage = stage;
    this.span = span;
  }
}
