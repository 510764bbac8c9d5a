/** The options, one row each: parsing, checking and `--help` read this table. */
import { didYouMean, renderHint } from "../../grammar/index.js";
import type { Feature } from "../../codegen/facts.js";
import { FINAL_PASSES, PASSES } from "../../codegen/optimize/index.js";
import type { Buffering } from "../output/index.js";
import { DUMP_STAGES, type DumpStage } from "./dump.js";
import { ExitError, failure } from "./exit-error.js";
import { parseOptions } from "./command-line.js";
import type { OptionSpec } from "./expand-arguments.js";
import { type Mode, MODES } from "./modes.js";
import { REFUSED_OPTIONS } from "./refused-options.js";
import type { ProgramInput, Settings } from "./settings.js";
import { usage } from "./usage.js";

/** Everything that options set; words that are no options come later. */
interface Draft {
  text: string | undefined;
  isListing: boolean;
  emitFile: string | undefined;
  mode: Mode | undefined;
  isVerbose: boolean;
  isQuiet: boolean;
  isUnsafe: boolean;
  isDryRun: boolean;
  warnsOfReads: boolean;
  showsWarnings: boolean;
  pid: string | undefined;
  command: string | undefined;
  outputFile: string | undefined;
  format: string;
  buffering: Buffering;
  readonly dumps: Set<DumpStage>;
  readonly dumpsAfter: Set<string>;
  readonly withoutPasses: Set<string>;
  readonly withoutFeatures: Set<Feature>;
  traceableFunctions: string | undefined;
  readonly debugDirectories: string[];
  probeFilter: string | undefined;
  readonly includeDirs: string[];
  readonly includes: string[];
  readonly unwoundPids: string[];
}

export interface OptionRow extends OptionSpec {
  readonly group: "general" | "tracing" | "output" | "safety" | "trouble";
  /** As usage shows the value. */
  readonly value: string;
  readonly help: string;
  readonly set: Setter;
}

/** @throws {@link ExitError} */
type Setter = (draft: Draft, value: string) => void;

type Names = `-${string}` | `--${string}` | `-${string}, --${string}`;

function row(group: OptionRow["group"], names: Names, value: string, help: string, set: Setter): OptionRow {
  const parts = names.split(", ");
  return {
    group,
    short: parts.find((name) => !name.startsWith("--"))?.slice(1),
    long: parts.find((name) => name.startsWith("--"))?.slice(2),
    takesValue: value !== "" && !value.startsWith("["),
    value,
    help,
    set,
  };
}

/** An option that is there or not. */
const flag =
  (name: KeysOf<boolean>, value = true): Setter =>
  (draft) => {
    draft[name] = value;
  };

/** An option whose value is kept as it is. An empty one counts as not given. */
const text =
  (name: KeysOf<string | undefined>): Setter =>
  (draft, value) => {
    draft[name] = value === "" ? undefined : value;
  };

/** An option that may be given again and again. */
const list =
  (name: KeysOf<string[]>): Setter =>
  (draft, value) =>
    draft[name].push(value);

type KeysOf<T> = { [K in keyof Draft]: [T] extends [Draft[K]] ? K : never }[keyof Draft];

/** Short for `--mode`. */
const modeFlag =
  (mode: Mode, name: string): Setter =>
  (draft) => {
    if (draft.mode !== undefined) throw failure(`USAGE: ${name} conflicts with existing --mode`);
    draft.mode = mode;
  };

const MODE_NAMES = quotedList(MODES);

const STAGES = DUMP_STAGES.map((stage) => `'${stage}'`).join(", ");

export const FEATURES: ReadonlyMap<string, Feature> = new Map([
  ["kprobe_multi", "kprobe-multi"],
  ["kprobe_session", "kprobe-session"],
  ["uprobe_multi", "uprobe-multi"],
  // Ours alone: system calls by perf events.
  ["tail_calls", "tail-calls"],
  // … or by one of all calls, where raw tracepoints miss some.
  ["steady_raw_tracepoints", "steady-raw-tracepoints"],
  // Keyed aggregations in tables of ours.
  ["compare_exchange", "compare-exchange"],
]);

