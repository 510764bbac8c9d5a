/** What the registries define, as rows of text: the pages are made of these. */
import { FULL_LANGUAGE } from "../../codegen/full-language.js";
import { DEFAULT_CONFIG } from "../../codegen/config.js";
import { configNames } from "../../codegen/analysis/read-config.js";
import { MESSAGE_TABLES } from "../../grammar/messages/index.js";
import type { Code } from "../../grammar/index.js";
import {
  keywords,
  mapKinds,
  documentationOf,
  ofBuiltin,
  ofFunction,
  ofMacro,
  ofProvider,
} from "../../service/documentation.js";
import { OPTIONS } from "../../src/cli/options.js";
import { FORMS } from "./forms.js";
import { REMEDIES } from "./remedies/index.js";
import { SETTINGS } from "./settings.js";

export interface Entry {
  /** What it is looked up by. */
  readonly name: string;
  /** The name as it is used: with parameters, with a type, with aliases. */
  readonly title: string;
  readonly text: string;
  /** A whole script. */
  readonly example: string | undefined;
}

const byName = <E extends { readonly name: string }>(entries: readonly E[]): readonly E[] =>
  [...entries].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));

const entry = (
  name: string,
  { title, summary, example }: { title: string; summary: string; example: string | undefined },
): Entry => ({ name, title, text: summary, example });

export const functionEntries = (): readonly Entry[] =>
  byName([...FULL_LANGUAGE.functions.values()].map((definition) => entry(definition.name, ofFunction(definition))));

export const builtinEntries = (): readonly Entry[] =>
  byName([...FULL_LANGUAGE.builtins.values()].map((definition) => entry(definition.name, ofBuiltin(definition))));

export interface ProviderEntry extends Entry {
  /** How its attach points are written. */
  readonly forms: readonly string[];
}

export const providerEntries = (): readonly ProviderEntry[] =>
  byName(
    [...FULL_LANGUAGE.providers.values()].map((definition) => ({
      ...entry(definition.name, ofProvider(definition)),
      forms: FORMS[definition.name as keyof typeof FORMS],
    })),
  );

export const macroEntries = (): readonly Entry[] =>
  byName(FULL_LANGUAGE.macros.map((macro) => entry(macro.name, ofMacro(macro))));

export const keywordEntries = (): readonly Entry[] =>
  byName(
    [...keywords(), ...mapKinds()].map((name) => {
      const found = documentationOf(name, { ...FULL_LANGUAGE, functions: new Map(), builtins: new Map(), macros: [] });
      return entry(name, found.at(-1)!);
    }),
  );

// ---------------------------------------------------------------- settings and options

/**
 * As it is written behind the name; empty: one that fits is chosen, and NONE would be a value. `max_strlen` is `maxStrlen` in the
 * configuration; the unstable features have a table of their own there.
 */
function defaultOf(name: string): string {
  const key = name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  const feature = name.replace(/^unstable_/, "");
  const settings: Readonly<Record<string, unknown>> = { ...DEFAULT_CONFIG };
  const features: Readonly<Record<string, string>> = DEFAULT_CONFIG.unstable;
  const value = settings[key] ?? features[feature];
  return value === undefined ? "" : ` = ${String(value)}`;
}

export function settingEntries(): readonly Entry[] {
  const names = configNames();
  const described = Object.keys(SETTINGS);
  const differing = [...names, ...described].filter((name) => !names.includes(name) || !described.includes(name));
  if (differing.length > 0) throw new Error(`docs/generator/settings.ts: ${differing.join(", ")}`);
  return byName(
    names.map((name) => ({
      name,
      title: `${name}${defaultOf(name)}`,
      text: SETTINGS[name]!,
      example: undefined,
    })),
  );
}

export interface OptionEntry extends Entry {
  readonly short: string | undefined;
  readonly long: string | undefined;
  /** As usage shows it; empty: it takes none. In brackets: it may be left out. */
  readonly value: string;
}

/** In the order of `--help`. */
export const optionEntries = (): readonly OptionEntry[] =>
  OPTIONS.map(({ short, long, value, help }) => {
    const names = [...(short === undefined ? [] : [`-${short}`]), ...(long === undefined ? [] : [`--${long}`])];
    const title = `${names.join(", ")}${value === "" ? "" : ` ${value}`}`;
    return { name: names.at(-1)!, title, text: `${help}.`, example: undefined, short, long, value };
  });

// ---------------------------------------------------------------- messages

export interface MessageEntry {
  readonly code: Code;
  readonly words: string;
  readonly cause: string;
  readonly remedy: string;
}

export interface MessageGroup {
  readonly title: string;
  readonly messages: readonly MessageEntry[];
}

/** In the order of `MESSAGE_TABLES`. */
const GROUPS = ["Syntax", "Attach points", "Names", "Types", "Calls", "Imports", "Options of scripts"];

export const messageGroups = (): readonly MessageGroup[] =>
  MESSAGE_TABLES.map((table, index) => ({
    title: GROUPS[index]!,
    messages: Object.entries(table).flatMap(([name, words]) => {
      const code = name as Code;
      const known = REMEDIES[code];
      // Lines below another message.
      return known === undefined ? [] : [{ code, words: wordsOf(words), cause: known[0], remedy: known[1] }];
    }),
  }));

/** A message with the names of what it puts in: `Unknown function: '‹name›'`. */
const wordsOf = (words: (args: never) => string): string =>
  words(new Proxy({}, { get: (_, name) => hole(String(name)) }) as never);

/** Something that is its name, however it is used. */
function hole(name: string): unknown {
  const text = (): string => `‹${name}›`;
  const self: unknown = new Proxy(() => self, {
    get: (_, key) => (key === Symbol.toPrimitive || key === "toString" ? text : self),
  });
  return self;
}
