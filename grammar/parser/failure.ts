import type { Code, MessageArgs } from "../diagnostic.js";
import type { Span } from "../source.js";

/** Thrown by a rule that cannot go on; never leaves the parser. */
export class SyntaxFailure<C extends Code = Code> extends Error {
  override readonly name = "SyntaxFailure";
  readonly code: C;
  readonly args: MessageArgs<C>;
  readonly span: Span;

  constructor(code: C, span: Span, args: MessageArgs<C>) {
    super(code);
    this.code = code;
    this.args = args;
    this.span = span;
  }
}
