import type { Executable, UsdtNotes } from "../../codegen/facts.js";
import { Binary } from "./binary.js";
import { ElfError } from "./elf-error.js";

/** A probe's target as the compiler sees it. The file is opened for each question, and answers are kept. */
export class ExecutableFile implements Executable {
  readonly path: string;
  #functions: readonly string[] | undefined;
  #usdt: UsdtNotes | undefined;
  readonly #known = new Map<string, boolean>();

  constructor(path: string) {
    this.path = path;
  }

  /** None for files that are no ELF files: `--unsafe` allows probes on those too. */
  functions(): readonly string[] {
    return (this.#functions ??= this.#ask((binary) => [...new Set(binary.functionNames())].sort(), []));
  }

  has(symbol: string): boolean {
    let answer = this.#known.get(symbol);
    if (answer === undefined) {
      answer = this.#ask((binary) => isFunction(binary, symbol), false);
      this.#known.set(symbol, answer);
    }
    return answer;
  }

  symbol(name: string): { readonly address: bigint; readonly bytes: bigint } | undefined {
    const found = this.#ask((binary) => binary.findSymbol(name), undefined);
    return found === undefined ? undefined : { address: found.address, bytes: found.size };
  }

  isAtFixedAddress(): boolean {
    return this.#ask((binary) => binary.elf.type === "executable", false);
  }

  usdt(): UsdtNotes {
    return (this.#usdt ??= this.#ask((binary) => binary.usdt(), { architecture: undefined, places: [], problems: [] }));
  }

  #ask<T>(question: (binary: Binary) => T, otherwise: T): T {
    try {
      return Binary.with(this.path, question);
    } catch (error) {
      if (error instanceof ElfError) return otherwise;
      throw error;
    }
  }
}

function isFunction(binary: Binary, symbol: string): boolean {
  const type = binary.findSymbol(symbol)?.type;
  return type === "function" || type === "ifunc";
}
