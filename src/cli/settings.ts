/** What the command line asks for, as data. */
import type { Feature } from "../../codegen/facts.js";
import type { Buffering } from "../output/index.js";
import type { DumpStage } from "./dump.js";
import type { Mode } from "./modes.js";

/** Where the program comes from. */
export type ProgramInput =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "stdin" };

export interface Settings {
  readonly program: ProgramInput | undefined;
  readonly isListing: boolean;
  /** `--emit` */
  readonly emitFile: string | undefined;
  /** Of `-l`. */
  readonly pattern: string | undefined;
  /** `types`: of the subcommand. `info`: there is no program. */
  readonly mode: "trace" | "types" | "info" | Mode;
  readonly isVerbose: boolean;
  readonly isQuiet: boolean;
  readonly isUnsafe: boolean;
  readonly isDryRun: boolean;
  /** `-k` */
  readonly warnsOfReads: boolean;
  /** False with `--no-warnings`. */
  readonly showsWarnings: boolean;
  readonly pid: string | undefined;
  readonly command: string | undefined;
  readonly outputFile: string | undefined;
  /** `-f`: checked when the program has been loaded. */
  readonly format: string;
  readonly buffering: Buffering;
  readonly dumps: ReadonlySet<DumpStage>;
  /** `--dump-after`, `--without-pass`: names of the optimiser's passes. */
  readonly dumpsAfter: ReadonlySet<string>;
  readonly withoutPasses: ReadonlySet<string>;
  /** `--no-feature` */
  readonly withoutFeatures: ReadonlySet<Feature>;
  readonly traceableFunctions: string | undefined;
  /** `--debuginfo` */
  readonly debugDirectories: readonly string[];
  readonly probeFilter: string | undefined;
  /** `-I` */
  readonly includeDirs: readonly string[];
  /** `--include` */
  readonly includes: readonly string[];
  /** `--dwarf-pid` */
  readonly unwoundPids: readonly string[];
  readonly positional: readonly string[];
  /** Words after `--` that begin with `--`. */
  readonly named: readonly string[];
}
