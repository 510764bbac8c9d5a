/** Where callers put what they pass, as platforms and languages have agreed on it. */
import type { Architecture, DebugFunction, DebugType, Executable } from "../facts.js";
import { ARGUMENT_REGISTERS, STACK_ARGUMENTS } from "../kernel/pt-regs.js";
import type { ValuePart, ValuePlace } from "../language/value-place.js";
import { alignUp } from "../types/layout.js";
import { alignOf, bytesOf, classOf, type ValueClass, WORD_BYTES, type WordClass } from "./value-classes.js";

export const FLOAT_REGISTER = (arch: Architecture, number: number): string =>
  `${arch === "x86_64" ? "xmm" : "v"}${number}`;

/** In the order of the parameters; undefined: it cannot be known. */
export type Passed = readonly (ValuePlace | undefined)[];

export function passed(fn: DebugFunction, executable: Executable, arch: Architecture): Passed {
  const callers = new Caller(executable, arch, fn.language);
  return callers.pass(fn);
}

/** Deeper than values are in each other that go into registers. */
const MAX_DEPTH = 8;
/** More numbers than go into registers. */
const MANY = 32;

/** What a language's own way of calling has in place of the platform's. */
const GO_REGISTERS: Readonly<Record<Architecture, readonly string[]>> = {
  x86_64: ["ax", "bx", "cx", "di", "si", "r8", "r9", "r10", "r11"],
  aarch64: Array.from({ length: 16 }, (_, i) => `r${i}`),
};

const NO_REGISTERS: Readonly<Record<Architecture, readonly string[]>> = { x86_64: [], aarch64: [] };

type Language = DebugFunction["language"];

const REGISTERS: Readonly<Record<Language, Readonly<Record<Architecture, readonly string[]>>>> = {
  c: ARGUMENT_REGISTERS,
  rust: ARGUMENT_REGISTERS,
  go: GO_REGISTERS,
  "go-on-stack": NO_REGISTERS,
};

const FLOATS: Readonly<Record<Language, number>> = { c: 8, rust: 8, go: 15, "go-on-stack": 0 };

export const isGo = (language: Language): boolean => language === "go" || language === "go-on-stack";

class Caller {
  readonly #executable: Executable;
  readonly #arch: Architecture;
  readonly #language: Language;
  readonly #general: string[];
  #floats: number;
  #nextFloat = 0;
  /** Behind the return address; undefined once something of an unknown size may be there. */
  #stack: number | undefined = 0;
  /** How many registers are left is not known any more. */
  #isLost = false;

  constructor(executable: Executable, arch: Architecture, language: Language) {
    this.#executable = executable;
    this.#arch = arch;
    this.#language = language;
    this.#general = [...REGISTERS[language][arch]];
    this.#floats = FLOATS[language];
  }

