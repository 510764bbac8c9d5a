/** What is wrong with a script, as far as its types go. */
import type { Diagnostic } from "../grammar/index.js";
import { check, type ServiceFacts } from "./facts.js";

export interface Findings {
  /** Errors first. */
  readonly diagnostics: readonly Diagnostic[];
  /** What is wrong with C definitions, in a C compiler's words; empty when nothing is. */
  readonly cFailure: string;
}

export function diagnostics(text: string, facts: ServiceFacts): Findings {
  const { diagnostics: found, cFailure } = check(text, facts);
  return { diagnostics: found, cFailure };
}
