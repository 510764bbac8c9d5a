import type { InstructionSet } from "./instruction-set.js";

const BYTES = 4;

/** All instructions have one length, and lie at multiples of it. */
export const AARCH64: InstructionSet = {
  lengthAt: (code, at) => (at + BYTES <= code.length ? BYTES : undefined),
  obstacleAt: () => undefined,
};
