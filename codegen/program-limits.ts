/** What the kernel takes at most, and what is thrown when a probe needs more. */
import type { Span } from "../grammar/index.js";

/** Of one program: BPF_COMPLEXITY_LIMIT_INSNS of kernel/bpf. */
export const MAX_INSTRUCTIONS = 1_000_000;

/**
 * Of one function before it is optimised. Optimisation makes programs shorter and selection makes them longer again:
 * what is longer than this does not become short enough, and to go on would only take time and memory.
 */
export const MAX_IR_INSTRUCTIONS = 1.2 * MAX_INSTRUCTIONS;

/** A probe needs something that the kernel does not give to any. */
export class ProgramLimitError extends Error {
  override readonly name = "ProgramLimitError";
  readonly limit: "instructions" | "stack";
  /** Of the probe. */
  readonly span: Span | undefined;
  constructor(limit: "instructions" | "stack", span: Span | undefined, options?: ErrorOptions) {
    super(`too many ${limit}`, options);
    this.limit = limit;
    this.span = span;
  }
}