export const OPTIONS: readonly OptionRow[] = [
  row("general", "-e", "'program'", "execute this program", text("text")),
  row("general", "-l, --list", "[search|filename]", "list kernel probes or probes in a program", flag("isListing")),
  row("general", "-v, --verbose", "", "verbose messages; with -l, also show probe arguments", flag("isVerbose")),
  row("general", "--fmt", "", "format the program and print it", modeFlag("format", "--fmt")),
  row("general", "-I", "DIR", "look for C headers in this directory, too", list("includeDirs")),
  row("general", "--include", "FILE", "include this C header before the program's own definitions", list("includes")),
  row(
    "general",
    "--emit",
    "FILE",
    "compile the program to FILE, which `tsbt FILE` runs, and do not run it",
    text("emitFile"),
  ),
  row("general", "-h, --help", "", "show this help message", () => {
    throw new HelpRequest(usage(OPTIONS));
  }),
  row("general", "-V, --version", "", "tsbt version", () => {
    throw new VersionRequest();
  }),
  row("general", "--info", "", "say what this kernel can do for programs", (draft) => {
    throw new InfoRequest(draft.withoutFeatures);
  }),
  row("tracing", "-p, --pid", "PID", "filter actions and attach user-space probes to PID", text("pid")),
  row("tracing", "-c, --cmd", "CMD", "run CMD and trace the resulting process", text("command")),
  row(
    "tracing",
    "--dwarf-pid",
    "PID",
    "unwind the stacks of PID, too (dw_ustack); may be repeated",
    list("unwoundPids"),
  ),
  row("tracing", "--test", "", "run the test probes of the program", modeFlag("test", "--test")),
  row(
    "tracing",
    "--bench",
    "",
    "run the bench probes of the program and show what they take",
    modeFlag("bench", "--bench"),
  ),
  row("tracing", "--probe-filter", "REGEX", "only run probes whose name matches REGEX", text("probeFilter")),
  row(
    "tracing",
    "--traceable-functions",
    "FILE",
    "read the traceable kernel functions from FILE",
    text("traceableFunctions"),
  ),
  row(
    "tracing",
    "--debuginfo",
    "DIR[:DIR]",
    "look for debug files of programs here first; relative to the program",
    (draft, value) => void draft.debugDirectories.push(...value.split(":").filter((path) => path !== "")),
  ),
  row("output", "-o, --output", "FILE", "redirect program output to FILE", text("outputFile")),
  row("output", "-f", "FORMAT", "output format ('text', 'json')", setFormat),
  row("output", "-B", "MODE", "output buffering mode ('line', 'full', 'none')", setBuffering),
  row("output", "-q, --quiet", "", "keep messages quiet", flag("isQuiet")),
  row("output", "-k, --warnings", "", "warn when probe read helpers return an error", setWarnings),
  row("output", "--no-warnings", "", "disable all warning messages", flag("showsWarnings", false)),
  row("safety", "--unsafe", "", "allow unsafe/destructive functionality", flag("isUnsafe")),
  row(
    "safety",
    "--no-feature",
    "FEATURE[,FEATURE]",
    `do not use these features of the kernel (${quotedList([...FEATURES.keys()])})`,
    removeFeatures,
  ),
  row("trouble", "--dry-run", "", "terminate execution right after attaching all the probes", flag("isDryRun")),
  row("trouble", "--mode", "MODE", `what to do with the program (${MODE_NAMES})`, setMode),
  row("trouble", "-d, --debug", "STAGE", `show what a stage made (${STAGES}, 'all')`, addDump),
  row("trouble", "--dump-after", "PASS", "with -d: show what this pass of the optimiser made, or 'all'", addDumpAfter),
  row("trouble", "--without-pass", "PASS", "with -d: leave out this pass of the optimiser", removePass),
  row("trouble", "-b, --btf", "", "accepted and ignored", () => {}),
  row("trouble", "--usdt-file-activation", "", "accepted and ignored", () => {}),
];

/** What the command line may have, in usage or not. */
const UNDERSTOOD: readonly (OptionSpec & Pick<OptionRow, "set">)[] = [...OPTIONS, ...REFUSED_OPTIONS];

/** Not an error: usage or version on standard output. */
export class HelpRequest extends ExitError {
  constructor(text: string) {
    super(text, 0);
  }
}

export class VersionRequest extends ExitError {
  constructor() {
    super("", 0);
  }
}

/** Acts at once: whatever comes behind it does not count. */
class InfoRequest extends Error {
  readonly withoutFeatures: ReadonlySet<Feature>;

  constructor(withoutFeatures: ReadonlySet<Feature>) {
    super("--info");
    this.withoutFeatures = withoutFeatures;
  }
}

/** Whether it is a format is looked at when the program has been loaded, as the reference does. */
function setFormat(draft: Draft, value: string): void {
  draft.format = value;
}

