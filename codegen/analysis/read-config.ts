/** The `config` block, and `BPFTRACE_…` variables over it (language.md 16.1). */
import {
  type Code,
  type ConfigBlock,
  type DiagnosticBag,
  didYouMean,
  type Extra,
  type MessageArgs,
  parseIntegerText,
  type Span,
  nearestNames,
  suggestion,
} from "../../grammar/index.js";
import { type Config, DEFAULT_CONFIG, type UnstableFeature } from "../config.js";

type Value = string | bigint | boolean;
type Draft = { -readonly [K in keyof Config]: Config[K] };

/** One setting, by its name in scripts. */
interface Setting {
  readonly key: string;
  readonly value: Value;
  /** Absent: from the environment. */
  readonly span: Span | undefined;
  readonly bag: DiagnosticBag;
}

export function readConfig(
  block: ConfigBlock | undefined,
  environment: ReadonlyMap<string, string>,
  bag: DiagnosticBag,
): Config {
  const draft: Draft = { ...DEFAULT_CONFIG };
  for (const { name, value, span } of block?.settings ?? []) {
    apply(draft, { key: name.toLowerCase().replace(PREFIX, ""), value, span, bag });
  }
  for (const [variable, value] of environment) {
    const key = variable.toLowerCase().replace(/^(?:bpftrace|tsbt)_/, "");
    // Many other variables begin with the prefix; only those that mean a setting count.
    if (variable.startsWith("BPFTRACE_") && isKnown(key)) apply(draft, { key, value, span: undefined, bag });
    else warnOfMisspelt(variable, key, bag);
  }
  draft.dummyClockMap = environment.get("BPFTRACE_DUMMY_TS_MAP");
  return draft;
}

const PREFIX = /^bpftrace_/;

const RENAMED: ReadonlyMap<string, string> = new Map([
  ["strlen", "max_strlen"],
  ["no_cpp_demangle", "cpp_demangle"],
  ["cat_bytes_max", "max_cat_bytes"],
  ["map_keys_max", "max_map_keys"],
]);

const WITHOUT_EFFECT: ReadonlySet<string> = new Set([
  "symbol_source",
  "max_type_res_iterations",
  "unstable_addr",
  "unstable_import",
  "unstable_macro",
  "unstable_map_decl",
]);

const ENVIRONMENT_ONLY: ReadonlySet<string> = new Set(["btf", "kernel_build", "kernel_source", "vmlinux"]);

/** What is read elsewhere. */
const READ_ELSEWHERE = ["color", "dummy_ts_map"];

/** Nobody would notice. What is like none of ours belongs to somebody else. */
function warnOfMisspelt(variable: string, key: string, bag: DiagnosticBag): void {
  const keys = [...OPTIONS.keys(), ...RENAMED.keys(), ...WITHOUT_EFFECT, ...ENVIRONMENT_ONLY, ...READ_ELSEWHERE];
  const isKey = keys.includes(key);
  if (isKey && variable.startsWith("BPFTRACE_")) return;
  const meant = isKey ? [key] : nearestNames(key, keys);
  if (meant.length === 0) return;
  const hints = suggestion(meant.map((name) => `BPFTRACE_${name.toUpperCase()}`));
  bag.warning("environment-unknown", undefined, { name: variable }, { hints });
}

/** All that a `config` block may set. */
export const configNames = (): readonly string[] => [...OPTIONS.keys()];

const isKnown = (key: string): boolean => OPTIONS.has(RENAMED.get(key) ?? key) || WITHOUT_EFFECT.has(key);

function apply(draft: Draft, setting: Setting): void {
  const { key, span, bag } = setting;
  const renamed = RENAMED.get(key);
  // Old names are worth a word in a script only: the environment may serve older versions as well.
  const warns = span !== undefined;
  if (renamed !== undefined) {
    if (warns) bag.warning("config-renamed", span, { from: key, to: renamed });
    return apply(draft, { ...setting, key: renamed });
  }
  if (WITHOUT_EFFECT.has(key)) {
    if (warns) bag.warning("config-no-effect", span, { name: key });
    return;
  }
  if (ENVIRONMENT_ONLY.has(key)) return bag.error("config-environment-only", span, { name: key });
  const option = OPTIONS.get(key);
  if (option === undefined) {
    const help = () => ({ hints: didYouMean(key, OPTIONS.keys()) });
    return bag.error("config-unknown", span, { name: key }, { help });
  }
  option(draft, setting);
}

type Option = (draft: Draft, setting: Setting) => void;
type KeysOf<T> = { [K in keyof Config]: Config[K] extends T ? K : never }[keyof Config];

const refuse = <C extends Code>({ bag, span }: Setting, code: C, args: MessageArgs<C>, extra?: Extra): undefined => {
  bag.error(code, span, args, extra);
};

// ---------------------------------------------------------------- kinds of values

function readNumber(setting: Setting): number | undefined {
  const { key, value } = setting;
  if (typeof value !== "string") return Number(value);
  const number = parseIntegerText(value);
  return typeof number === "bigint" ? Number(number) : refuse(setting, "config-number", { name: key, value });
}

const TRUE: ReadonlySet<string> = new Set(["true", "on", "yes", "1"]);
const FALSE: ReadonlySet<string> = new Set(["false", "off", "no", "0"]);

function readBool(setting: Setting): boolean | undefined {
  const { key, value } = setting;
  if (typeof value === "bigint") return value !== 0n;
  const word = String(value).toLowerCase();
  if (TRUE.has(word)) return true;
  return FALSE.has(word) ? false : refuse(setting, "config-bool", { name: key });
}

