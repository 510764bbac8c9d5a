/** `-l`: what can be probed (probes-and-cli.md 16). */
import { existsSync } from "node:fs";
import type { KernelFacts } from "../../codegen/facts.js";
import type { Part, Parts, ProviderDefinition } from "../../codegen/language/provider.js";
import { FULL_LANGUAGE } from "../../codegen/full-language.js";
import { providerNamed } from "../../codegen/language/language.js";
import { globMatcher } from "../../codegen/providers/glob.js";
import { type SourceFile, span } from "../../grammar/index.js";
import { argumentLines } from "./list-arguments.js";
import { listTypes } from "./list-types.js";

export interface ListOptions {
  readonly pid: number | undefined;
  /** `-lv`: with the arguments of each probe. */
  readonly isVerbose: boolean;
}

/** The lines for a pattern: pieces between commas, each listed in turn. */
export function listPattern(pattern: string, facts: KernelFacts, options: ListOptions): readonly string[] {
  return pattern.split(",").flatMap((text) => {
    const piece = text.trim();
    return (
      listTypes(piece, facts, options.isVerbose) ?? withArguments(listPiece(piece, facts, options), facts, options)
    );
  });
}

/** The attach points of a program, by their canonical names. */
export function listProbes(names: readonly string[], facts: KernelFacts, options: ListOptions): readonly string[] {
  return withArguments(names.flatMap(listedName), facts, options);
}

function withArguments(lines: readonly string[], facts: KernelFacts, { isVerbose }: ListOptions): readonly string[] {
  return isVerbose ? lines.flatMap((line) => [line, ...argumentLines(line, facts)]) : lines;
}

const NOT_LISTED = new Set(["begin", "end", "self"]);
/** Their last part is a number that the list does not show. */
const TIMERS = new Set(["interval", "profile"]);

function listedName(name: string): readonly string[] {
  const [provider = ""] = name.split(":");
  if (NOT_LISTED.has(provider)) return [];
  return TIMERS.has(provider) ? [name.slice(0, name.lastIndexOf(":") + 1)] : [name];
}

function listPiece(piece: string, facts: KernelFacts, options: ListOptions): readonly string[] {
  const [provider = "*", ...rest] = piece.includes(":") ? piece.split(":") : ["*", piece];
  const definitions = provider.includes("*") ? matching(provider, rest, options) : exact(provider);
  return definitions.flatMap((definition) => list(definition, rest, facts, options));
}

function exact(text: string): readonly ProviderDefinition[] {
  const definition = providerNamed(FULL_LANGUAGE, text);
  return definition === undefined ? [] : [definition];
}

/** In alphabetical order. User space joins in only when it is said which file or process is meant. */
function matching(
  pattern: string,
  [target = ""]: readonly string[],
  options: ListOptions,
): readonly ProviderDefinition[] {
  const matches = globMatcher(pattern);
  const hasFile = options.pid !== undefined || (target.includes("/") && existsSync(target));
  return [...FULL_LANGUAGE.providers.values()]
    .filter(({ name, isListed }) => matches(name) && (isListed || (name === "uprobe" && hasFile)))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** What providers search for is written in parts, as in a program. */
function list(
  definition: ProviderDefinition,
  rest: readonly string[],
  facts: KernelFacts,
  { pid }: ListOptions,
): readonly string[] {
  const file: SourceFile = { name: "", text: rest.join(":") };
  const place = span(file, 0, file.text.length);
  const all: Part[] = rest.map((text) => ({ text: text === "" ? "*" : text, span: place, isQuoted: false }));
  const search: Parts = { all, span: place, provider: definition.name };
  return definition.list?.(facts, search, { isUnsafe: false, pid, missingProbes: "ignore" }) ?? [];
}