/** Unlike its short forms, it overrides what was said before. */
function setMode(draft: Draft, value: string): void {
  const found = MODES.find((mode) => mode === value);
  if (found === undefined) throw wrongValue(`--mode can only be ${MODE_NAMES}.`, value, MODES);
  draft.mode = found;
}

/** @param values - that there are */
const wrongValue = (message: string, value: string, values: Iterable<string>): ExitError =>
  failure(`USAGE: ${message}`, 1, didYouMean(value, values));

/** `'a', 'b' or 'c'` */
function quotedList(words: readonly string[]): string {
  const quoted = words.map((word) => `'${word}'`);
  return `${quoted.slice(0, -1).join(", ")} or ${quoted.at(-1)}`;
}

const BUFFERINGS: readonly Buffering[] = ["line", "full", "none"];

function setBuffering(draft: Draft, value: string): void {
  const found = BUFFERINGS.find((mode) => mode === value);
  if (found === undefined) throw wrongValue("-B must be either 'line', 'full', or 'none'.", value, BUFFERINGS);
  draft.buffering = found;
}

function setWarnings(draft: Draft): void {
  if (draft.warnsOfReads) {
    throw failure(
      "USAGE: -kk has been deprecated. Use a single -k for runtime warnings for errors in map lookups and probe reads.",
    );
  }
  draft.warnsOfReads = true;
}

function removeFeatures(draft: Draft, value: string): void {
  for (const name of value.split(",").filter(Boolean)) {
    const feature = FEATURES.get(name);
    if (feature === undefined) {
      throw wrongValue(`--no-feature can only have values '${[...FEATURES.keys()].join(",")}'.`, name, FEATURES.keys());
    }
    draft.withoutFeatures.add(feature);
  }
}

/** What bpftrace calls stages, and what comes nearest. */
const BPFTRACE_STAGES: ReadonlyMap<string, DumpStage> = new Map([
  ["parse", "ast"],
  ["codegen", "ir"],
  ["codegen-opt", "ir"],
  ["dis", "bytecode"],
  ["libbpf", "plan"],
]);

function addDump(draft: Draft, value: string): void {
  for (const name of value.split(",")) {
    const wanted = BPFTRACE_STAGES.get(name) ?? name;
    const stages = name === "all" ? DUMP_STAGES : DUMP_STAGES.filter((stage) => stage === wanted);
    if (stages.length === 0) throw wrongValue(`invalid option for -d: ${name}`, name, ["all", ...DUMP_STAGES]);
    for (const stage of stages) draft.dumps.add(stage);
  }
}

const PASS_NAMES: readonly string[] = [...PASSES, ...FINAL_PASSES].map(({ name }) => name);

function addDumpAfter(draft: Draft, value: string): void {
  for (const name of value.split(",")) {
    if (name !== "all" && !PASS_NAMES.includes(name)) throw noPass("--dump-after", name, ["all", ...PASS_NAMES]);
    for (const pass of name === "all" ? PASS_NAMES : [name]) draft.dumpsAfter.add(pass);
  }
}

/** Those without which there are no programs stay. */
const CAN_BE_LEFT_OUT: readonly string[] = [...PASSES, ...FINAL_PASSES]
  .filter(({ isRequired }) => isRequired !== true)
  .map(({ name }) => name);

function removePass(draft: Draft, value: string): void {
  for (const name of value.split(",")) {
    if (!CAN_BE_LEFT_OUT.includes(name)) throw noPass("--without-pass", name, CAN_BE_LEFT_OUT);
    draft.withoutPasses.add(name);
  }
}

const noPass = (option: string, name: string, names: readonly string[]): ExitError =>
  wrongValue(`${option} can only have values '${names.join(",")}'.`, name, names);

/** @throws {@link ExitError} for anything that is no proper command line, and for `--help` and `--version` */
export function readSettings(args: readonly string[]): Settings {
  const parsed = parseOptions(args, UNDERSTOOD);
  const draft = emptyDraft();
  try {
    for (const { index, value } of parsed.options) UNDERSTOOD[index]?.set(draft, value);
  } catch (error) {
    if (error instanceof InfoRequest) return infoSettings(error);
    throw error;
  }
  if (parsed.error !== undefined) {
    const hints = parsed.hints.map(renderHint).join("");
    throw new ExitError(`tsbt: ${parsed.error}\n${hints}${usage(OPTIONS)}`, 1);
  }
  checkConflicts(draft);
  const words = wordsOf(args, parsed.words, draft);
  const { text: _, mode = "trace", ...rest } = draft;
  return { ...rest, ...words, mode };
}

