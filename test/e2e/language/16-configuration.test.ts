import { languageTests } from "./language-rows.js";

languageTests("16 Configuration, parameters", {
  "settings of the config block": [
    { script: 'config = { max_strlen = "100" } begin { print(1); }', prints: ["1"] },
    { script: "config = { max_strlen = true } begin { print(1); }", prints: ["1"] },
    { script: "config = {} begin { print(1); }", prints: ["1"] },
    {
      script: "config = { max_map_keys = 1; } begin { @[1] = 1; @[2] = 1; }",
      maps: ["@[1]: 1"],
      says: [
        "1:50-58 WARNING: Map full; can't update element. Try increasing max_map_keys config or manually setting the max entries in a map declaration e.g. `let @a = hash(5000)`",
        "Additional Info - helper: map_update_elem, retcode: -7",
      ],
    },
    { script: "config = { print_maps_on_exit = false } begin { @ = 1; }", prints: [] },
    { script: "config = { print_maps_on_exit = off } begin { @ = 1; }", prints: [] },
    { script: 'config = { print_maps_on_exit = "no" } begin { @ = 1; }', prints: [] },
    { script: "config = { print_maps_on_exit = 0 } begin { @ = 1; }", prints: [] },
    { script: "config = { print_maps_on_exit = 2 } begin { @ = 1; }", maps: ["@: 1"] },
    {
      script: 'config = { stack_mode = "perf"; missing_probes = WARN; cache_user_symbols = none; } begin { print(1); }',
      prints: ["1"],
    },
    { script: 'config = { license = "GPL v2" } begin { print(1); }', prints: ["1"] },
    { script: 'config = { license = "Dual MIT/GPL" } begin { print(1); }', prints: ["1"] },
    {
      script:
        "config = { max_map_keys = 2; max_map_keys = 5 } begin { for ($i : 0..9) { @[$i] = 1; } print(len(@)); clear(@); }",
      prints: ["5"],
      says: [
        "1:75-84 WARNING: Map full; can't update element. Try increasing max_map_keys config or manually setting the max entries in a map declaration e.g. `let @a = hash(5000)`",
        "Additional Info - helper: map_update_elem, retcode: -7",
        "1:75-84 WARNING: Map full; can't update element. Try increasing max_map_keys config or manually setting the max entries in a map declaration e.g. `let @a = hash(5000)` (4 in all)",
      ],
    },
    {
      script: 'config = { on_stack_limit = 16 } begin { $x = (1,2,3,4,"abc"); print($x); }',
      prints: ["(1, 2, 3, 4, abc)"],
    },
  ],
  "keys are of any case, with or without prefix": [
    { script: "config = { PRINT_MAPS_ON_EXIT = no } begin { @ = 1; }", prints: [] },
    { script: "config = { BPFTRACE_PRINT_MAPS_ON_EXIT = no } begin { @ = 1; }", prints: [] },
    { script: "config = { bpftrace_print_maps_on_exit = no } begin { @ = 1; }", prints: [] },
  ],
  "what is wrong with a setting": [
    {
      script: "config = { foo = 1 } begin { print(1); }",
      says: ["1:12-19 ERROR: foo: not a known configuration option"],
    },
    {
      script: "config = { max_strlen = abc } begin { print(1); }",
      says: ["1:12-28 ERROR: max_strlen: expecting a number, got abc"],
    },
    {
      script: "config = { print_maps_on_exit = foo } begin { print(1); }",
      says: ["1:12-36 ERROR: print_maps_on_exit: Invalid bool value: valid values are true, false, 1 or 0."],
    },
    {
      script: "config = { stack_mode = PERF } begin { print(1); }",
      says: [
        "1:12-29 ERROR: stack_mode: Invalid value for stack_mode: valid values are bpftrace, raw, perf, and build_id.",
      ],
    },
    {
      script: "config = { missing_probes = foo } begin { print(1); }",
      says: [
        "1:12-32 ERROR: missing_probes: Invalid value for missing_probes: valid values are ignore, warn, and error.",
      ],
    },
    {
      script: "config = { cache_user_symbols = foo } begin { print(1); }",
      says: [
        "1:12-36 ERROR: cache_user_symbols: Invalid value for cache_user_symbols: valid values are PER_PID, PER_PROGRAM, and NONE.",
      ],
    },
    {
      script: "config = { unstable_typeinfo = foo } begin { print(1); }",
      says: [
        "1:12-35 ERROR: unstable_typeinfo: Invalid value for unstable config: valid values are enable, warn, and error.",
      ],
    },
    {
      script: "config = { license = foo } begin { print(1); }",
      says: [
        "1:12-25 ERROR: Invalid value for license. Found: foo. Valid values: Dual MIT/GPL, Dual BSD/GPL, Dual MPL/GPL, GPL and additional rights, GPL v2, GPL. Read more about BPF programs and licensing: https://docs.kernel.org/bpf/bpf_licensing.html#using-bpf-programs-in-the-linux-kernel",
      ],
    },
    {
      script: 'config = { vmlinux = "a"; kernel_build = "b"; kernel_source = "c"; btf = 1 } begin { print(1); }',
      says: [
        "1:12-25 ERROR: vmlinux: can only be set as an environment variable",
        "1:27-45 ERROR: kernel_build: can only be set as an environment variable",
        "1:47-66 ERROR: kernel_source: can only be set as an environment variable",
        "1:68-75 ERROR: btf: can only be set as an environment variable",
      ],
    },
    {
      script: "config = { foo = 1; max_strlen = abc; stack_mode = bar } begin { print(1); }",
      says: [
        "1:12-19 ERROR: foo: not a known configuration option",
        "1:21-37 ERROR: max_strlen: expecting a number, got abc",
        "1:39-55 ERROR: stack_mode: Invalid value for stack_mode: valid values are bpftrace, raw, perf, and build_id.",
      ],
    },
  ],
  "old names are worth a warning": [
    {
      script: "config = { strlen = 10 } begin { print(1); }",
      prints: ["1"],
      says: ["1:12-23 WARNING: strlen has been renamed, please use max_strlen"],
    },
    {
      script: "config = { cat_bytes_max = 10; map_keys_max = 5; no_cpp_demangle = true } begin { print(1); }",
      prints: ["1"],
      says: [
        "1:12-30 WARNING: cat_bytes_max has been renamed, please use max_cat_bytes",
        "1:32-48 WARNING: map_keys_max has been renamed, please use max_map_keys",
        "1:50-72 WARNING: no_cpp_demangle has been renamed, please use cpp_demangle",
      ],
    },
    {
      script:
        "config = { symbol_source = 10; max_type_res_iterations = 5; unstable_addr = 1; unstable_import = 1; unstable_macro = 1; unstable_map_decl = 1; } begin { print(1); }",
      prints: ["1"],
      says: [
        "1:12-30 WARNING: symbol_source is deprecated and has no effect",
        "1:32-59 WARNING: max_type_res_iterations is deprecated and has no effect",
        "1:61-78 WARNING: unstable_addr is deprecated and has no effect",
        "1:80-99 WARNING: unstable_import is deprecated and has no effect",
        "1:101-119 WARNING: unstable_macro is deprecated and has no effect",
        "1:121-142 WARNING: unstable_map_decl is deprecated and has no effect",
      ],
    },
  ],
  "the environment wins": [
    { script: "begin { @ = 1; }", env: { BPFTRACE_PRINT_MAPS_ON_EXIT: "no" }, prints: [] },
    {
      script: "config = { print_maps_on_exit = true } begin { @ = 1; }",
      env: { BPFTRACE_PRINT_MAPS_ON_EXIT: "no" },
      prints: [],
    },
    {
      script: "config = { max_map_keys = 2 } begin { for ($i : 0..20) { @[$i] = count(); } print(len(@)); clear(@); }",
      env: { BPFTRACE_MAX_MAP_KEYS: "0x10" },
      prints: ["16"],
      says: [
        "1:66-73 WARNING: Map full; can't update element. Try increasing max_map_keys config or manually setting the max entries in a map declaration e.g. `let @a = hash(5000)`",
        "Additional Info - helper: map_update_elem, retcode: -7",
        "1:66-73 WARNING: Map full; can't update element. Try increasing max_map_keys config or manually setting the max entries in a map declaration e.g. `let @a = hash(5000)` (4 in all)",
      ],
    },
    { script: "begin { @ = 1; }", env: { BPFTRACE_STRLEN: "10" }, maps: ["@: 1"] },
    { script: "begin { @ = 1; }", env: { BPFTRACE_FOO: "10" }, maps: ["@: 1"] },
    { script: "begin { @ = 1; }", env: { BPFTRACE_SYMBOL_SOURCE: "10" }, maps: ["@: 1"] },
    {
      script: "begin { print(1); }",
      env: { BPFTRACE_COLOR: "foo" },
      prints: ["1"],
      says: [
        "WARNING: Invalid env value! The valid values of `BPFTRACE_COLOR` are [auto|always|never]. The current value is foo!",
      ],
    },
  ],
  limits: [
    {
      script: "config = { max_probes = 1 } begin { print(1); } interval:s:1 { exit(); } interval:s:2 { exit(); }",
      says: ["ERROR: Can't attach to 3 probes because it exceeds the current limit of 1 probes."],
    },
    {
      script: "begin { print(1); } interval:s:1 { exit(); } interval:s:2 { exit(); }",
      env: { BPFTRACE_MAX_PROBES: "1" },
      says: ["ERROR: Can't attach to 3 probes because it exceeds the current limit of 1 probes."],
    },
  ],
  "unstable features": [
    {
      script: "config = { unstable_tseries = error } begin { @t = tseries(5, 1s, 5); }",
      says: [
        "1:52-69 ERROR: tseries feature is not enabled by default. To enable this unstable feature, set the config flag to enable. unstable_tseries=enable",
      ],
    },
    {
      script:
        'macro kind(x) { if comptime (typeinfo(x).base_type == "int") { 1 } else { 2 } } begin { print(kind(5)); print(kind("s")); }',
      prints: ["1", "2"],
    },
    {
      script:
        'config = { unstable_tseries = error } macro put(@m) { import "stdlib"; @m = tseries(5, 1s, 5); } begin { put(@t); clear(@t); print(1); }',
      prints: ["1"],
    },
    {
      script: 'begin { import "stdlib"; print(1); }',
      says: [
        "1:9-24 ERROR: Import statements that are not at the top level are primarily for the standard library. If this is functionality you need, please file an issue to explain why.",
      ],
    },
    {
      script: 'config = { unstable_import_statement = warn } begin { import "stdlib"; print(1); }',
      prints: ["1"],
      says: [
        "WARNING: Script is using an unstable feature: import statements. To prevent this warning you must explicitly enable it in the config e.g. unstable_import_statement=enable",
      ],
    },
    {
      script: 'config = { unstable_import_statement = enable } begin { import "nosuch.h"; }',
      says: ["1:57-74 ERROR: Unable to find suitable path for import"],
    },
    {
      script: 'macro m() { import "nosuch.bt"; 5 } begin { print(m()); }',
      says: [
        "1:13-31 ERROR: Import statements that are not at the root are limited to specific object (.o), header (.h), or C source (.c or bpf.c) files",
        "1:51-54 ERROR: expanded from",
      ],
    },
    { script: 'macro m() { import "nosuch.bt"; 5 } begin { print(1); }', prints: ["1"] },
  ],
  "config is a record of all that is in force": [
    {
      script: "begin { print(config); }",
      prints: [
        "{ .cpp_demangle = true, .lazy_symbolication = true, .print_maps_on_exit = true, .use_blazesym = false, .show_debug_info = false, .log_size = 1000000, .max_bpf_progs = 1024, .max_cat_bytes = 10240, .max_map_keys = 4096, .max_probes = 1024, .max_strlen = 1024, .on_stack_limit = 32, .perf_rb_pages = 0, .str_trunc_trailer = .., .unstable_import_statement = error, .unstable_tseries = warn, .unstable_typeinfo = error, .unstable_dw_ustack = warn, .missing_probes = error, .stack_mode = bpftrace, .license = GPL }",
      ],
    },
    {
      script:
        'config = { max_map_keys = 77; stack_mode = perf; print_maps_on_exit = no } begin { print(config().max_strlen); print(config.max_map_keys + 1); print(config.stack_mode == "perf"); print(config.missing_probes); $c = config; print($c.max_probes); if (config.print_maps_on_exit) { print("no"); } }',
      env: { BPFTRACE_MAX_STRLEN: "64", BPFTRACE_MISSING_PROBES: "warn" },
      prints: ["64", "78", "true", "warn", "1024"],
    },
    { script: "begin { print(config.foo); }", says: ["1:15-25 ERROR: Record does not contain a field named 'foo'"] },
    { script: "begin { unroll (config.max_probes) { } }", says: ["1:9-39 ERROR: unroll maximum value is 100"] },
  ],
  "positional parameters are literals": [
    {
      script:
        "begin { print($1); print($2); print($3); print($4); print($#); print(str($1)); print(str($2)); print(str($5)); }",
      args: ["5", "abc", "--", "-7", "0x1f"],
      prints: ["5", "abc", "-7", "31", "4", "5", "abc", ""],
    },
    {
      script: 'begin { print(str($1) == "5"); print($1 + 1); print(str($2)); @[$1] = str($1); }',
      args: ["5"],
      prints: ["true", "6", ""],
      maps: ["@[5]: 5"],
    },
    {
      script: "begin { print($1); print($2); print($3); print($4); print($5); print($6); print($7) }",
      args: ["0b11", "0x1F", "1e3", "1_000", "077", "10s", "5u"],
      prints: ["3", "31", "1000", "1000", "63", "10000000000", "5"],
    },
    {
      script: "begin { print($1); print($2); print($3); print($4); print(-$4); }",
      args: ["--", "18446744073709551615", "-9223372036854775808", "18446744073709551616", "-5"],
      prints: ["18446744073709551615", "-9223372036854775808", "18446744073709551616", "-5", "5"],
    },
    {
      script: "begin { $x = $1; $x++; print($x); print(-$1); unroll ($1) { @ = count(); } print(@); clear(@); }",
      args: ["3"],
      prints: ["4", "-3", "@: 3"],
    },
    {
      script: 'begin { print($1 == "abc"); printf("%s\\n", $1); @[$1] = 1; }',
      args: ["abc"],
      prints: ["true", "abc"],
      maps: ["@[abc]: 1"],
    },
    { script: 'begin { printf("%s %d\\n", str($1), $1); }', args: ["12"], prints: ["12 12"] },
  ],
  "parameters that are not there are 0, with a warning, or an empty string": [
    {
      script: "begin { print($1); }",
      prints: ["0"],
      says: ["1:15-17 WARNING: Positional parameter $1 is empty or not provided. "],
    },
    { script: "begin { print($#); print(str($1)); }", prints: ["0", ""] },
    {
      script: 'begin { printf("%s %d\\n", str($1), $2); }',
      prints: [" 0"],
      says: ["1:36-38 WARNING: Positional parameter $2 is empty or not provided. "],
    },
    {
      script: "begin { print($1); print($2); print(str($1)); }",
      args: ["", "x"],
      prints: ["0", "x", ""],
      says: ["1:15-17 WARNING: Positional parameter $1 is empty or not provided. "],
    },
  ],
  "what is wrong with a parameter": [
    {
      script: "begin { $0; }",
      says: ["1:9-11 ERROR: syntax: param $0 is out of integer range [1, 9223372036854775807]"],
    },
    {
      script: "begin { print($99999999999999999999); }",
      says: ["1:15-36 ERROR: syntax: param $99999999999999999999 is out of integer range [1, 9223372036854775807]"],
    },
    { script: "begin { print($1 + 1); }", args: ["abc"], prints: ["bc"] },
    {
      script: "begin { printf($1); }",
      args: ["12"],
      says: ["1:9-19 ERROR: printf() expects a string literal (int provided)"],
    },
  ],
  "parameters in attach points": [
    { script: 'interval:ms:$1 { print("tick"); exit(); }', args: ["1"], prints: ["tick"] },
    { script: 'interval:$1:1 { print("tick"); exit(); }', args: ["ms"], prints: ["tick"] },
    {
      script: 'interval:ms:$1 { print("tick"); exit(); }',
      says: ["1:1-15 ERROR: Invalid rate of interval probe: invalid integer: "],
    },
  ],
  "named options": [
    {
      script:
        'begin { print(getopt("n", 1)); print(getopt("b")); print(getopt("s", "x")); print(getopt("t", true)); print(getopt("m", -3)); print(getopt("u", 7)); }',
      args: ["--", "--n=5", "--b", "--s=abc"],
      prints: ["5", "true", "abc", "true", "-3", "7"],
    },
    {
      script:
        'begin { print(getopt("n", 1)); print(getopt("m", -1)); print(getopt("b")); print(getopt("t", true)); print(getopt("s", "x")); }',
      args: ["--", "--n=0x10", "--m=-5", "--b=off", "--t=no", "--s="],
      prints: ["16", "-5", "false", "false", ""],
    },
    {
      script:
        'begin { print($1); print($2); print($#); print(getopt("b")); print(getopt("b2")); print(getopt("b3")); print(getopt("b4")); }',
      args: ["pos", "--", "--b=true", "--b2=yes", "--b3=1", "--b4=on", "more"],
      prints: ["pos", "more", "2", "true", "true", "true", "true"],
    },
    {
      script:
        'begin { print(getopt("s", "x")); print(sizeof(getopt("n", 1))); print(sizeof(getopt("b"))); @[getopt("s", "x")] = 1; }',
      args: ["--", "--s"],
      says: ["ERROR: program command line option --s expects a string (value: true)"],
    },
    // The reference differs: it loses a value that has another =.
    { script: 'begin { print(getopt("s", "x")); }', args: ["--", "--s=a=b"], prints: ["a=b"] },
    { script: 'begin { print(getopt("n", 1) + 1); if (getopt("b")) { print("no"); } }', prints: ["2"] },
  ],
  "what is wrong with named options": [
    {
      script: 'begin { print(getopt("n", 1)); }',
      args: ["--", "--n"],
      says: ["ERROR: program command line option --n expects an integer (value: true)"],
    },
    {
      script: 'begin { print(getopt("n", 1)); }',
      args: ["--", "--n=x"],
      says: ["ERROR: program command line option --n invalid integer (value: x)"],
    },
    {
      script: 'begin { print(getopt("b")); }',
      args: ["--", "--b=x"],
      says: ["ERROR: program command line option --b expects a boolean (e.g. 'true') (value: x)"],
    },
    {
      script: 'begin { print(getopt("aa")); }',
      args: ["--", "--zz"],
      says: ["ERROR: unexpected program command line options: --zz", "HINT: expected program options: --aa"],
    },
    {
      script: "begin { print(1); }",
      args: ["--", "--zz", "--yy=5"],
      says: ["ERROR: unexpected program command line options: --zz, --yy", "HINT: no custom program options defined."],
    },
    // The reference differs: it names the options in another order.
    {
      script: 'begin { print(getopt("aa")); print(getopt("bb", 1)); }',
      args: ["--", "--zz"],
      says: ["ERROR: unexpected program command line options: --zz", "HINT: expected program options: --aa: --bb"],
    },
    {
      script: 'begin { $n = "n"; print(getopt($n)); }',
      says: ["1:32-34 ERROR: First argument to 'getopt' must be a string literal."],
    },
    {
      script: 'begin { $n = 1; print(getopt("n", $n)); }',
      says: [
        "1:35-37 ERROR: Second argument to 'getopt' must be a string literal, integer literal, or a boolean literal.",
      ],
    },
    {
      script: 'begin { print(getopt("n", 1, "d", 2)); }',
      says: [
        "1:15-37 ERROR: The 'getopt' function can take a maximum of three arguments and a minimum of one argument.",
      ],
    },
    {
      script: 'begin { print(getopt("n", 1)); print(getopt("n", 2)); }',
      says: [
        "1:38-52 ERROR: Command line option 'n' needs to have the same default value in all places it is used. Previous default value: 1",
      ],
    },
    {
      script: 'begin { print(getopt("n", 1, "a")); print(getopt("n", 1, "b")); }',
      says: [
        "1:43-62 ERROR: Command line option 'n' must have the same description in all places it's used. Hint: You can wrap it in a macro",
      ],
    },
    { script: 'begin { unroll (getopt("n", 1)) { } }', says: ["1:9-36 ERROR: invalid unroll value"] },
  ],
});
