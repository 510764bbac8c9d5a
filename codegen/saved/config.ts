/** The settings that a script was compiled with. */
import type { Config } from "../config.js";
import { bool, type Codec, optional, record, text, u32, whole, word } from "../codec/index.js";

const unstable = word("enable", "warn", "error");

export const config: Codec<Config> = record<Config>({
  cacheUserSymbols: optional(word("PER_PID", "PER_PROGRAM", "NONE")),
  cppDemangle: bool,
  lazySymbolication: bool,
  license: text,
  logSize: u32,
  maxBpfProgs: whole,
  maxCatBytes: whole,
  maxMapKeys: whole,
  maxProbes: whole,
  maxStrlen: whole,
  missingProbes: word("error", "warn", "ignore"),
  onStackLimit: whole,
  perfRbPages: whole,
  printMapsOnExit: bool,
  showDebugInfo: bool,
  stackMode: word("bpftrace", "perf", "raw", "build_id"),
  strTruncTrailer: text,
  dummyClockMap: optional(text),
  unstable: record<Config["unstable"]>({
    import_statement: unstable,
    tseries: unstable,
    typeinfo: unstable,
    dw_ustack: unstable,
  }),
});
