/**
 * Names of D: what is called, with the arguments of templates and without the types of parameters.
 *
 * @see https://dlang.org/spec/abi.html#name_mangling
 */

/** Undefined: it is no such name, or one that is not understood. */
export function demangleD(symbol: string): string | undefined {
  if (symbol === "_Dmain") return "D main";
  if (!/^_D(?:\d|__[TU]|Q)/.test(symbol)) return undefined;
  try {
    return new Reader(symbol).whole();
  } catch (error) {
    if (error instanceof NotUnderstood) return undefined;
    throw error;
  }
}

class NotUnderstood extends Error {}

const SPECIAL: ReadonlyMap<string, string> = new Map([
  ["__ctor", "this"],
  ["__dtor", "~this"],
]);

const BASIC_TYPES: ReadonlyMap<string, string> = new Map([
  ["v", "void"],
  ["g", "byte"],
  ["h", "ubyte"],
  ["s", "short"],
  ["t", "ushort"],
  ["i", "int"],
  ["k", "uint"],
  ["l", "long"],
  ["m", "ulong"],
  ["f", "float"],
  ["d", "double"],
  ["e", "real"],
  ["o", "ifloat"],
  ["p", "idouble"],
  ["j", "ireal"],
  ["q", "cfloat"],
  ["r", "cdouble"],
  ["c", "creal"],
  ["b", "bool"],
  ["a", "char"],
  ["u", "wchar"],
  ["w", "dchar"],
  ["n", "typeof(null)"],
]);

/** What a number of a type ends with. */
const SUFFIXES: ReadonlyMap<string, string> = new Map([
  ["h", "u"],
  ["t", "u"],
  ["k", "u"],
  ["l", "L"],
  ["m", "uL"],
]);

/** Types refer to earlier ones, which refer to others: so the text may be much longer than the name. */

const MAX_STEPS = 4000;

class Reader {
  readonly #text: string;
  #at = 0;
  #steps = 0;

  constructor(text: string) {
    this.#text = text;
  }

