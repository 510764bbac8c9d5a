import type { FeatureName } from "../../support/index.js";

/** What happens while an example of examples/ looks on, and what it must have said of it. */
export interface Row {
  readonly file: string;
  /** What a shell does once the probes are attached. */
  readonly commands: string;
  readonly stdout: readonly RegExp[];
  /** The script prints while it runs: wait for this before it is interrupted. */
  readonly printed?: RegExp;
  /** The script's own arguments. */
  readonly args?: readonly string[];
  /**
   * The example looks at the whole machine, which must then be one that nobody else uses. Otherwise it looks at the shell
   * alone, and ends when that has ended.
   */
  readonly isWide?: boolean;
  readonly needs?: readonly FeatureName[];
}

/** Work for the CPU alone. */
export const LOOP = "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done";

/** A bucket of a histogram with something in it. */
export const BUCKET = /\|@+ *\|$/m;
