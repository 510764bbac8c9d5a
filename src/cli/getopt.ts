/**
 * Option parsing with the rules of GNU `getopt_long`: words in any order up to `--`, unambiguous prefixes of
 * long names, `--name=value` and `--name value`, bundled short options with an attached value.
 */
import { didYouMean, suggestion } from "../../grammar/index.js";

export interface OptionSpec {
  readonly short: string | undefined;
  readonly long: string | undefined;
  readonly takesValue: boolean;
}

/** An option as it was found; `index` is its place in the table. */
export interface FoundOption {
  readonly index: number;
  /** Empty for options without. */
  readonly value: string;
}

export interface ParsedWords {
  readonly options: readonly FoundOption[];
  /** Words that are no options, in order. */
  readonly words: readonly string[];
  /** What is wrong, in getopt's words; undefined when nothing is. The first mistake ends the parsing. */
  readonly error: string | undefined;
  /** What may have been meant. */
  readonly hints: readonly string[];
}

export function parseOptions(args: readonly string[], specs: readonly OptionSpec[]): ParsedWords {
  const parser = new OptionParser(args, specs);
  const error = parser.run();
  return { options: parser.options, words: parser.words, error, hints: parser.hints };
}

class OptionParser {
  readonly options: FoundOption[] = [];
  readonly words: string[] = [];
  readonly hints: string[] = [];
  readonly #args: readonly string[];
  readonly #specs: readonly OptionSpec[];
  #next = 0;

  constructor(args: readonly string[], specs: readonly OptionSpec[]) {
    this.#args = args;
    this.#specs = specs;
  }

  run(): string | undefined {
    for (let arg = this.#take(); arg !== undefined; arg = this.#take()) {
      if (arg === "--") {
        this.words.push(...this.#args.slice(this.#next));
        return undefined;
      }
      const error = this.#word(arg);
      if (error !== undefined) return error;
    }
    return undefined;
  }

  #take(): string | undefined {
    return this.#args[this.#next++];
  }

  #word(arg: string): string | undefined {
    if (arg.startsWith("--")) return this.#long(arg.slice(2));
    if (arg.startsWith("-") && arg !== "-") return this.#bundle(arg.slice(1));
    this.words.push(arg);
    return undefined;
  }

  #long(text: string): string | undefined {
    const equals = text.indexOf("=");
    const name = equals === -1 ? text : text.slice(0, equals);
    const candidates = this.#named(name);
    const [index] = candidates;
    if (index === undefined) return this.#unknown(`unrecognized option '--${name}'`, name);
    if (candidates.length > 1) {
      const names = candidates.map((i) => `'--${this.#specs[i]?.long}'`).join(" ");
      return `option '--${text}' is ambiguous; possibilities: ${names}`;
    }
    const { long = "", takesValue } = this.#specs[index] as OptionSpec;
    if (!takesValue && equals !== -1) return `option '--${long}' doesn't allow an argument`;
    const value = !takesValue ? "" : equals === -1 ? this.#take() : text.slice(equals + 1);
    if (value === undefined) return `option '--${long}' requires an argument`;
    this.options.push({ index, value });
    return undefined;
  }

  /** @param word - the name as it was meant to be: `-unsafe` is a long one with a dash too few */
  #unknown(error: string, word: string): string {
    const names = this.#specs.flatMap(({ long }) => (long === undefined ? [] : [long]));
    const meant = names.includes(word) ? suggestion([`--${word}`]) : didYouMean(word, names, (name) => `--${name}`);
    this.hints.push(...meant);
    return error;
  }

  /** The option of that name, or all that begin with it. */
  #named(name: string): number[] {
    const exact = this.#specs.findIndex((spec) => spec.long === name);
    if (exact !== -1) return [exact];
    return [...this.#specs.keys()].filter((i) => this.#specs[i]?.long?.startsWith(name) === true);
  }

  #bundle(letters: string): string | undefined {
    for (let i = 0; i < letters.length; i++) {
      const letter = letters[i] ?? "";
      const index = this.#specs.findIndex((spec) => spec.short === letter);
      const spec = this.#specs[index];
      if (spec === undefined) return this.#unknown(`invalid option -- '${letter}'`, letters);
      if (!spec.takesValue) {
        this.options.push({ index, value: "" });
        continue;
      }
      const value = i + 1 < letters.length ? letters.slice(i + 1) : this.#take();
      if (value === undefined) return `option requires an argument -- '${letter}'`;
      this.options.push({ index, value });
      return undefined;
    }
    return undefined;
  }
}
