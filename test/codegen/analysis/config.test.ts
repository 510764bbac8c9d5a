import { describe, expect, it } from "vitest";
import { DiagnosticBag, parse } from "../../../grammar/index.js";
import { type Config, DEFAULT_CONFIG } from "../../../codegen/config.js";
import { readConfig } from "../../../codegen/analysis/read-config.js";
import { listed } from "./analyse-script.js";

interface Read {
  readonly changed: Partial<Config>;
  readonly said: readonly string[];
}

function read(settings: string, environment: Readonly<Record<string, string>> = {}): Read {
  const bag = new DiagnosticBag();
  const program = parse(
    { name: "stdin", text: settings === "" ? "begin { }" : `config = { ${settings} } begin { }` },
    bag,
  );
  const config = readConfig(program.config, new Map(Object.entries(environment)), bag);
  const defaults = new Map<string, unknown>(Object.entries(DEFAULT_CONFIG));
  const changed = Object.fromEntries(Object.entries(config).filter(([key, value]) => defaults.get(key) !== value));
  return { changed, said: bag.all.map(listed) };
}

describe("settings", () => {
  const ROWS: readonly (readonly [settings: string, changed: Partial<Config>])[] = [
    ["max_strlen = 100", { maxStrlen: 100 }],
    ['MAX_STRLEN = "0x10"', { maxStrlen: 16 }],
    ["BPFTRACE_Max_Strlen = 2e3", { maxStrlen: 2000 }],
    ["print_maps_on_exit = false", { printMapsOnExit: false }],
    ["print_maps_on_exit = off", { printMapsOnExit: false }],
    ["print_maps_on_exit = 0", { printMapsOnExit: false }],
    ["max_map_keys = true", { maxMapKeys: 1 }],
    ["stack_mode = perf", { stackMode: "perf" }],
    ['missing_probes = "warn"', { missingProbes: "warn" }],
    ["cache_user_symbols = NONE", { cacheUserSymbols: "NONE" }],
    ['license = "Dual MIT/GPL"', { license: "Dual MIT/GPL" }],
    ['str_trunc_trailer = ""', { strTruncTrailer: "" }],
    ["unstable_tseries = enable", { unstable: { ...DEFAULT_CONFIG.unstable, tseries: "enable" } }],
    ["show_debug_info = true", { showDebugInfo: true }],
    ["use_blazesym = true", {}],
  ];
  for (const [settings, changed] of ROWS) {
    it(settings, () => {
      expect(read(settings)).toEqual({ changed, said: [] });
    });
  }

  it("from the environment that are misspelt are warned of, and others are not", () => {
    const said = (...variables: readonly string[]): readonly string[] =>
      read("", Object.fromEntries(variables.map((name) => [name, "1"]))).said;
    expect(said("BPFTRACE_FOO", "TSBT_SOMETHING", "BPFTRACE_VMLINUX", "BPFTRACE_STRLEN")).toEqual([]);
    expect(said("BPFTRACE_MAX_STRLN")).toEqual(["BPFTRACE_MAX_STRLN is no environment variable that is read"]);
    expect(said("TSBT_MAX_STRLEN")).toEqual(["TSBT_MAX_STRLEN is no environment variable that is read"]);
  });

  it("from the environment win, with or without their prefix", () => {
    expect(read("max_strlen = 100; log_size = 5", { BPFTRACE_MAX_STRLEN: "64", BPFTRACE_COLOR: "auto" })).toEqual({
      changed: { maxStrlen: 64, logSize: 5 },
      said: [],
    });
  });

  it("that are wrong are reported where they stand", () => {
    const rows = [
      ["foo = 1", "1:12-19 foo: not a known configuration option"],
      ["max_strlen = abc", "1:12-28 max_strlen: expecting a number, got abc"],
      ["log_size = 1073741824", "1:12-33 log_size: expecting a number from 0 to 1073741823, got 1073741824"],
      ["max_map_keys = 4294967296", "1:12-37 max_map_keys: expecting a number from 0 to 4294967295, got 4294967296"],
      [
        "print_maps_on_exit = maybe",
        "1:12-38 print_maps_on_exit: Invalid bool value: valid values are true, false, 1 or 0.",
      ],
      [
        "stack_mode = foo",
        "1:12-28 stack_mode: Invalid value for stack_mode: valid values are bpftrace, raw, perf, and build_id.",
      ],
      [
        "missing_probes = x",
        "1:12-30 missing_probes: Invalid value for missing_probes: valid values are ignore, warn, and error.",
      ],
      [
        "unstable_typeinfo = x",
        "1:12-33 unstable_typeinfo: Invalid value for unstable config: valid values are enable, warn, and error.",
      ],
      ["vmlinux = x", "1:12-23 vmlinux: can only be set as an environment variable"],
      ["strlen = 6", "1:12-22 strlen has been renamed, please use max_strlen"],
      ["symbol_source = x", "1:12-29 symbol_source is deprecated and has no effect"],
    ] as const;
    for (const [settings, message] of rows) expect(read(settings).said, settings).toEqual([message]);
    expect(read("", { BPFTRACE_MAX_STRLEN: "abc" }).said).toEqual(["max_strlen: expecting a number, got abc"]);
    expect(read("", { BPFTRACE_PERF_RB_PAGES: "-4" }).said).toEqual([
      "perf_rb_pages: expecting a number from 0 to 4294967295, got -4",
    ]);
    expect(read("", { BPFTRACE_MAX_PROBES: "-1" }).said).toEqual([]);
  });
});
