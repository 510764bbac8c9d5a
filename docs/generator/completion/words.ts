/** What the completions of all shells know of the command. */
import { builtinEntries, functionEntries, optionEntries, providerEntries } from "../entries.js";

/** What stands behind an option. */
export type ValueKind = "none" | "file" | "directory" | "process" | "command" | "program" | "pattern" | "word" | "text";

export interface CompletedOption {
  /** With their dashes. */
  readonly names: readonly string[];
  readonly short: string | undefined;
  readonly long: string | undefined;
  readonly help: string;
  readonly kind: ValueKind;
  /** Of `word`: what it may be. */
  readonly choices: readonly string[];
}

const KINDS: Readonly<Record<string, ValueKind>> = {
  "": "none",
  "'program'": "program",
  "[search|filename]": "pattern",
  DIR: "directory",
  FILE: "file",
  PID: "process",
  CMD: "command",
};

/** The words of a help text that are quoted are what a value may be. */
const quotedWords = (help: string): readonly string[] => [...help.matchAll(/'([\w-]+)'/g)].map(([, word]) => word!);

export const completedOptions = (): readonly CompletedOption[] =>
  optionEntries().map(({ short, long, value, text }) => {
    const choices = quotedWords(text);
    const names = [...(short === undefined ? [] : [`-${short}`]), ...(long === undefined ? [] : [`--${long}`])];
    const kind = KINDS[value] ?? (choices.length > 0 ? "word" : "text");
    return { names, short, long, help: text.replace(/\.$/, ""), kind, choices: kind === "word" ? choices : [] };
  });

/** Long names, each with the colon if more has to follow. */
export const providerStarts = (): readonly string[] =>
  providerEntries().map(({ name }) => (["begin", "end"].includes(name) ? name : `${name}:`));

export const helpTopics = (): readonly string[] =>
  [...new Set([...functionEntries(), ...builtinEntries(), ...providerEntries()].map(({ name }) => name))].sort();

export { SUBCOMMANDS } from "../../../src/cli/subcommands.js";
export const SHELLS = ["bash", "zsh", "fish"] as const;