function infoSettings({ withoutFeatures }: InfoRequest): Settings {
  const { text: _, ...rest } = emptyDraft();
  return { ...rest, withoutFeatures, mode: "info", program: undefined, pattern: undefined, positional: [], named: [] };
}

const emptyDraft = (): Draft => ({
  text: undefined,
  isListing: false,
  emitFile: undefined,
  mode: undefined,
  isVerbose: false,
  isQuiet: false,
  isUnsafe: false,
  isDryRun: false,
  warnsOfReads: false,
  showsWarnings: true,
  pid: undefined,
  command: undefined,
  outputFile: undefined,
  format: "text",
  buffering: "line",
  dumps: new Set(),
  dumpsAfter: new Set(),
  withoutPasses: new Set(),
  withoutFeatures: new Set(),
  traceableFunctions: undefined,
  debugDirectories: [],
  probeFilter: undefined,
  includeDirs: [],
  includes: [],
  unwoundPids: [],
});

function checkConflicts(draft: Draft): void {
  if (draft.warnsOfReads && !draft.showsWarnings) {
    throw failure("USAGE: -k, --warnings conflicts with --no-warnings");
  }
  if (draft.dumpsAfter.size + draft.withoutPasses.size > 0 && draft.dumps.size === 0) {
    throw failure("USAGE: --dump-after and --without-pass are for debugging: they need -d as well.");
  }
  checkEmit(draft);
  if (draft.pid !== undefined && draft.command !== undefined) {
    throw new ExitError(`ERROR: USAGE: Cannot use both -c and -p.\n${usage(OPTIONS)}`, 1);
  }
}

/** What is said when the file is run; then it may be something else each time. */
const OF_A_RUN: readonly (readonly [option: string, isGiven: (draft: Draft) => boolean])[] = [
  ["-p", ({ pid }) => pid !== undefined],
  ["-c", ({ command }) => command !== undefined],
  ["-o", ({ outputFile }) => outputFile !== undefined],
  ["-f", ({ format }) => format !== "text"],
  ["-B", ({ buffering }) => buffering !== "line"],
  ["--dry-run", ({ isDryRun }) => isDryRun],
  ["--dwarf-pid", ({ unwoundPids }) => unwoundPids.length > 0],
  ["--test", ({ mode }) => mode === "test"],
  ["--bench", ({ mode }) => mode === "bench"],
  ["-d verifier", ({ dumps }) => dumps.has("verifier") && dumps.size < DUMP_STAGES.length],
];

function checkEmit(draft: Draft): void {
  if (draft.emitFile === undefined) return;
  if (draft.isListing) throw failure("USAGE: --emit and --list: only one can be done");
  if (draft.mode === "format") throw failure("USAGE: --emit and --fmt: only one can be done");
  if (draft.mode === "compiler-bench") throw failure("USAGE: --emit conflicts with --mode");
  const given = OF_A_RUN.filter(([, isGiven]) => isGiven(draft)).map(([option]) => option);
  if (given.length === 0) return;
  const hint = `Say it when the file is run: tsbt ${given[0]} ... ${draft.emitFile}`;
  throw failure(`USAGE: --emit runs nothing, and there is nothing for ${given.join(", ")} to do.`, 1, [hint]);
}

type WordSettings = Pick<Settings, "program" | "pattern" | "positional" | "named">;

function wordsOf(args: readonly string[], words: readonly string[], draft: Draft): WordSettings {
  if (draft.isListing) return listingWords(words, draft);
  const hasText = draft.text !== undefined;
  const [first] = words;
  if (!hasText && first === undefined) {
    throw args.length === 0 ? new ExitError(usage(OPTIONS), 1) : failure("USAGE: filename or -e 'program' required.");
  }
  const parameters = hasText ? words : words.slice(1);
  return {
    program: hasText ? { kind: "text", text: draft.text ?? "" } : fileOrStdin(first ?? ""),
    pattern: undefined,
    positional: parameters.filter((word) => !word.startsWith("--")),
    named: parameters.filter((word) => word.startsWith("--")),
  };
}

function listingWords(words: readonly string[], draft: Draft): WordSettings {
  if (words.length > 1) throw new ExitError(usage(OPTIONS), 1);
  const program: ProgramInput | undefined = draft.text === undefined ? undefined : { kind: "text", text: draft.text };
  return { program, pattern: words[0], positional: [], named: [] };
}

const fileOrStdin = (word: string): ProgramInput => (word === "-" ? { kind: "stdin" } : { kind: "file", path: word });
