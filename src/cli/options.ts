/** The options, one row each: parsing, checking and `--help` read this table. */
import type { Buffering } from "../output/writer.js";
import { DUMP_STAGES, type DumpStage } from "./dump.js";
import { ExitError, failure } from "./exit-error.js";
import { type OptionSpec, parseOptions } from "./getopt.js";
import type { ProgramInput, Settings } from "./settings.js";
import { usage } from "./usage.js";

/** Everything that options set; words that are no options come later. */
interface Draft {
  text: string | undefined;
  isListing: boolean;
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
}

export interface OptionRow extends OptionSpec {
  readonly group: "general" | "tracing" | "output" | "safety" | "trouble";
  /** As usage shows the value. */
  readonly value: string;
  readonly help: string;
  /** @throws {@link ExitError} */
  readonly set: (draft: Draft, value: string) => void;
}

type Names = `-${string}` | `--${string}` | `-${string}, --${string}`;

function row(
  group: OptionRow["group"],
  names: Names,
  value: string,
  help: string,
  set: (draft: Draft, value: string) => void,
): OptionRow {
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

const BUFFERINGS: readonly Buffering[] = ["line", "full", "none"];

export const OPTIONS: readonly OptionRow[] = [
  row("general", "-e", "'program'", "execute this program", (d, value) => (d.text = value === "" ? undefined : value)),
  row(
    "general",
    "-l, --list",
    "[search|filename]",
    "list kernel probes or probes in a program",
    (d) => (d.isListing = true),
  ),
  row(
    "general",
    "-v, --verbose",
    "",
    "enable verbose messages; with -l, also show probe arguments",
    (d) => (d.isVerbose = true),
  ),
  row("general", "-h, --help", "", "show this help message", () => {
    throw new HelpRequest(usage(OPTIONS));
  }),
  row("general", "-V, --version", "", "tsbt version", () => {
    throw new VersionRequest();
  }),
  row(
    "tracing",
    "-p, --pid",
    "PID",
    "filter actions and attach user-space probes to PID",
    (d, value) => (d.pid = value === "" ? undefined : value),
  ),
  row(
    "tracing",
    "-c, --cmd",
    "CMD",
    "run CMD and trace the resulting process",
    (d, value) => (d.command = value === "" ? undefined : value),
  ),
  row("output", "-o, --output", "FILE", "redirect program output to FILE", (d, value) => (d.outputFile = value)),
  row("output", "-f", "FORMAT", "output format ('text', 'json')", (d, value) => (d.format = value)),
  row("output", "-B", "MODE", "output buffering mode ('line', 'full', 'none')", setBuffering),
  row("output", "-q, --quiet", "", "keep messages quiet", (d) => (d.isQuiet = true)),
  row("output", "-k, --warnings", "", "emit a warning when probe read helpers return an error", setWarnings),
  row("output", "--no-warnings", "", "disable all warning messages", (d) => (d.showsWarnings = false)),
  row("safety", "--unsafe", "", "allow unsafe/destructive functionality", (d) => (d.isUnsafe = true)),
  row(
    "trouble",
    "--dry-run",
    "",
    "terminate execution right after attaching all the probes",
    (d) => (d.isDryRun = true),
  ),
  row(
    "trouble",
    "-d, --debug",
    "STAGE",
    `show what a stage made (${DUMP_STAGES.map((s) => `'${s}'`).join(", ")}, 'all')`,
    addDump,
  ),
  row("trouble", "-b, --btf", "", "accepted and ignored", () => {}),
];

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

function setBuffering(draft: Draft, value: string): void {
  const found = BUFFERINGS.find((mode) => mode === value);
  if (found === undefined) throw failure("USAGE: -B must be either 'line', 'full', or 'none'.");
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

function addDump(draft: Draft, value: string): void {
  for (const name of value.split(",")) {
    const stages = name === "all" ? DUMP_STAGES : DUMP_STAGES.filter((stage) => stage === name);
    if (stages.length === 0) throw failure(`USAGE: invalid option for -d: ${name}`);
    for (const stage of stages) draft.dumps.add(stage);
  }
}

/** @throws {@link ExitError} for anything that is no proper command line, and for `--help` and `--version` */
export function readSettings(args: readonly string[]): Settings {
  const parsed = parseOptions(args, OPTIONS);
  const draft = emptyDraft();
  for (const { index, value } of parsed.options) OPTIONS[index]?.set(draft, value);
  if (parsed.error !== undefined) throw new ExitError(`tsbt: ${parsed.error}\n${usage(OPTIONS)}`, 1);
  checkConflicts(draft);
  const words = wordsOf(args, parsed.words, draft);
  const { text: _, ...rest } = draft;
  return { ...rest, ...words };
}

const emptyDraft = (): Draft => ({
  text: undefined,
  isListing: false,
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
});

function checkConflicts(draft: Draft): void {
  if (draft.warnsOfReads && !draft.showsWarnings) {
    throw failure("USAGE: -k, --warnings conflicts with --no-warnings");
  }
  if (draft.pid !== undefined && draft.command !== undefined) {
    throw new ExitError(`ERROR: USAGE: Cannot use both -c and -p.\n${usage(OPTIONS)}`, 1);
  }
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
