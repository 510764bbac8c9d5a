/** The settings of a run: defaults, then the script's `config` block, then the environment (language.md 16.1). */

export interface Config {
  readonly cacheUserSymbols: "PER_PID" | "PER_PROGRAM" | "NONE" | undefined;
  readonly cppDemangle: boolean;
  readonly lazySymbolication: boolean;
  readonly license: string;
  readonly logSize: number;
  readonly maxBpfProgs: number;
  readonly maxCatBytes: number;
  readonly maxMapKeys: number;
  readonly maxProbes: number;
  readonly maxStrlen: number;
  readonly missingProbes: "error" | "warn" | "ignore";
  readonly onStackLimit: number;
  readonly perfRbPages: number;
  readonly printMapsOnExit: boolean;
  /** Stacks have lines of sources, and functions without code of their own. */
  readonly showDebugInfo: boolean;
  readonly stackMode: "bpftrace" | "perf" | "raw" | "build_id";
  readonly strTruncTrailer: string;
  /** A scalar map that tests of time read in the place of a clock. */
  readonly dummyClockMap: string | undefined;
  readonly unstable: { readonly [F in UnstableFeature]: "enable" | "warn" | "error" };
}

export type UnstableFeature = "import_statement" | "tseries" | "typeinfo" | "dw_ustack";

export const DEFAULT_CONFIG: Config = {
  cacheUserSymbols: undefined,
  cppDemangle: true,
  lazySymbolication: true,
  license: "GPL",
  logSize: 1_000_000,
  maxBpfProgs: 1024,
  maxCatBytes: 10_240,
  maxMapKeys: 4096,
  maxProbes: 1024,
  maxStrlen: 1024,
  missingProbes: "error",
  onStackLimit: 32,
  perfRbPages: 0,
  printMapsOnExit: true,
  showDebugInfo: false,
  stackMode: "bpftrace",
  strTruncTrailer: "..",
  dummyClockMap: undefined,
  unstable: { import_statement: "error", tseries: "warn", typeinfo: "error", dw_ustack: "warn" },
};