interface Choice<T extends string> {
  readonly values: readonly T[];
  /** The list of values as the message gives it … */
  readonly shown: string;
  /** … and the name in it. */
  readonly what: string;
  /** Other words for them, in lower case. */
  readonly aliases?: Readonly<Record<string, T>>;
  readonly isCaseSensitive?: boolean;
}

function readChoice<T extends string>(setting: Setting, choice: Choice<T>): T | undefined {
  const { values, shown, what, aliases = {}, isCaseSensitive = false } = choice;
  const text = String(setting.value);
  const found = values.find(
    (value) => value === text || (!isCaseSensitive && value.toLowerCase() === text.toLowerCase()),
  );
  const help = () => ({ hints: didYouMean(text, values) });
  return (
    found ??
    aliases[text.toLowerCase()] ??
    refuse(setting, "config-choice", { name: setting.key, what, values: shown }, { help })
  );
}

const LICENSES = ["Dual MIT/GPL", "Dual BSD/GPL", "Dual MPL/GPL", "GPL and additional rights", "GPL v2", "GPL"];

function readLicense(setting: Setting): string | undefined {
  const value = String(setting.value);
  const help = () => ({ hints: didYouMean(value, LICENSES) });
  const args = { value, values: LICENSES.join(", ") };
  return LICENSES.includes(value) ? value : refuse(setting, "config-license", args, { help });
}

/** As a limit a negative number is a very large one: `BPFTRACE_MAX_PROBES=-1` is none. */
const number =
  (key: KeysOf<number>, most = Infinity): Option =>
  (draft, setting) => {
    const found = readNumber(setting) ?? draft[key];
    if (found <= most) draft[key] = found;
    else refuse(setting, "config-range", { name: setting.key, value: String(setting.value), most });
  };

/** The kernel counts entries and pages in 32 bits. */
const LARGEST_COUNT = 2 ** 32 - 1;
/** Nor does its verifier write more than that of a program. */
const LARGEST_LOG = 2 ** 30 - 1;

const bool =
  (key: KeysOf<boolean>): Option =>
  (draft, setting) => {
    draft[key] = readBool(setting) ?? draft[key];
  };

const choice =
  <K extends KeysOf<string | undefined>>(key: K, row: Choice<NonNullable<Config[K]>>): Option =>
  (draft, setting) => {
    draft[key] = readChoice(setting, row) ?? draft[key];
  };

const UNSTABLE: Choice<"enable" | "warn" | "error"> = {
  values: ["enable", "warn", "error"],
  shown: "enable, warn, and error",
  what: "unstable config",
  aliases: {
    ...{ "1": "enable", true: "enable", on: "enable", yes: "enable" },
    ...{ "0": "error", false: "error", off: "error", no: "error" },
  },
};

const unstable =
  (feature: UnstableFeature): Option =>
  (draft, setting) => {
    const chosen = readChoice(setting, UNSTABLE);
    if (chosen !== undefined) draft.unstable = { ...draft.unstable, [feature]: chosen };
  };

/** Decided when bpftrace is built; there is nothing to choose here. */
const ofTheBuild: Option = (_draft, setting) => {
  readBool(setting);
};

const OPTIONS: ReadonlyMap<string, Option> = new Map<string, Option>([
  [
    "cache_user_symbols",
    choice("cacheUserSymbols", {
      values: ["PER_PID", "PER_PROGRAM", "NONE"],
      shown: "PER_PID, PER_PROGRAM, and NONE",
      what: "cache_user_symbols",
      aliases: { "1": "PER_PROGRAM", "0": "NONE" },
    }),
  ],
  ["cpp_demangle", bool("cppDemangle")],
  ["lazy_symbolication", bool("lazySymbolication")],
  [
    "license",
    (draft, s) => {
      draft.license = readLicense(s) ?? draft.license;
    },
  ],
  ["log_size", number("logSize", LARGEST_LOG)],
  ["max_bpf_progs", number("maxBpfProgs")],
  ["max_cat_bytes", number("maxCatBytes")],
  ["max_map_keys", number("maxMapKeys", LARGEST_COUNT)],
  ["max_probes", number("maxProbes")],
  ["max_strlen", number("maxStrlen")],
  [
    "missing_probes",
    choice("missingProbes", {
      values: ["error", "warn", "ignore"],
      shown: "ignore, warn, and error",
      what: "missing_probes",
    }),
  ],
  ["on_stack_limit", number("onStackLimit")],
  ["perf_rb_pages", number("perfRbPages", LARGEST_COUNT)],
  ["print_maps_on_exit", bool("printMapsOnExit")],
  ["show_debug_info", bool("showDebugInfo")],
  [
    "stack_mode",
    choice("stackMode", {
      values: ["bpftrace", "raw", "perf", "build_id"],
      shown: "bpftrace, raw, perf, and build_id",
      what: "stack_mode",
      isCaseSensitive: true,
    }),
  ],
  [
    "str_trunc_trailer",
    (draft, s) => {
      draft.strTruncTrailer = String(s.value);
    },
  ],
  ["unstable_dw_ustack", unstable("dw_ustack")],
  ["unstable_import_statement", unstable("import_statement")],
  ["unstable_tseries", unstable("tseries")],
  ["unstable_typeinfo", unstable("typeinfo")],
  ["use_blazesym", ofTheBuild],
]);
