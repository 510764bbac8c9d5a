/** What there is to be traced, and of what types it is. */
import { describeType, documentationLines, documentationOf, hover, typeAt } from "../../../service/index.js";
import { globMatcher, hasWildcard } from "../../../codegen/language/glob.js";
import { typeName } from "../../../codegen/types/type.js";
import { outline } from "../../../grammar/index.js";
import { helpOn } from "../../cli/subcommands.js";
import { listPattern } from "../../cli/list.js";
import { renderDiagnostics } from "../../../grammar/index.js";
import type { Shell } from "../shell.js";
import { toBytes } from "../typed/bytes.js";
import { type Command, CommandError, required } from "./command.js";

export const KERNEL_COMMANDS: readonly Command[] = [
  {
    name: "list",
    argument: "PATTERN",
    summary: "what can be probed: :list kprobe:vfs_*, :list *openat",
    completes: "probe",
    run: (shell, argument) => list(shell, required(argument, "a pattern"), false),
  },
  {
    name: "describe",
    argument: "PROBE",
    summary: "what a probe passes: :describe tracepoint:syscalls:sys_enter_openat",
    completes: "probe",
    run: (shell, argument) => {
      const probe = required(argument, "a probe");
      if (hasWildcard(probe)) return list(shell, probe, true);
      const found = hover(`${probe} {}`, 0, shell.service());
      if (found === undefined) throw new CommandError(`there is no probe ${probe}`);
      shell.say(`${found.lines.join("\n")}\n`);
    },
  },
  {
    name: "struct",
    argument: "NAME [SEARCH]",
    summary: "a type of the kernel: offsets, sizes, members; those that have a word in them",
    completes: "type",
    run: (shell, argument) => {
      const [, tag = "struct", name = "", search = ""] =
        /^(?:(struct|union|enum)\s+)?(\S+)\s*(.*)$/.exec(required(argument, "a type")) ?? [];
      const lines = describeType(`${tag} ${name}`, shell.service());
      if (lines.length === 0) throw new CommandError(`there is no ${tag} ${name}`);
      const shown = lines.filter((line, i) => i === 0 || line.includes(search));
      shell.say(`${shown.join("\n")}\n`);
    },
  },
  {
    name: "type",
    argument: "EXPRESSION",
    summary: "an expression's type, without evaluating it; behind PROBE { its type in that probe",
    completes: "expression",
    run: (shell, argument) => shell.say(`${typeOf(shell, required(argument, "an expression"))}\n`),
  },
  {
    name: "help",
    argument: "[NAME]",
    summary: "these commands; or what a function, builtin, keyword or provider is",
    completes: "name",
    run: (shell, argument) => shell.say(argument === "" ? shell.overview() : help(shell, argument)),
  },
];

function list(shell: Shell, pattern: string, isVerbose: boolean): void {
  const warn = (message: string): void => shell.notices.warning(message);
  const lines = listPattern(pattern, shell.tracer.facts, { pid: undefined, isVerbose, warn });
  shell.say(lines.length === 0 ? "nothing matches\n" : `${lines.join("\n")}\n`);
}

function typeOf(shell: Shell, argument: string): string {
  const [, head = "BEGIN {", expression = ""] = /^(?:([^{]*:[^{]*\{))?\s*([^]*?)\s*\}?$/.exec(argument) ?? [];
  const script = `${head} ${expression}`;
  const [item] = outline({ name: "stdin", text: script }).items;
  const range = { start: head.length + 1, end: script.length };
  const found = item && typeAt(script, item, range, shell.service());
  if (found !== undefined) return typeName(found.type);
  const { diagnostics } = shell.tracer.compile(`${head} _ = (${expression}); }`);
  throw new CommandError(diagnostics[0]?.message ?? renderDiagnostics(diagnostics, { color: false }));
}

function help(shell: Shell, argument: string): string {
  const command = shell.commandNamed(argument.replace(/^:/, ""));
  const { language } = shell.service();
  const name = argument.replace(/\(.*$/, "");
  const found = argument.startsWith(":") ? [] : documentationOf(name, language);
  if (found.length > 0) return toBytes(found.map((each) => `${documentationLines(each).join("\n")}\n`).join("\n"));
  if (command !== undefined) return `:${command.name} ${command.argument}\n${command.summary}\n`;
  const inPages = helpOn(argument);
  if (inPages !== undefined) return inPages;
  const matches = globMatcher(`*${name}*`);
  const near = [...language.functions.keys(), ...language.builtins.keys()].filter(matches);
  throw new CommandError(`nothing is known of ${name}${near.length > 0 ? `; there is ${near.join(", ")}` : ""}`);
}
