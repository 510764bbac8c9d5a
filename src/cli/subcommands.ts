/**
 * `tsbt help NAME` and `tsbt completion SHELL`: texts that were made from the definitions (docs/generate.mjs) and lie beside
 * the program. They are read when they are asked for. A script of that name comes first. `tsbt types` alone is a mistake, and `tsbt setup`
 * comes here only from those who go past the launcher.
 */
import { readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { didYouMean } from "../../grammar/index.js";
import { bytePath } from "../files/index.js";
import { ExitError } from "./exit-error.js";

type HelpTable = Readonly<Record<string, string>>;

/** Words that are told from scripts by being no files. */
export const SUBCOMMANDS = ["help", "completion", "repl", "setup", "types"] as const;

const SHELLS = ["bash", "zsh", "fish"];

/**
 * @param args - of the command line, byte strings
 * @returns what is to be printed; undefined: that is no subcommand
 * @throws {@link ExitError}
 */
export function subcommandText([command = "", topic, ...rest]: readonly string[]): string | undefined {
  if (command === "types" && topic === undefined && !isScript(command)) {
    throw new ExitError("ERROR: USAGE: tsbt types script.bt\n", 1);
  }
  if (command === "setup" && !isScript(command)) {
    const message = topic === undefined ? "setup is done by the command tsbt, and not by node" : SETUP_USAGE;
    throw new ExitError(`ERROR: ${message}\n`, 1);
  }
  if ((command !== "help" && command !== "completion") || isScript(command)) return undefined;
  const isOfType = command === "help" && TYPE_KEYWORDS.has(topic ?? "") && rest.length === 1;
  if (rest.length > 0 && !isOfType) throw new ExitError(`ERROR: USAGE: tsbt ${command} takes one word.\n`, 1);
  return command === "help" ? help(topic) : completion(topic);
}

/** Before the name of a type of the kernel, about which all that can be said is that it is one. */
const TYPE_KEYWORDS: ReadonlySet<string> = new Set(["struct", "union", "enum"]);

const SETUP_USAGE = "USAGE: tsbt setup takes no words; a script of that name is run by ./setup";

/** A folder of that name is none. */
const isScript = (path: string): boolean =>
  statSync(bytePath(path), { throwIfNoEntry: false })?.isDirectory() === false;

function completion(shell: string | undefined): string {
  if (shell === undefined || !SHELLS.includes(shell)) {
    throw new ExitError(`ERROR: USAGE: tsbt completion ${SHELLS.join("|")}\n`, 1);
  }
  return page(`completion.${shell}`);
}

const helpTable = (): HelpTable => JSON.parse(page("help.json")) as HelpTable;

function help(topic: string | undefined): string {
  const table = helpTable();
  if (topic === undefined) return overview(table);
  const found = lookUp(table, topic) ?? listOf(table, topic);
  if (found !== undefined) return found;
  const hints = didYouMean(topic, named(table)).map((hint) => `HINT: ${hint}\n`);
  throw new ExitError(`ERROR: there is no help on '${topic}'\n${hints.join("")}`, 1);
}

/** Without those that are the same as another one, and messages, whose names nobody has seen who guesses. */
const named = (table: HelpTable): readonly string[] =>
  Object.keys(table).filter((name) => !table[name]!.startsWith("=") && kindOf(table[name]!) !== "message");

/** The first word of a text. */
const kindOf = (text: string): string => /^(.+?) {2}/.exec(text)?.[1] ?? "message";

/** `functions`: all names of the kind. */
function listOf(table: HelpTable, topic: string): string | undefined {
  const names = kindsOf(table).get(topic.toLowerCase().replace(/s$/, ""));
  return names === undefined ? undefined : columns(names);
}

/** What `tsbt help` says of a name; undefined: nothing. */
export const helpOn = (topic: string): string | undefined => lookUp(helpTable(), topic);

function lookUp(table: HelpTable, topic: string): string | undefined {
  for (const name of readings(topic)) {
    const found = Object.hasOwn(table, name) ? table[name]! : undefined;
    if (found !== undefined) return found.startsWith("=") ? table[found.slice(1)] : found;
  }
  return undefined;
}

/** What may be meant, the likeliest first: `hist()`, `hist(args.ret)`, `arg0`, `$1`, `@start`, `kprobe:vfs_read`, `max_strlen=64`, `Count`. */
function readings(topic: string): readonly string[] {
  const name = topic.replace(/(?<=\w)\(.*$/, "");
  const general = name
    .replace(/^arg\d+$/, "argN")
    .replace(/^\$\d+$/, "$N")
    .replace(/^([$@])\w+$/, "$1")
    .replace(/^(\w+)[:=].*$/, "$1")
    .replace(/^(struct|union|enum) .*$/, "$1");
  return [name, general, name.toLowerCase()];
}

/** Names by what they are. Messages are looked up by those who have one. */
function kindsOf(table: HelpTable): ReadonlyMap<string, readonly string[]> {
  const kinds = new Map<string, string[]>();
  for (const [name, text] of Object.entries(table)) {
    const kind = kindOf(text);
    if (kind !== "message") kinds.set(kind, [...(kinds.get(kind) ?? []), name]);
  }
  return kinds;
}

function overview(table: HelpTable): string {
  const lists = [...kindsOf(table)].map(([kind, names]) => `${kind.toUpperCase()}\n${columns(names)}`);
  return `tsbt help NAME says what a name means.\n\n${lists.join("\n")}`;
}

const LINE = 76;

function columns(names: readonly string[]): string {
  const lines: string[] = [];
  for (const name of names) {
    const last = lines.at(-1);
    if (last === undefined || last.length + name.length >= LINE) lines.push(name);
    else lines[lines.length - 1] = `${last} ${name}`;
  }
  return lines.map((line) => `    ${line}\n`).join("");
}

/** Beside the bundle that runs. */
function page(name: string): string {
  const [, bundle = ""] = process.argv;
  return readFileSync(join(dirname(bundle), name), "latin1");
}
