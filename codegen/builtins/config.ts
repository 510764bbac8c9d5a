import type { Config } from "../config.js";
import { memory } from "../language/lowering.js";
import { NONE } from "../types/type.js";
import { defineBuiltin, type Constant } from "../language/builtin.js";

/** A record of literals: what is read of it folds like them. */
export const config = defineBuiltin({
  name: "config",
  doc: { summary: "All settings, as a record.", example: "BEGIN { print(config.max_strlen); exit(); }" },
  type: NONE,
  constant: ({ config }) => settingsOf(config),
  lower: (cx, node) => memory(cx.inMemory(node, cx.typeOf(node))),
});

/** In the order of the reference. */
const settingsOf = (config: Config): Readonly<Record<string, Constant>> => ({
  cpp_demangle: config.cppDemangle,
  lazy_symbolication: config.lazySymbolication,
  print_maps_on_exit: config.printMapsOnExit,
  use_blazesym: false,
  show_debug_info: config.showDebugInfo,
  log_size: BigInt(config.logSize),
  max_bpf_progs: BigInt(config.maxBpfProgs),
  max_cat_bytes: BigInt(config.maxCatBytes),
  max_map_keys: BigInt(config.maxMapKeys),
  max_probes: BigInt(config.maxProbes),
  max_strlen: BigInt(config.maxStrlen),
  on_stack_limit: BigInt(config.onStackLimit),
  perf_rb_pages: BigInt(config.perfRbPages),
  str_trunc_trailer: config.strTruncTrailer,
  unstable_import_statement: config.unstable.import_statement,
  unstable_tseries: config.unstable.tseries,
  unstable_typeinfo: config.unstable.typeinfo,
  unstable_dw_ustack: config.unstable.dw_ustack,
  missing_probes: config.missingProbes,
  stack_mode: config.stackMode,
  license: config.license,
});
