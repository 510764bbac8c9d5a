/** Operators on string literals (language.md 17.2). Byte strings compare as the bytes do. */
import type { BinaryOp } from "../../../grammar/index.js";

type Fold = (a: string, b: string) => string | boolean;

const FOLDS: { readonly [O in BinaryOp]?: Fold } = {
  "==": (a, b) => a === b,
  "!=": (a, b) => a !== b,
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
  "+": (a, b) => a + b,
  "&&": (a, b) => a !== "" && b !== "",
  "||": (a, b) => a !== "" || b !== "",
};

/** `undefined`: strings do not have this operator. */
export const foldStrings = (op: BinaryOp, a: string, b: string): string | boolean | undefined => FOLDS[op]?.(a, b);
