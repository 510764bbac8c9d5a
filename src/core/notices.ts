/** What is said of a run by those who start it: no output of the script. */
import type { Span } from "../../grammar/index.js";

export interface Place {
  readonly span?: Span;
  readonly hint?: string;
}

export interface Notices {
  warning(message: string, place?: Place): void;
  error(message: string): void;
}
