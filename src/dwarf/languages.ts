import { AT } from "./constants.js";
import type { Entry } from "./unit.js";

/** DW_LANG_*, of languages that have something of their own. */
const LANGUAGES = { go: 0x16n, rust: 0x1cn } as const;

/** The entry is of a unit that is written in it. */
export const isWrittenIn = (language: keyof typeof LANGUAGES, { unit }: Entry): boolean =>
  unit.root.number(AT.language) === LANGUAGES[language];

export interface GoCompiler {
  /** Arguments are in registers: since 1.17. */
  readonly usesRegisters: boolean;
  readonly isOptimising: boolean;
}

/** Of Go's own compiler, not of GCC's: with what it was called. It says so as `Go cmd/compile go1.19.8; -N -l regabi`. */
export function goCompilerOf(entry: Entry): GoCompiler | undefined {
  if (!isWrittenIn("go", entry)) return undefined;
  const producer = entry.unit.root.string(AT.producer) ?? "";
  if (!producer.startsWith("Go ")) return undefined;
  return { usesRegisters: /\bregabi\b/.test(producer), isOptimising: !/\s-N\b/.test(producer) };
}