  whole(): string {
    const name = this.#mangled();
    if (this.#at < this.#text.length) throw new NotUnderstood();
    return name;
  }

  #mangled(): string {
    this.#expect("_D");
    const name = this.#qualifiedName();
    if (!this.#take("Z")) {
      if (this.#isFunction()) this.#function();
      else this.#type();
    }
    return name;
  }

  /** A function that is between two parts is what the second is in. */
  #qualifiedName(): string {
    const parts = [this.#symbolName()];
    for (;;) {
      const start = this.#at;
      if (!this.#isSymbolName() && this.#isFunction()) {
        try {
          this.#parameters();
        } catch (error) {
          if (!(error instanceof NotUnderstood)) throw error;
        }
      }
      if (!this.#isSymbolName()) {
        this.#at = start;
        return parts.join(".");
      }
      parts.push(this.#symbolName());
    }
  }

  #isSymbolName(): boolean {
    const next = this.#peek();
    if (/\d/.test(next) || this.#text.startsWith("__T", this.#at) || this.#text.startsWith("__U", this.#at))
      return true;
    if (next !== "Q") return false;
    const start = this.#at;
    const meant = this.#backReference();
    this.#at = start;
    return /\d/.test(this.#text[meant] ?? "");
  }

  #symbolName(): string {
    this.#step();
    if (this.#peek() === "Q") return this.#again(() => this.#symbolName());
    if (/^__[TU]/.test(this.#text.slice(this.#at, this.#at + 3))) return this.#template();
    const length = this.#number();
    const end = this.#at + length;
    if (end > this.#text.length) throw new NotUnderstood();
    // Anonymous.
    if (length === 0) return this.#symbolName();
    if (/^__[TU]/.test(this.#text.slice(this.#at, this.#at + 3)) && length > 3) {
      const name = this.#template();
      if (this.#at !== end) throw new NotUnderstood();
      return name;
    }
    const name = this.#text.slice(this.#at, end);
    if (!/^[A-Za-z_\x80-\xff][\w\x80-\xff]*$/.test(name)) throw new NotUnderstood();
    this.#at = end;
    return SPECIAL.get(name) ?? name;
  }

  #template(): string {
    this.#at += 3;
    const name = this.#symbolName();
    const args: string[] = [];
    while (!this.#take("Z")) args.push(this.#argument());
    return `${name}!(${args.join(", ")})`;
  }

  #argument(): string {
    this.#take("H");
    if (this.#take("T")) return this.#type();
    if (this.#take("S")) return this.#symbolArgument();
    if (this.#take("V")) {
      const kind = this.#peek();
      this.#type();
      return this.#value(kind);
    }
    if (!this.#take("X")) throw new NotUnderstood();
    const length = this.#number();
    const text = this.#text.slice(this.#at, this.#at + length);
    this.#at += length;
    return text;
  }

  /** Until 2018 with the length of what follows. */
  #symbolArgument(): string {
    const start = this.#at;
    const [digits] = /^\d+(?=_D)/.exec(this.#text.slice(start, start + 8)) ?? [""];
    this.#at += digits.length;
    return this.#text.startsWith("_D", this.#at) ? this.#mangled() : this.#qualifiedName();
  }

  #value(kind: string): string {
    this.#step();
    const next = this.#peek();
    if (this.#take("n")) return "null";
    if (this.#take("N")) return `-${this.#number()}${SUFFIXES.get(kind) ?? ""}`;
    if (/[awd]/.test(next)) return this.#stringValue();
    this.#take("i");
    const number = this.#number();
    if (kind === "b") return number === 0 ? "false" : "true";
    if (/[auw]/.test(kind)) {
      if (kind !== "a" || number < 0x20 || number > 0x7e) throw new NotUnderstood();
      return `'${String.fromCharCode(number)}'`;
    }
    return `${number}${SUFFIXES.get(kind) ?? ""}`;
  }

  #stringValue(): string {
    const width = this.#peek();
    this.#at++;
    const length = this.#number();
    this.#expect("_");
    const digits = this.#text.slice(this.#at, this.#at + 2 * length);
    if (digits.length !== 2 * length || !/^[0-9a-f]*$/.test(digits)) throw new NotUnderstood();
    this.#at += digits.length;
    const text = Buffer.from(digits, "hex").toString("latin1");
    if (!/^[\x20-\x7e]*$/.test(text)) throw new NotUnderstood();
    return `"${text}"${width === "a" ? "" : width}`;
  }

  // -------------------------------------------------------------- types

  #type(): string {
    this.#step();
    const basic = BASIC_TYPES.get(this.#peek());
    if (basic !== undefined) {
      this.#at++;
      return basic;
    }
    if (this.#peek() === "Q") return this.#again(() => this.#type());
    if (this.#isFunction()) return this.#functionType("function");
    const kind = this.#peek();
    this.#at++;
    switch (kind) {
      case "x":
        return `const(${this.#type()})`;
      case "y":
        return `immutable(${this.#type()})`;
      case "O":
        return `shared(${this.#type()})`;
      case "A":
        return `${this.#type()}[]`;
      case "P":
        return this.#isFunction() ? this.#functionType("function") : `${this.#type()}*`;
      case "G": {
        const count = this.#number();
        return `${this.#type()}[${count}]`;
      }
      case "H": {
        const key = this.#type();
        return `${this.#type()}[${key}]`;
      }
      case "D":
        return this.#functionType("delegate");
      case "N":
        return this.#typeOfTwoLetters();
      case "C":
      case "E":
      case "I":
      case "S":
      case "T":
        return this.#qualifiedName();
      default:
        throw new NotUnderstood();
    }
  }

  #typeOfTwoLetters(): string {
    if (this.#take("g")) return `inout(${this.#type()})`;
    if (this.#take("h")) return `__vector(${this.#type()})`;
    if (this.#take("n")) return "noreturn";
    throw new NotUnderstood();
  }

  #functionType(word: "delegate" | "function"): string {
    const parameters = this.#parameters();
    return `${this.#type()} ${word}(${parameters})`;
  }

  /** With or without a context. */
  #isFunction(): boolean {
    return /^(?:M(?:[xyO]|Ng)*)?[FUWVRY]/.test(this.#text.slice(this.#at, this.#at + 8));
  }

  #function(): void {
    this.#parameters();
    this.#type();
  }

  /** From how it is called to the end of what it takes. */
  #parameters(): string {
    this.#step();
    const [start] = /^(?:M(?:[xyO]|Ng)*)?[FUWVRY](?:N[a-fijlm])*/.exec(this.#text.slice(this.#at)) ?? [];
    if (start === undefined) throw new NotUnderstood();
    this.#at += start.length;
    const types: string[] = [];
    for (;;) {
      if (this.#take("Z")) return types.join(", ");
      if (this.#take("X")) return `${types.join(", ")}...`;
      if (this.#take("Y")) return [...types, "..."].join(", ");
      types.push(this.#parameter());
    }
  }

  #parameter(): string {
    const words: string[] = [];
    for (;;) {
      if (this.#take("Nk")) words.push("return ");
      else if (this.#take("M")) words.push("scope ");
      else if (this.#take("I")) words.push("in ");
      else if (this.#take("J")) words.push("out ");
      else if (this.#take("K")) words.push("ref ");
      else if (this.#take("L")) words.push("lazy ");
      else return words.join("") + this.#type();
    }
  }

  // -------------------------------------------------------------- text

  /** What stands at an earlier place once more. */
  #again(read: () => string): string {
    const meant = this.#backReference();
    const behind = this.#at;
    this.#at = meant;
    const text = read();
    this.#at = behind;
    return text;
  }

  /** A distance, in digits of base 26 of which the last is a small letter. @returns the place */
  #backReference(): number {
    const start = this.#at;
    const [, digits] = /^Q([A-Z]{0,4}[a-z])/.exec(this.#text.slice(start, start + 6)) ?? [];
    if (digits === undefined) throw new NotUnderstood();
    this.#at += 1 + digits.length;
    let distance = 0;
    for (const digit of digits) distance = distance * 26 + (digit.toLowerCase().charCodeAt(0) - 0x61);
    if (distance === 0 || distance > start) throw new NotUnderstood();
    return start - distance;
  }

  #number(): number {
    const [digits] = /^\d{1,9}/.exec(this.#text.slice(this.#at, this.#at + 9)) ?? [];
    if (digits === undefined) throw new NotUnderstood();
    this.#at += digits.length;
    return Number(digits);
  }

  #peek(): string {
    return this.#text[this.#at] ?? "";
  }

  #take(text: string): boolean {
    if (!this.#text.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  #expect(text: string): void {
    if (!this.#take(text)) throw new NotUnderstood();
  }

  #step(): void {
    if (++this.#steps > MAX_STEPS) throw new NotUnderstood();
  }
}