  pass({ parameters, result }: DebugFunction): Passed {
    // The caller says where a large result goes; arm64 has a register for that alone, and Go the stack.
    const isLarge = this.#isReturnedInMemory(result);
    if (isLarge === undefined) this.#isLost = true;
    else if (isLarge && this.#arch === "x86_64") this.#general.shift();
    return parameters.map(({ type, isByReference }) => {
      if (this.#isLost) return undefined;
      const place = isByReference ? this.#reference() : this.#place(type);
      if (place === undefined) this.#isLost = true;
      return place;
    });
  }

  /** @returns undefined when it is not known */
  #isReturnedInMemory(result: DebugType): boolean | undefined {
    if (result.kind === "void" || result.kind === "float" || isGo(this.#language)) return false;
    if (this.#language === "rust") return this.#isReturnedInMemoryByRust(result);
    if (result.kind === "struct" && result.isPassedByReference === true) return true;
    if (result.kind === "struct" && bytesOf(result) <= 16 && this.#isOfX87(result)) return false;
    const words = classOf(result, this.#executable);
    return words === undefined ? undefined : words === "memory";
  }

  /** Between one word and two compilers have differed. */
  #isReturnedInMemoryByRust(result: DebugType): boolean | undefined {
    const numbers = this.#numbersIn(result, 0);
    const bytes = bytesOf(result);
    if (numbers !== undefined && numbers.length <= 2) return false;
    return bytes > 2 * WORD_BYTES ? true : numbers !== undefined && bytes <= WORD_BYTES ? false : undefined;
  }

  /** A struct of one such number comes back as the number does. */
  #isOfX87(struct: Extract<DebugType, { kind: "struct" }>): boolean {
    if (struct.id === undefined) return false;
    const [first] = this.#executable.debugMembers(struct.id);
    return first?.type.kind === "float" && first.type.unit === "x87";
  }

  #place(type: DebugType): ValuePlace | undefined {
    if (type.kind === "struct" && type.isPassedByReference === true) return this.#reference();
    const words = classOf(type, this.#executable);
    if (words === undefined) return undefined;
    if (isGo(this.#language)) return this.#placeOfGo(type);
    if (this.#language === "rust") return this.#placeOfRust(type, words);
    return this.#arch === "x86_64" ? this.#placeOfX86(type, words) : this.#placeOfArm(type, words);
  }

  #placeOfX86(type: DebugType, words: Exclude<ValueClass, undefined>): ValuePlace | undefined {
    if (words === "memory") return this.#onStack(type);
    // Compilers disagree on a number that is in the last register and goes on in memory.
    if (type.kind === "other" && words.length > 1 && this.#general.length === 1) return undefined;
    return this.#inRegisters(words, bytesOf(type)) ?? this.#onStack(type);
  }

  /** All of it or nothing. */
  #inRegisters(words: readonly WordClass[], bytes: number): ValuePlace | undefined {
    const general = words.filter((word) => word === "general").length;
    const floats = words.filter((word) => word === "float").length;
    if (general > this.#general.length || this.#nextFloat + floats > this.#floats) return undefined;
    const parts = words.flatMap((word, i): ValuePart[] => {
      const at = i * WORD_BYTES;
      const length = Math.min(WORD_BYTES, bytes - at);
      if (word === "none") return [];
      if (word === "general")
        return [{ from: { kind: "register", register: this.#general.shift() ?? "" }, at, bytes: length }];
      const register = FLOAT_REGISTER(this.#arch, this.#nextFloat++);
      return [{ from: { kind: "float-register", register }, at, bytes: length }];
    });
    return { kind: "parts", parts };
  }

  #onStack(type: DebugType): ValuePlace | undefined {
    if (this.#stack === undefined) return undefined;
    // Go has them side by side there, as in a struct.
    const slot = isGo(this.#language) ? 1 : WORD_BYTES;
    const at = alignUp(this.#stack, Math.max(slot, alignOf(type, this.#executable)));
    this.#stack = at + alignUp(bytesOf(type), slot);
    const { register, offset } = STACK_ARGUMENTS[this.#arch];
    return { kind: "memory", base: register, offset: BigInt(offset + at), isIndirect: false };
  }

  #reference(): ValuePlace | undefined {
    const register = this.#general.shift();
    if (register !== undefined) return { kind: "memory", base: register, offset: 0n, isIndirect: false };
    const place = this.#onStack({ kind: "pointer", to: { kind: "void" } });
    return place?.kind === "memory" ? { ...place, isIndirect: true } : undefined;
  }

  // ---------------------------------------------------------------- arm64 (AAPCS64 6.8)

  #placeOfArm(type: DebugType, words: Exclude<ValueClass, undefined>): ValuePlace | undefined {
    const floats = this.#equalFloats(type, 0);
    if (floats !== undefined) {
      if (this.#nextFloat + floats <= this.#floats) {
        const parts = Array.from({ length: floats }, (_, i): ValuePart => {
          const register = FLOAT_REGISTER(this.#arch, this.#nextFloat++);
          return { from: { kind: "float-register", register }, at: i * (bytesOf(type) / floats), bytes: 0 };
        });
        return { kind: "parts", parts };
      }
      this.#nextFloat = this.#floats;
      return this.#onStack(type);
    }
    if (bytesOf(type) > 16) return this.#reference();
    const all = words === "memory" ? Math.ceil(bytesOf(type) / WORD_BYTES) : words.length;
    const isEven = alignOf(type, this.#executable) === 16 && this.#general.length % 2 === 1;
    if (isEven) this.#general.shift();
    const place = this.#inRegisters(
      Array.from({ length: all }, () => "general"),
      bytesOf(type),
    );
    if (place === undefined) this.#general.length = 0;
    return place ?? this.#onStack(type);
  }

  /** How many floats of one size it is, if it is nothing else; up to four go into registers. */
  #equalFloats(type: DebugType, depth: number): number | undefined {
    if (type.kind === "float") return type.unit.startsWith("two") ? 2 : 1;
    if (type.kind === "vector") return 1;
    if (depth > MAX_DEPTH) return undefined;
    if (type.kind === "array") {
      const each = this.#equalFloats(type.element, depth + 1);
      return each === undefined || type.length === 0 || each * type.length > 4 ? undefined : each * type.length;
    }
    if (type.kind !== "struct" || type.id === undefined) return undefined;
    const members = this.#executable.debugMembers(type.id);
    const [first] = members;
    const counts = members.map((member) => this.#equalFloats(member.type, depth + 1));
    const total = counts.reduce<number>((sum, count) => sum + (count ?? Infinity), 0);
    const isSame = members.every((member) => bytesOf(member.type) === bytesOf(first?.type ?? type));
    return members.length > 0 && isSame && total <= 4 ? total : undefined;
  }

  // ---------------------------------------------------------------- Rust

  /** Two numbers are passed as two, whatever their size; else what is larger than two words is passed by its address. */
  #placeOfRust(type: DebugType, words: Exclude<ValueClass, undefined>): ValuePlace | undefined {
    if (type.kind !== "struct" && type.kind !== "array") return this.#placeOfX86(type, words);
    const numbers = this.#numbersIn(type, 0);
    if (numbers === undefined) return undefined;
    if (bytesOf(type) === 0) return { kind: "parts", parts: [] };
    if (numbers.length === 1 || numbers.length === 2) {
      const classes = numbers.map(({ isFloat }): WordClass => (isFloat ? "float" : "general"));
      const place = this.#inRegisters(classes, classes.length * WORD_BYTES);
      if (place?.kind !== "parts") return undefined;
      const parts = place.parts.map((part, i) => ({ ...part, at: numbers[i]?.at ?? 0, bytes: numbers[i]?.bytes ?? 0 }));
      return { kind: "parts", parts };
    }
    if (bytesOf(type) > 2 * WORD_BYTES) return this.#reference();
    // Between one word and two compilers have differed.
    return bytesOf(type) > WORD_BYTES ? undefined : this.#inRegisters(["general"], bytesOf(type));
  }

  /** Undefined: there is something that is one thing or another. Arrays are many, even if they have one element. */
  #numbersIn(type: DebugType, at: number, depth = 0): readonly Number[] | undefined {
    if (depth > MAX_DEPTH) return undefined;
    if (type.kind === "int" || type.kind === "pointer") return [{ at, bytes: bytesOf(type), isFloat: false }];
    if (type.kind === "float") return [{ at, bytes: type.bytes, isFloat: true }];
    if (type.kind === "array") {
      const one = this.#numbersIn(type.element, at, depth + 1);
      if (one === undefined || type.length === 0) return one && [];
      if (isGo(this.#language)) return type.length === 1 ? one : undefined;
      return one.length > MANY ? one : [...one, ...one, ...one];
    }
    if (type.kind !== "struct" || type.id === undefined || type.tag === "union") return undefined;
    const members = this.#executable.debugMembers(type.id);
    if (members.length === 0 && type.bytes > 0) return undefined;
    const all = members.map((member) => this.#numbersIn(member.type, at + member.offsetBits / 8, depth + 1));
    return all.some((found) => found === undefined)
      ? undefined
      : all.flatMap((found) => found ?? []).sort((a, b) => a.at - b.at);
  }

  // ---------------------------------------------------------------- Go

  /** Each number in a value has a register; one that does not find all of them is on the stack. */
  #placeOfGo(type: DebugType): ValuePlace | undefined {
    const numbers = this.#numbersIn(type, 0);
    const classes = (numbers ?? []).map(({ isFloat }): WordClass => (isFloat ? "float" : "general"));
    const place = numbers && this.#inRegisters(classes, classes.length * WORD_BYTES);
    if (place?.kind !== "parts" || numbers === undefined) return this.#onStack(type);
    const parts = place.parts.map((part, i) => ({ ...part, at: numbers[i]?.at ?? 0, bytes: numbers[i]?.bytes ?? 0 }));
    return { kind: "parts", parts };
  }
}

interface Number {
  readonly at: number;
  readonly bytes: number;
  readonly isFloat: boolean;
}
