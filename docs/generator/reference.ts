/** docs/reference.md: everything that has a name. */
import {
  builtinEntries,
  type Entry,
  functionEntries,
  keywordEntries,
  macroEntries,
  messageGroups,
  optionEntries,
  providerEntries,
  settingEntries,
} from "./entries.js";

const HEAD = `# Reference

Everything that has a name: what it is, and a script that shows it. Made from the definitions by \`npm run docs\`; not to be
edited. \`tsbt help NAME\` shows the same at the prompt.

[Probes](#probes) · [Builtins](#builtins) · [Functions](#functions) · [Macros](#macros) · [Keywords](#keywords) ·
[Options](#options) · [Config variables](#config-variables) · [Messages](#messages)
`;

export const reference = (): string =>
  [
    HEAD,
    section("Probes", "What a script may be attached to. After the comma stand short names.", providers()),
    section("Builtins", "Values that every probe has, or some.", builtinEntries()),
    section("Functions", "In brackets stands what may be left out. A parameter with `@` is a map.", functionEntries()),
    table("Macros", "Written in the language itself; a script may define others under these names.", macroEntries()),
    table("Keywords", "", keywordEntries()),
    table("Options", "Of the command.", optionEntries()),
    table(
      "Config variables",
      "In a block at the head of a script, `config = { max_map_keys = 1000; }`, or in the environment in capitals " +
        "behind `BPFTRACE_`. Behind `=` stands what holds otherwise.",
      settingEntries(),
    ),
    messages(),
  ].join("\n");

/** With their forms. */
const providers = (): readonly Entry[] =>
  providerEntries().map((entry) => ({
    ...entry,
    text: `${entry.text}\n\n${entry.forms.map((form) => `\`${form}\``).join(" · ")}`,
  }));

function section(title: string, about: string, entries: readonly Entry[]): string {
  const body = entries.map(
    ({ title, text, example }) =>
      `### \`${title}\`\n\n${text}\n${example === undefined ? "" : `\n\`\`\`bpftrace\n${example}\n\`\`\`\n`}`,
  );
  return `## ${title}\n\n${about}\n\n${body.join("\n")}`;
}

function table(title: string, about: string, entries: readonly Entry[]): string {
  const rows = entries.map((entry) => `| ${code(entry.title)} | ${cell(entry.text)} |`);
  return `## ${title}\n\n${about === "" ? "" : `${about}\n\n`}| name | what it does |\n|---|---|\n${rows.join("\n")}\n`;
}

function messages(): string {
  const groups = messageGroups().map(({ title, messages }) => {
    const rows = messages.map(({ words, cause, remedy }) => `| ${cell(words)} | ${cell(cause)} | ${cell(remedy)} |`);
    return `### ${title}\n\n| message | cause | remedy |\n|---|---|---|\n${rows.join("\n")}\n`;
  });
  return `## Messages\n\nWhat the compiler has to say of a script. \`‹name›\` stands for what a message puts in.\n\n${groups.join("\n")}`;
}

/** Of a table: text in which nothing has a meaning of its own. */
const cell = (text: string): string => text.replace(/[|*_<>\\]/g, "\\$&").replaceAll("\n", " ");
const code = (text: string): string => `\`${text.replaceAll("|", "\\|")}\``;
