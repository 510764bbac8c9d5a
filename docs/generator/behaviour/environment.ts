import type { BehaviourGroups } from "./row.js";

export const ENVIRONMENT_BEHAVIOUR: BehaviourGroups = {
  Environment: [
    {
      subject: "BPFTRACE_CACHE_USER_SYMBOLS",
      claim: "PER_PID, PER_PROGRAM, NONE",
      args: ["-q", "-e", "begin { print(1); exit(); }"],
      env: {
        BPFTRACE_CACHE_USER_SYMBOLS: "NONE",
      },
      stdout: "1\n\n\n",
    },
    {
      subject: "BPFTRACE_CACHE_USER_SYMBOLS",
      claim: "another value ends it with status 2, as with all variables",
      args: ["-q", "-e", "begin { print(1); exit(); }"],
      env: {
        BPFTRACE_CACHE_USER_SYMBOLS: "SOME",
      },
      stderr:
        "cache_user_symbols: Invalid value for cache_user_symbols: valid values are PER_PID, PER_PROGRAM, and NONE.\n",
      status: 2,
    },
    {
      subject: "BPFTRACE_CPP_DEMANGLE",
      claim: "true, on, yes, 1, false, off, no, 0",
      args: ["-q", "-e", "begin { print(config().cpp_demangle); exit(); }"],
      env: {
        BPFTRACE_CPP_DEMANGLE: "off",
      },
      stdout: "false\n\n\n",
    },
    {
      subject: "BPFTRACE_CPP_DEMANGLE",
      claim: "another value",
      args: ["-q", "-e", "begin { print(1); exit(); }"],
      env: {
        BPFTRACE_CPP_DEMANGLE: "maybe",
      },
      stderr: "cpp_demangle: Invalid bool value: valid values are true, false, 1 or 0.\n",
      status: 2,
    },
    {
      subject: "BPFTRACE_LAZY_SYMBOLICATION",
      claim: "user symbols are looked for when they are printed",
      args: ["-q", "-e", "begin { print(config().lazy_symbolication); exit(); }"],
      env: {
        BPFTRACE_LAZY_SYMBOLICATION: "0",
      },
      stdout: "false\n\n\n",
    },
    {
      subject: "BPFTRACE_LICENSE",
      claim: "of the programs: functions for GPL programs only need it",
      args: ["-q", "-e", "begin { print(config().license); exit(); }"],
      env: {
        BPFTRACE_LICENSE: "Dual MIT/GPL",
      },
      stdout: "Dual MIT/GPL\n\n\n",
    },
    {
      subject: "BPFTRACE_LICENSE",
      claim: "another license",
      args: ["-q", "-e", "begin { print(1); exit(); }"],
      env: {
        BPFTRACE_LICENSE: "MIT",
      },
      stderr:
        "Invalid value for license. Found: MIT. Valid values: Dual MIT/GPL, Dual BSD/GPL, Dual MPL/GPL, GPL and additional rights, GPL v2, GPL. Read more about BPF programs and licensing: https://docs.kernel.org/bpf/bpf_licensing.html#using-bpf-programs-in-the-linux-kernel\n",
      status: 2,
    },
    {
      subject: "BPFTRACE_LOG_SIZE",
      claim: "a number, in any notation of the language",
      args: ["-q", "-e", "begin { print(config().log_size); exit(); }"],
      env: {
        BPFTRACE_LOG_SIZE: "0x1000",
      },
      stdout: "4096\n\n\n",
    },
    {
      subject: "BPFTRACE_LOG_SIZE",
      claim: "something else",
      args: ["-q", "-e", "begin { print(1); exit(); }"],
      env: {
        BPFTRACE_LOG_SIZE: "big",
      },
      stderr: "log_size: expecting a number, got big\n",
      status: 2,
    },
    {
      subject: "BPFTRACE_MAX_BPF_PROGS",
      claim: "more programs than that are refused to a pattern",
      args: ["-q", "-e", "tracepoint:sched:sched_wak* { }"],
      env: {
        BPFTRACE_MAX_BPF_PROGS: "1",
      },
      stderr:
        "stdin:1:1-28: ERROR: …HINT: You can increase the limit through the BPFTRACE_MAX_BPF_PROGS environment variable.\n",
      status: 1,
    },
    {
      subject: "BPFTRACE_MAX_CAT_BYTES",
      claim: "cat() ends there",
      args: ["-q", "-e", 'begin { cat("long.txt"); exit(); }'],
      env: {
        BPFTRACE_MAX_CAT_BYTES: "4",
      },
      stdout: "0123\n\n",
    },
    {
      subject: "BPFTRACE_MAX_MAP_KEYS",
      claim: "more keys are lost, and told",
      args: ["-q", "-e", "begin { for ($i : 0..4) { @[$i] = 1; } exit(); }"],
      env: {
        BPFTRACE_MAX_MAP_KEYS: "2",
      },
      stdout: "\n\n@[0]: 1\n@[1]: 1\n",
      stderr: "stdin:1:27-36: WARNING: Map full; can't update element. …",
    },
    {
      subject: "BPFTRACE_MAX_PROBES",
      claim: "more attach points are refused",
      args: ["-q", "-e", "interval:s:1 { } interval:s:2 { }"],
      env: {
        BPFTRACE_MAX_PROBES: "1",
      },
      stderr:
        "ERROR: Can't attach to 2 probes because it exceeds the current limit of 1 probes.\nYou can increase the limit through the BPFTRACE_MAX_PROBES environment variable, but BE CAREFUL since a high number of probes attached can cause your system to crash.\n",
      status: 1,
    },
    {
      subject: "BPFTRACE_MAX_STRLEN",
      claim: "a literal may not be longer; what is read is cut there",
      args: ["-q", "-e", "begin { print(str($1)); exit(); }", "0123456789"],
      env: {
        BPFTRACE_MAX_STRLEN: "8",
      },
      stderr:
        "stdin:1:15-22: ERROR: String is too long (over 8 bytes): 0123456789\nbegin { print(str($1)); exit(); }\n              ~~~~~~~\n",
      status: 1,
    },
    {
      subject: "BPFTRACE_MISSING_PROBES",
      claim: "error: they are (so it is by default)",
      args: ["-q", "-e", "tracepoint:none:none { } begin { exit(); }"],
      env: {
        BPFTRACE_MISSING_PROBES: "error",
      },
      stderr:
        "stdin:1:1-21: ERROR: No matches for tracepoint none:none.\ntracepoint:none:none { } begin { exit(); }\n           ~~~~\n",
      status: 1,
    },
    {
      subject: "BPFTRACE_MISSING_PROBES",
      claim: "warn",
      args: ["-q", "-e", "tracepoint:none:none { } begin { exit(); }"],
      env: {
        BPFTRACE_MISSING_PROBES: "warn",
      },
      stdout: "\n\n",
      stderr:
        "stdin:1:1-21: WARNING: No matches for tracepoint none:none. Skipping.\ntracepoint:none:none { } begin { exit(); }\n           ~~~~\nstdin:1:1-21: WARNING: Probe has no valid attach points. It is being removed which may cause issues with program behavior.\ntracepoint:none:none { } begin { exit(); }\n           ~~~~\n",
    },
    {
      subject: "BPFTRACE_MISSING_PROBES",
      claim: "ignore",
      args: ["-q", "-e", "tracepoint:none:none { } begin { exit(); }"],
      env: {
        BPFTRACE_MISSING_PROBES: "ignore",
      },
      stdout: "\n\n",
    },
    {
      subject: "BPFTRACE_ON_STACK_LIMIT",
      claim: "in bytes; larger values are not on the stack of programs",
      args: ["-q", "-e", "begin { print(config().on_stack_limit); exit(); }"],
      env: {
        BPFTRACE_ON_STACK_LIMIT: "16",
      },
      stdout: "16\n\n\n",
    },
    {
      subject: "BPFTRACE_PERF_RB_PAGES",
      claim: "pages of the ring",
      args: ["-q", "-e", "begin { print(config().perf_rb_pages); exit(); }"],
      env: {
        BPFTRACE_PERF_RB_PAGES: "64",
      },
      stdout: "64\n\n\n",
    },
    {
      subject: "BPFTRACE_PRINT_MAPS_ON_EXIT",
      claim: "whether maps are printed at the end",
      args: ["-q", "-e", "begin { @ = 1; exit(); }"],
      env: {
        BPFTRACE_PRINT_MAPS_ON_EXIT: "false",
      },
      stdout: "\n\n",
    },
    {
      subject: "BPFTRACE_SHOW_DEBUG_INFO",
      claim: "1: stacks and symbols of user code have files and lines, where there is debug information",
      args: ["-q", "-e", "begin { print(1); exit(); }"],
      env: {
        BPFTRACE_SHOW_DEBUG_INFO: "1",
      },
      stdout: "1\n\n\n",
    },
    {
      subject: "BPFTRACE_USE_BLAZESYM",
      claim: "without effect",
      args: ["-q", "-e", "begin { print(1); exit(); }"],
      env: {
        BPFTRACE_USE_BLAZESYM: "0",
      },
      stdout: "1\n\n\n",
    },
    {
      subject: "BPFTRACE_STACK_MODE",
      claim: "how stacks are printed that say nothing of it",
      args: ["-q", "-e", "begin { print(config().stack_mode); exit(); }"],
      env: {
        BPFTRACE_STACK_MODE: "raw",
      },
      stdout: "raw\n\n\n",
    },
    {
      subject: "BPFTRACE_STACK_MODE",
      claim: "another mode",
      args: ["-q", "-e", "begin { print(1); exit(); }"],
      env: {
        BPFTRACE_STACK_MODE: "long",
      },
      stderr: "stack_mode: Invalid value for stack_mode: valid values are bpftrace, raw, perf, and build_id.\n",
      status: 2,
    },
    {
      subject: "BPFTRACE_STR_TRUNC_TRAILER",
      claim: "stands behind strings that were cut",
      args: ["-q", "-e", "begin { print(config().str_trunc_trailer); exit(); }"],
      env: {
        BPFTRACE_STR_TRUNC_TRAILER: "~",
      },
      stdout: "~\n\n\n",
    },
    {
      subject: "BPFTRACE_UNSTABLE_TSERIES",
      claim: "warn (so it is by default)",
      args: ["-q", "-e", "begin { @ = tseries(1, 1s, 2); exit(); }"],
      env: {
        BPFTRACE_UNSTABLE_TSERIES: "warn",
      },
      stdout: "\n\n@:\n…",
      stderr:
        "WARNING: Script is using an unstable feature: tseries. To prevent this warning you must explicitly enable it in the config e.g. unstable_tseries=enable\n",
    },
    {
      subject: "BPFTRACE_UNSTABLE_TSERIES",
      claim: "error",
      args: ["-q", "-e", "begin { @ = tseries(1, 1s, 2); exit(); }"],
      env: {
        BPFTRACE_UNSTABLE_TSERIES: "error",
      },
      stderr:
        "stdin:1:13-30: ERROR: tseries feature is not enabled by default. To enable this unstable feature, set the config flag to enable. unstable_tseries=enable\nbegin { @ = tseries(1, 1s, 2); exit(); }\n            ~~~~~~~~~~~~~~~~~\n",
      status: 1,
    },
    {
      subject: "BPFTRACE_UNSTABLE_DW_USTACK",
      claim: "enable, warn, error",
      args: ["-q", "-e", "begin { print(config().unstable_dw_ustack); exit(); }"],
      env: {
        BPFTRACE_UNSTABLE_DW_USTACK: "enable",
      },
      stdout: "enable\n\n\n",
    },
    {
      subject: "BPFTRACE_UNSTABLE_IMPORT_STATEMENT",
      claim: "enable, warn, error",
      args: ["-q", "-e", "begin { print(config().unstable_import_statement); exit(); }"],
      env: {
        BPFTRACE_UNSTABLE_IMPORT_STATEMENT: "warn",
      },
      stdout: "warn\n\n\n",
    },
    {
      subject: "BPFTRACE_UNSTABLE_TYPEINFO",
      claim: "enable, warn, error",
      args: ["-q", "-e", "begin { print(typeinfo(1).full_type); exit(); }"],
      env: {
        BPFTRACE_UNSTABLE_TYPEINFO: "enable",
      },
      stdout: "int8\n\n\n",
    },
    {
      subject: "BPFTRACE_UNSTABLE_TYPEINFO",
      claim: "another value",
      args: ["-q", "-e", "begin { print(1); exit(); }"],
      env: {
        BPFTRACE_UNSTABLE_TYPEINFO: "perhaps",
      },
      stderr: "unstable_typeinfo: Invalid value for unstable config: valid values are enable, warn, and error.\n",
      status: 2,
    },
    {
      subject: "BPFTRACE_…",
      claim: "wins over the script's own block",
      args: ["-q", "-e", "config = { max_strlen = 9 } begin { print(config().max_strlen); exit(); }"],
      env: {
        BPFTRACE_MAX_STRLEN: "33",
      },
      stdout: "33\n\n\n",
    },
    {
      subject: "BPFTRACE_…",
      claim: "variables that are no setting are none of ours",
      args: ["-q", "-e", "begin { print(1); exit(); }"],
      env: {
        BPFTRACE_NOTHING: "x",
      },
      stdout: "1\n\n\n",
    },
    {
      subject: "BPFTRACE_BTF",
      claim: "a file with types in place of the kernel's",
      args: ["-q", "-e", "begin { print(curtask.pid); }"],
      env: {
        BPFTRACE_BTF: "none",
      },
      stderr: "WARNING: BTF: failed to parse BTF from none\n…",
      status: 1,
    },
    {
      subject: "BPFTRACE_VMLINUX",
      claim:
        "the kernel's image with its symbols, which tells sizes of functions and what was inlined; none is no mistake",
      args: ["-q", "-e", "begin { print(1); exit(); }"],
      env: {
        BPFTRACE_VMLINUX: "none",
      },
      stdout: "1\n\n\n",
    },
    {
      subject: "BPFTRACE_KERNEL_SOURCE",
      claim: "where the kernel's headers are",
      args: ["-q", "-e", "#include <linux/own.h>\nbegin { print(OWN); exit(); }"],
      env: {
        BPFTRACE_KERNEL_SOURCE: "tree",
        BPFTRACE_KERNEL_BUILD: "built",
      },
      stdout: "8\n\n\n",
    },
    {
      subject: "BPFTRACE_KERNEL_BUILD",
      claim: "… and what building has added to them",
      args: ["-q", "-e", "#include <generated/own.h>\nbegin { print(BUILT); exit(); }"],
      env: {
        BPFTRACE_KERNEL_SOURCE: "tree",
        BPFTRACE_KERNEL_BUILD: "built",
      },
      stdout: "8\n\n\n",
    },
    {
      subject: "BPFTRACE_COLOR",
      claim: "always, never, auto",
      args: ["-q", "-e", "begin { nothing(); }"],
      env: {
        BPFTRACE_COLOR: "always",
      },
      stderr:
        "\x1b[31mstdin:1:9-18: ERROR: Unknown function: 'nothing'\x1b[0m\nbegin { nothing(); }\n        ~~~~~~~~~\n",
      status: 1,
    },
    {
      subject: "BPFTRACE_COLOR",
      claim: "another value",
      args: ["-q", "-e", "begin { print(1); exit(); }"],
      env: {
        BPFTRACE_COLOR: "red",
      },
      stdout: "1\n\n\n",
      stderr:
        "WARNING: Invalid env value! The valid values of `BPFTRACE_COLOR` are [auto|always|never]. The current value is red!\n",
    },
    {
      subject: "__BPFTRACE_NOTIFY_PROBES_ATTACHED",
      claim: "is printed when all is attached",
      args: ["-q", "-e", "begin { exit(); }"],
      env: {
        __BPFTRACE_NOTIFY_PROBES_ATTACHED: "1",
      },
      stdout: "__BPFTRACE_NOTIFY_PROBES_ATTACHED\n\n\n",
    },
    {
      subject: "BPFTRACE_DUMMY_TS_MAP",
      claim: "for tests: tseries() reads the time from that map",
      args: ["-q", "-e", "begin { @now = 1000000000; @ = tseries(7, 1s, 2); exit(); }"],
      env: {
        BPFTRACE_DUMMY_TS_MAP: "@now",
      },
      stdout: "\n\n@:\n…:01.000000000 |…\n…@now: 1000000000\n",
      stderr:
        "WARNING: Script is using an unstable feature: tseries. To prevent this warning you must explicitly enable it in the config e.g. unstable_tseries=enable\n",
    },
  ],
  "Old names in a config block": [
    {
      subject: "strlen",
      claim: "a warning; it counts as the new one",
      args: ["-q", "-e", "config = { strlen = 1 } begin { exit(); }"],
      stdout: "\n\n",
      stderr:
        "stdin:1:12-22: WARNING: strlen has been renamed, please use max_strlen\nconfig = { strlen = 1 } begin { exit(); }\n           ~~~~~~~~~~\n",
    },
    {
      subject: "no_cpp_demangle",
      claim: "a warning; it counts as the new one",
      args: ["-q", "-e", "config = { no_cpp_demangle = 1 } begin { exit(); }"],
      stdout: "\n\n",
      stderr:
        "stdin:1:12-31: WARNING: no_cpp_demangle has been renamed, please use cpp_demangle\nconfig = { no_cpp_demangle = 1 } begin { exit(); }\n           ~~~~~~~~~~~~~~~~~~~\n",
    },
    {
      subject: "cat_bytes_max",
      claim: "a warning; it counts as the new one",
      args: ["-q", "-e", "config = { cat_bytes_max = 1 } begin { exit(); }"],
      stdout: "\n\n",
      stderr:
        "stdin:1:12-29: WARNING: cat_bytes_max has been renamed, please use max_cat_bytes\nconfig = { cat_bytes_max = 1 } begin { exit(); }\n           ~~~~~~~~~~~~~~~~~\n",
    },
    {
      subject: "map_keys_max",
      claim: "a warning; it counts as the new one",
      args: ["-q", "-e", "config = { map_keys_max = 1 } begin { exit(); }"],
      stdout: "\n\n",
      stderr:
        "stdin:1:12-28: WARNING: map_keys_max has been renamed, please use max_map_keys\nconfig = { map_keys_max = 1 } begin { exit(); }\n           ~~~~~~~~~~~~~~~~\n",
    },
    {
      subject: "symbol_source",
      claim: "a warning, and nothing else",
      args: ["-q", "-e", "config = { symbol_source = 1 } begin { exit(); }"],
      stdout: "\n\n",
      stderr:
        "stdin:1:12-29: WARNING: symbol_source is deprecated and has no effect\nconfig = { symbol_source = 1 } begin { exit(); }\n           ~~~~~~~~~~~~~~~~~\n",
    },
    {
      subject: "max_type_res_iterations",
      claim: "a warning, and nothing else",
      args: ["-q", "-e", "config = { max_type_res_iterations = 1 } begin { exit(); }"],
      stdout: "\n\n",
      stderr:
        "stdin:1:12-39: WARNING: max_type_res_iterations is deprecated and has no effect\nconfig = { max_type_res_iterations = 1 } begin { exit(); }\n           ~~~~~~~~~~~~~~~~~~~~~~~~~~~\n",
    },
    {
      subject: "unstable_addr",
      claim: "a warning, and nothing else",
      args: ["-q", "-e", "config = { unstable_addr = 1 } begin { exit(); }"],
      stdout: "\n\n",
      stderr:
        "stdin:1:12-29: WARNING: unstable_addr is deprecated and has no effect\nconfig = { unstable_addr = 1 } begin { exit(); }\n           ~~~~~~~~~~~~~~~~~\n",
    },
    {
      subject: "unstable_import",
      claim: "a warning, and nothing else",
      args: ["-q", "-e", "config = { unstable_import = 1 } begin { exit(); }"],
      stdout: "\n\n",
      stderr:
        "stdin:1:12-31: WARNING: unstable_import is deprecated and has no effect\nconfig = { unstable_import = 1 } begin { exit(); }\n           ~~~~~~~~~~~~~~~~~~~\n",
    },
    {
      subject: "unstable_macro",
      claim: "a warning, and nothing else",
      args: ["-q", "-e", "config = { unstable_macro = 1 } begin { exit(); }"],
      stdout: "\n\n",
      stderr:
        "stdin:1:12-30: WARNING: unstable_macro is deprecated and has no effect\nconfig = { unstable_macro = 1 } begin { exit(); }\n           ~~~~~~~~~~~~~~~~~~\n",
    },
    {
      subject: "unstable_map_decl",
      claim: "a warning, and nothing else",
      args: ["-q", "-e", "config = { unstable_map_decl = 1 } begin { exit(); }"],
      stdout: "\n\n",
      stderr:
        "stdin:1:12-33: WARNING: unstable_map_decl is deprecated and has no effect\nconfig = { unstable_map_decl = 1 } begin { exit(); }\n           ~~~~~~~~~~~~~~~~~~~~~\n",
    },
    {
      subject: "btf",
      claim: "variables of the environment only",
      args: ["-q", "-e", 'config = { btf = "x" } begin { exit(); }'],
      stderr:
        'stdin:1:12-21: ERROR: btf: can only be set as an environment variable\nconfig = { btf = "x" } begin { exit(); }\n           ~~~~~~~~~\n',
      status: 1,
    },
    {
      subject: "kernel_build",
      claim: "variables of the environment only",
      args: ["-q", "-e", 'config = { kernel_build = "x" } begin { exit(); }'],
      stderr:
        'stdin:1:12-30: ERROR: kernel_build: can only be set as an environment variable\nconfig = { kernel_build = "x" } begin { exit(); }\n           ~~~~~~~~~~~~~~~~~~\n',
      status: 1,
    },
    {
      subject: "kernel_source",
      claim: "variables of the environment only",
      args: ["-q", "-e", 'config = { kernel_source = "x" } begin { exit(); }'],
      stderr:
        'stdin:1:12-31: ERROR: kernel_source: can only be set as an environment variable\nconfig = { kernel_source = "x" } begin { exit(); }\n           ~~~~~~~~~~~~~~~~~~~\n',
      status: 1,
    },
    {
      subject: "vmlinux",
      claim: "variables of the environment only",
      args: ["-q", "-e", 'config = { vmlinux = "x" } begin { exit(); }'],
      stderr:
        'stdin:1:12-25: ERROR: vmlinux: can only be set as an environment variable\nconfig = { vmlinux = "x" } begin { exit(); }\n           ~~~~~~~~~~~~~\n',
      status: 1,
    },
    {
      subject: "max_strlenn",
      claim: "what there never was is refused",
      args: ["-q", "-e", "config = { max_strlenn = 1 } begin { exit(); }"],
      stderr:
        "stdin:1:12-27: ERROR: max_strlenn: not a known configuration option\nconfig = { max_strlenn = 1 } begin { exit(); }\n           ~~~~~~~~~~~~~~~\nHINT: Did you mean `max_strlen`?\n",
      status: 1,
    },
  ],
};
