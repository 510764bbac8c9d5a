/** `-l`: what can be probed (probes-and-cli.md 16). */
import { fileExists } from "../files/index.js";
import type { ExpandedPoint } from "../../codegen/analysis/typed-program.js";
import type { KernelFacts } from "../../codegen/facts.js";
import type { ListEntry, Part, Parts, ProviderDefinition } from "../../codegen/language/provider.js";
import { providerNamed } from "../../codegen/language/language.js";
import { globMatcher } from "../../codegen/language/glob.js";
import { PROVIDERS } from "../../codegen/providers/index.js";
import { type SourceFile, span } from "../../grammar/index.js";
import { listTypes } from "./list-types.js";

export interface ListOptions {
  readonly pid: number | undefined;
  /** `-lv`: with the arguments of each probe. */
  readonly isVerbose: boolean;
  /** Told once for the same words. */
  readonly warn: (message: string) => void;
}

/** All that listing needs of the language. */
const LANGUAGE = {
  providers: new Map<string, ProviderDefinition>(
    // A point is only ever handed to the provider that made it.
    (Object.values(PROVIDERS) as readonly ProviderDefinition[]).map((provider) => [provider.name, provider]),
  ),
};

/** The lines for a pattern. */
export function listPattern(...given: Parameters<typeof patternText>): readonly string[] {
  const text = patternText(...given);
  return text === "" ? [] : text.split("\n");
}

/**
 * Pieces between commas, each listed in turn, with newlines between the lines: of a hundred thousand the engine's own
 * functions make one text in a fraction of the time.
 */
export function patternText(pattern: string, facts: KernelFacts, options: ListOptions): string {
  const told = new Set<string>();
  const warn = (message: string): void => {
    if (!told.has(message)) options.warn(message);
    told.add(message);
  };
  return joined(
    pattern.split(",").map((text) => {
      if (text === "") return ""; // also behind a comma at the end
      const piece = text.trim();
      const types = listTypes(piece, facts, options.isVerbose);
      return types === undefined ? pieceText(piece, facts, { ...options, warn }) : types.join("\n");
    }),
  );
}

/** The attach points of a program. */
export const listProbes = (
  points: readonly ExpandedPoint[],
  facts: KernelFacts,
  options: ListOptions,
): readonly string[] =>
  linesOf(
    points.flatMap((point) => {
      const listed = LANGUAGE.providers.get(point.provider)?.listed;
      return listed === undefined ? [{ text: point.name }] : (listed(point, facts) ?? []);
    }),
    options,
  );

const INDENT = "    ";

function linesOf(entries: readonly ListEntry[], { isVerbose, warn }: ListOptions): readonly string[] {
  if (!isVerbose) return entries.map(({ text }) => text);
  for (const lack of new Set(entries.map((entry) => entry.lack?.()))) if (lack !== undefined) warn(lack);
  return entries.flatMap(({ text, args }) => [text, ...(args?.(text) ?? []).map((line) => INDENT + line)]);
}

/** Text for an output. */
export const ended = (lines: string): string => (lines === "" ? "" : `${lines}\n`);

const joined = (texts: readonly string[]): string => texts.filter(Boolean).join("\n");

function pieceText(piece: string, facts: KernelFacts, options: ListOptions): string {
  const [provider = "*", ...rest] = piece.includes(":") ? piece.split(":") : ["*", piece];
  const definitions = provider.includes("*") ? matching(provider, rest, options) : exact(provider);
  return joined(definitions.map((definition) => list(definition, rest, facts, options)));
}

function exact(text: string): readonly ProviderDefinition[] {
  const definition = providerNamed(LANGUAGE, text);
  return definition === undefined ? [] : [definition];
}

/** In alphabetical order. User space joins in only when it is said which file or process is meant. */
function matching(
  pattern: string,
  [target = ""]: readonly string[],
  options: ListOptions,
): readonly ProviderDefinition[] {
  const matches = globMatcher(pattern);
  const hasFile = options.pid !== undefined || (target.includes("/") && fileExists(target));
  return [...LANGUAGE.providers.values()]
    .filter(({ name, wildcard }) => matches(name) && (wildcard === "kernel" || (wildcard === "user" && hasFile)))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** What providers search for is written in parts, as in a program. */
function list(definition: ProviderDefinition, rest: readonly string[], facts: KernelFacts, given: ListOptions): string {
  const file: SourceFile = { name: "", text: rest.join(":") };
  const place = span(file, 0, file.text.length);
  const all: Part[] = rest.map((text) => ({ text: text === "" ? "*" : text, span: place, isQuoted: false }));
  const search: Parts = { all, span: place, provider: definition.name };
  const { pid, isVerbose } = given;
  const text = isVerbose ? undefined : definition.listText?.(facts, search);
  if (text !== undefined) return text;
  const options = { isUnsafe: false, pid, runningPid: pid, missingProbes: "ignore", arch: facts.arch } as const;
  const entries = definition.list?.(facts, search, options) ?? [];
  const trouble = entries.length === 0 ? definition.listTrouble?.(facts, search, options) : undefined;
  if (trouble !== undefined) given.warn(trouble);
  return linesOf(entries, given).join("\n");
}
