/**
 * What `tsbt help NAME` prints, by name; `=NAME` is what another name has. The command reads it when it is asked, and not before.
 */
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
import { TOPICS } from "./topics.js";

export function helpTable(): string {
  const table = new Map<string, string[]>();
  const add = (name: string, text: string): void => void table.set(name, [...(table.get(name) ?? []), text]);
  const kinds: readonly (readonly [kind: string, entries: readonly Entry[]])[] = [
    ["function", functionEntries()],
    ["macro", macroEntries()],
    ["builtin", builtinEntries()],
    ["probe", providers()],
    ["keyword", keywordEntries()],
    ["config variable", settingEntries()],
  ];
  for (const [kind, entries] of kinds) for (const entry of entries) add(entry.name, textOf(kind, entry));
  for (const { name, alias } of aliasesOf()) add(alias, table.get(name)!.join("\n"));
  for (const [upper, name] of [
    ["BEGIN", "begin"],
    ["END", "end"],
  ] as const)
    add(upper, `=${name}`);
  for (const { name, text } of settingEntries()) {
    const environment = `BPFTRACE_${name.toUpperCase()}`;
    add(
      environment,
      `environment variable  ${environment}\n\n  The config variable ${name}, for all scripts. ${text}\n`,
    );
  }
  for (const topic of TOPICS) {
    add(topic.name, textOf(topic.kind, topic));
    for (const name of topic.also) if (!table.has(name)) add(name, `=${topic.name}`);
  }
  for (const option of optionEntries()) {
    for (const name of option.title.split(/[ ,]+/).filter((word) => word.startsWith("-")))
      add(name, textOf("option", option));
  }
  for (const { messages } of messageGroups()) {
    for (const { code, words, cause, remedy } of messages) {
      add(code, `message  ${words}\n\n  Cause: ${cause}\n  Remedy: ${remedy}\n`);
    }
  }
  const sorted = [...table].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, texts]) => [name, texts.join("\n")]);
  return `${JSON.stringify(Object.fromEntries(sorted), undefined, 1)}\n`;
}

const providers = (): readonly Entry[] =>
  providerEntries().map((entry) => ({
    ...entry,
    text: `${entry.text}\n\n  Written:\n${entry.forms.map((form) => `    ${form}`).join("\n")}`,
  }));

function textOf(kind: string, { title, text, example }: Entry): string {
  const shown = example === undefined ? "" : `\n  Example:\n    tsbt -e '${example}'\n`;
  return `${kind}  ${title}\n\n  ${text}\n${shown}`;
}

/** `kprobe, k`: the short name of a provider is looked up as well. */
const aliasesOf = (): readonly { readonly name: string; readonly alias: string }[] =>
  providerEntries().flatMap(({ name, title }) =>
    title
      .split(", ")
      .slice(1)
      .map((alias) => ({ name, alias })),
  );
