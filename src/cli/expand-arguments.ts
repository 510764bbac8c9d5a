/**
 * What bpftrace's users write, as commander wants it: prefixes of long names become whole ones, and the first mistake is found
 * as GNU `getopt_long` finds it, and put in its words.
 */
import { didYouMean, suggestion } from "../../grammar/index.js";

export interface OptionSpec {
  readonly short: string | undefined;
  readonly long: string | undefined;
  readonly takesValue: boolean;
}

export interface ExpandedArguments {
  /** Up to the first mistake. */
  readonly args: readonly string[];
  /** What is wrong; undefined when nothing is. */
  readonly error: string | undefined;
  /** What may have been meant. */
  readonly hints: readonly string[];
}

export function expandArguments(args: readonly string[], specs: readonly OptionSpec[]): ExpandedArguments {
  const expander = new Expander(args, specs);
  const error = expander.run();
  return { args: expander.expanded, error, hints: expander.hints };
}

class Expander {
  readonly expanded: string[] = [];
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
        this.expanded.push(arg, ...this.#args.slice(this.#next));
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
    this.expanded.push(arg);
    return undefined;
  }

  #long(text: string): string | undefined {
    const equals = text.indexOf("=");
    const name = equals === -1 ? text : text.slice(0, equals);
    const candidates = this.#named(name);
    const [spec] = candidates;
    if (spec === undefined) return this.#unknown(`unrecognized option '--${name}'`, name);
    if (candidates.length > 1) {
      const names = candidates.map(({ long }) => `'--${long}'`).join(" ");
      return `option '--${text}' is ambiguous; possibilities: ${names}`;
    }
    const { long = "", takesValue } = spec;
    if (!takesValue && equals !== -1) return `option '--${long}' doesn't allow an argument`;
    const value = !takesValue ? "" : equals === -1 ? this.#take() : text.slice(equals + 1);
    if (value === undefined) return `option '--${long}' requires an argument`;
    this.expanded.push(takesValue ? `--${long}=${value}` : `--${long}`);
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
  #named(name: string): readonly OptionSpec[] {
    const exact = this.#specs.find(({ long }) => long === name);
    return exact === undefined ? this.#specs.filter(({ long }) => long?.startsWith(name) === true) : [exact];
  }

  /** Commander takes it as it is, but for a value that stands alone: it may look like an option. */
  #bundle(letters: string): string | undefined {
    for (let i = 0; i < letters.length; i++) {
      const letter = letters[i] ?? "";
      const spec = this.#specs.find(({ short }) => short === letter);
      if (spec === undefined) return this.#unknown(`invalid option -- '${letter}'`, letters);
      if (!spec.takesValue) {
        this.expanded.push(`-${letter}`);
        continue;
      }
      const isAttached = i + 1 < letters.length;
      const value = isAttached ? letters.slice(i + 1) : this.#take();
      if (value === undefined) return `option requires an argument -- '${letter}'`;
      this.expanded.push(`-${letter}`, value);
      return undefined;
    }
    return undefined;
  }
}
