/** The command line by commander, from the table of options. */
import { Command, Option } from "commander";
import { expandArguments, type OptionSpec } from "./expand-arguments.js";

/** An option as it was found; `index` is its place in the table. */
export interface FoundOption {
  readonly index: number;
  /** Empty for options without. */
  readonly value: string;
}

export interface ParsedWords {
  /** In order. */
  readonly options: readonly FoundOption[];
  /** Words that are no options, in order. */
  readonly words: readonly string[];
  /** What is wrong, in getopt's words; undefined when nothing is. The first mistake ends the parsing. */
  readonly error: string | undefined;
  /** What may have been meant. */
  readonly hints: readonly string[];
}

export function parseOptions(args: readonly string[], specs: readonly OptionSpec[]): ParsedWords {
  const expanded = expandArguments(args, specs);
  const parser = parserFor(specs);
  const { options, words } = parser(expanded.args);
  return { options, words, error: expanded.error, hints: expanded.hints };
}

type Parser = (args: readonly string[]) => Pick<ParsedWords, "options" | "words">;

/** Made once for each table: the start-up snapshot has it ready. */
const parsers = new WeakMap<readonly OptionSpec[], Parser>();

function parserFor(specs: readonly OptionSpec[]): Parser {
  const parser = parsers.get(specs) ?? makeParser(specs);
  parsers.set(specs, parser);
  return parser;
}

function makeParser(specs: readonly OptionSpec[]): Parser {
  // Help and version are rows of the table like all others.
  const command = new Command().helpOption(false).allowExcessArguments().exitOverride();
  let options: FoundOption[] = [];
  specs.forEach((spec, index) => {
    const option = optionOf(spec);
    command.addOption(option);
    // Once for each time that it is there, unlike the values that commander keeps.
    command.on(`option:${option.name()}`, (value: string | null | undefined) => {
      options.push({ index, value: value ?? "" });
    });
  });
  return (args) => {
    options = [];
    // Not `parse`, which does much for subcommands and defaults that there are none of.
    const { operands } = command.parseOptions([...args]);
    return { options, words: operands };
  };
}

export const optionOf = ({ short, long, takesValue }: OptionSpec, help?: string): Option => {
  const names = [...(short === undefined ? [] : [`-${short}`]), ...(long === undefined ? [] : [`--${long}`])];
  return new Option(names.join(", ") + (takesValue ? " <value>" : ""), help);
};
