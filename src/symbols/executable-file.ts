import type { Executable, UsdtNotes } from "../../codegen/facts.js";
import { Binary } from "./binary.js";
import { splitMemberPath } from "./archive.js";
import { ElfError } from "./elf-error.js";

/** A probe's target as the compiler sees it. The file stays open until all questions of one turn are answered. */
export class ExecutableFile implements Executable {
  readonly path: string;
  #functions: readonly string[] | undefined;
  #usdt: UsdtNotes | undefined;
  readonly #known = new Map<string, boolean>();

  #open: Binary | undefined;

  constructor(path: string) {
    this.path = path;
  }

  get filePath(): string {
    return splitMemberPath(this.path)?.archive ?? this.path;
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

  fileOffset(address: bigint): bigint | undefined {
    const offset = this.#ask((binary) => binary.fileOffsetOf(address), undefined);
    return offset === undefined ? undefined : BigInt(offset);
  }

  isAtFixedAddress(): boolean {
    return this.#ask((binary) => binary.elf.type === "executable", false);
  }

  usdt(): UsdtNotes {
    return (this.#usdt ??= this.#ask((binary) => binary.usdt(), { architecture: undefined, places: [], problems: [] }));
  }

  #ask<T>(question: (binary: Binary) => T, otherwise: T): T {
    try {
      return question(this.#binary());
    } catch (error) {
      if (error instanceof ElfError) return otherwise;
      throw error;
    }
  }

  #binary(): Binary {
    if (this.#open !== undefined) return this.#open;
    const binary = Binary.open(this.path);
    this.#open = binary;
    setImmediate(() => {
      this.#open = undefined;
      binary.close();
    });
    return binary;
  }
}

function isFunction(binary: Binary, symbol: string): boolean {
  const type = binary.findSymbol(symbol)?.type;
  return type === "function" || type === "ifunc";
}
