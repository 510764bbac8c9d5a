/** What each variable of a `config` block means. */
export const SETTINGS: Readonly<Record<string, string>> = {
  cache_user_symbols:
    "What is remembered of user symbols: PER_PID (for each process), PER_PROGRAM (for each file) or NONE. By default PER_PROGRAM where addresses are not randomised, PER_PID elsewhere.",
  cpp_demangle: "Show the names of C++ functions as they are written in the source.",
  lazy_symbolication: "Look for user symbols when they are printed, and not when a process is first seen.",
  license: "The license that the kernel is told. Some of its functions are for programs under the GPL only.",
  log_size: "Bytes for what the kernel's verifier says of a program that it refuses.",
  max_bpf_progs: "How many programs a script may become. More is most often a pattern that matches too much.",
  max_cat_bytes: "How many bytes the function cat prints of a file.",
  max_map_keys: "How many keys a map has room for, where its declaration does not say. Others are lost, and reported.",
  max_probes: "How many attach points a script may have.",
  max_strlen: "How long a string may be, in bytes with its NUL. Longer ones are cut off.",
  missing_probes: "What becomes of attach points that do not exist: error, warn or ignore.",
  on_stack_limit: "Values larger than so many bytes do not lie on the stack of a program, which has 512 bytes.",
  perf_rb_pages:
    "Pages of the ring in which events wait for being printed; 0: chosen by the size of memory, or less for a script that can send little.",
  print_maps_on_exit: "Print all maps when the trace ends.",
  show_debug_info:
    "Stacks and symbols have the file and line of their code behind them, and stacks the functions that were inlined, where there is debug information. Off by default, as in builds of bpftrace without blazesym.",
  stack_mode: "How stacks are printed: bpftrace, perf, raw (addresses only) or build_id (user stacks only).",
  str_trunc_trailer: "What is printed behind a string that was cut off.",
  unstable_dw_ustack: "The function dw_ustack: enable, warn or error.",
  unstable_import_statement: "The import statement in scripts: enable, warn or error.",
  unstable_tseries: "The function tseries: enable, warn or error.",
  unstable_typeinfo: "The function typeinfo: enable, warn or error.",
  use_blazesym: "Accepted for scripts of bpftrace; without effect.",
};
