/** What the kernel takes at most, and what is thrown when a probe needs more. */
import type { Span } from "../grammar/index.js";

/** Of one program: BPF_COMPLEXITY_LIMIT_INSNS of kernel/bpf. */
export const MAX_INSTRUCTIONS = 1_000_000;

/**
 * Of one function before it is optimised. Optimisation makes programs shorter and selection makes them longer again:
 * what is longer than this does not become short enough, and to go on would only take time and memory.
 */
export const MAX_IR_INSTRUCTIONS = 1.2 * MAX_INSTRUCTIONS;

/** Of one program: MAX_USED_MAPS of include/linux/bpf_verifier.h. */
export const MAX_MAPS = 64;

/**
 * Of one program before it is optimised. Some maps go with branches that turn out never to be taken: of what has more than
 * this, too many are left. With fewer it is the kernel that counts them.
 */
export const MAX_IR_MAPS = 4 * MAX_MAPS;

/** Of what a value may be made of, and of offsets to it: BPF_MAX_VAR_SIZ and BPF_MAX_VAR_OFF of the verifier. */
export const MAX_MEMORY_BYTES = 2 ** 29 - 1;

export type ProgramLimit = "instructions" | "maps" | "stack" | "memory";

/** A probe needs something that the kernel does not give to any. */
export class ProgramLimitError extends Error {
  override readonly name = "ProgramLimitError";
  readonly limit: ProgramLimit;
  /** Of the probe, or of what needs the memory. */
  readonly span: Span | undefined;
  constructor(limit: ProgramLimit, span: Span | undefined, options?: ErrorOptions) {
    super(`too many ${limit}`, options);
    this.limit = limit;
    this.span = span;
  }
}
