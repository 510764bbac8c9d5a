/**
 * Names of Rust in its own scheme, `_R…`.
 *
 * @see RFC 2603
 */

/** Types of one letter. */
const BASIC_TYPES: ReadonlyMap<string, string> = new Map([
  ["a", "i8"],
  ["b", "bool"],
  ["c", "char"],
  ["d", "f64"],
  ["e", "str"],
  ["f", "f32"],
  ["h", "u8"],
  ["i", "isize"],
  ["j", "usize"],
  ["l", "i32"],
  ["m", "u32"],
  ["n", "i128"],
  ["o", "u128"],
  ["p", "_"],
  ["s", "i16"],
  ["t", "u16"],
  ["u", "()"],
  ["v", "..."],
  ["x", "i64"],
  ["y", "u64"],
  ["z", "!"],
]);

const SIGNED = new Set(["a", "s", "l", "x", "n", "i"]);

/** Names refer to parts of themselves: so deep, and no longer than this. */
const MAX_DEPTH = 128;
const MAX_LENGTH = 8192;

/** Undefined: it is no such name, or one that is not understood. */
export function demangleRustV0(symbol: string): string | undefined {
  if (!/^_R[A-Z]/.test(symbol)) return undefined;
  const end = symbol.search(/[.$]/);
  try {
    return new Demangler(symbol.slice(2, end === -1 ? undefined : end)).demangle();
  } catch (error) {
    if (error instanceof Misunderstood) return undefined;
    throw error;
  }
}

class Misunderstood extends Error {}

class Demangler {
  readonly #text: string;
  #at = 0;
  #depth = 0;
  #output = "";
  #isSilent = false;
  /** Lifetimes that `for<…>` has bound around here. */
  #lifetimes = 0;

  constructor(text: string) {
    this.#text = text;
  }

  demangle(): string {
    this.#path(true);
    // The crate in which a generic function was instantiated.
    if (this.#at < this.#text.length) this.#silently(() => this.#path(false));
    if (this.#at < this.#text.length) throw new Misunderstood();
    return this.#output;
  }

  #write(text: string): void {
    if (this.#isSilent) return;
    this.#output += text;
    if (this.#output.length > MAX_LENGTH) throw new Misunderstood();
  }

  #silently(run: () => void): void {
    const before = this.#isSilent;
    this.#isSilent = true;
    run();
    this.#isSilent = before;
  }

  #peek(): string {
    return this.#text[this.#at] ?? "";
  }

  #next(): string {
    const letter = this.#text[this.#at++];
    if (letter === undefined) throw new Misunderstood();
    return letter;
  }

  #eat(letter: string): boolean {
    if (this.#peek() !== letter) return false;
    this.#at++;
    return true;
  }

  /** Digits of 62 letters and `_`; without digits 0. */
  #base62(): number {
    if (this.#eat("_")) return 0;
    let value = 0;
    for (let letter = this.#next(); letter !== "_"; letter = this.#next()) {
      const digit = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".indexOf(letter);
      if (digit === -1) throw new Misunderstood();
      // Hashes of crates are larger than numbers are exact: nobody looks at them.
      value = value * 62 + digit;
    }
    return value + 1;
  }

  #optional62(letter: string): number {
    return this.#eat(letter) ? this.#base62() + 1 : 0;
  }

  #identifier(): { readonly name: string; readonly disambiguator: number } {
    const disambiguator = this.#optional62("s");
    const isPunycode = this.#eat("u");
    const [digits] = /^(?:0|[1-9]\d{0,5})/.exec(this.#text.slice(this.#at, this.#at + 6)) ?? [];
    if (digits === undefined) throw new Misunderstood();
    this.#at += digits.length;
    this.#eat("_");
    const end = this.#at + Number(digits);
    if (end > this.#text.length) throw new Misunderstood();
    const bytes = this.#text.slice(this.#at, end);
    this.#at = end;
    return { name: isPunycode ? decodePunycode(bytes) : bytes, disambiguator };
  }

  #nested<T>(run: () => T): T {
    if (++this.#depth > MAX_DEPTH) throw new Misunderstood();
    const result = run();
    this.#depth--;
    return result;
  }

  /** `B`: what stands at an earlier place. */
  #backReference(run: () => void): void {
    const here = this.#at - 1;
    const target = this.#base62();
    if (target >= here) throw new Misunderstood();
    if (this.#isSilent) return;
    const after = this.#at;
    this.#at = target;
    this.#nested(run);
    this.#at = after;
  }

  /** @param isValue - generic arguments have `::` in front, as in expressions */
  #path(isValue: boolean): void {
    this.#nested(() => this.#pathInside(isValue));
  }

  #pathInside(isValue: boolean): void {
    const tag = this.#next();
    switch (tag) {
      case "C":
        return this.#write(this.#identifier().name);
      case "N": {
        const namespace = this.#next();
        this.#path(isValue);
        const { name, disambiguator } = this.#identifier();
        if (/[A-Z]/.test(namespace)) return this.#special(namespace, name, disambiguator);
        if (!/[a-z]/.test(namespace)) throw new Misunderstood();
        return name === "" ? undefined : this.#write(`::${name}`);
      }
      case "M":
      case "X": {
        this.#optional62("s");
        this.#silently(() => this.#path(false));
        return this.#implementation(tag === "X");
      }
      case "Y":
        return this.#implementation(true);
      case "I": {
        this.#path(isValue);
        this.#write(isValue ? "::<" : "<");
        this.#list(() => this.#genericArgument());
        return this.#write(">");
      }
      case "B":
        return this.#backReference(() => this.#path(isValue));
      default:
        throw new Misunderstood();
    }
  }

  #special(namespace: string, name: string, disambiguator: number): void {
    const kind = namespace === "C" ? "closure" : namespace === "S" ? "shim" : namespace;
    this.#write(`::{${kind}${name === "" ? "" : `:${name}`}#${disambiguator}}`);
  }

  #implementation(isOfTrait: boolean): void {
    this.#write("<");
    this.#type();
    if (isOfTrait) {
      this.#write(" as ");
      this.#path(false);
    }
    this.#write(">");
  }

  /** Up to `E`. */
  #list(item: () => void): number {
    let count = 0;
    for (; !this.#eat("E"); count++) {
      if (count > 0) this.#write(", ");
      item();
    }
    return count;
  }

  #genericArgument(): void {
    if (this.#eat("L")) this.#lifetime(this.#base62());
    else if (this.#eat("K")) this.#constant();
    else this.#type();
  }

  #lifetime(index: number): void {
    if (index === 0) return this.#write("'_");
    const depth = this.#lifetimes - index;
    if (depth < 0) throw new Misunderstood();
    this.#write(depth < 26 ? `'${String.fromCharCode(97 + depth)}` : `'_${depth}`);
  }

  /** `for<'a, …>` around what follows. */
  #binder(run: () => void): void {
    const bound = this.#optional62("G");
    if (bound > 64) throw new Misunderstood();
    if (bound > 0) {
      this.#write("for<");
      for (let i = 0; i < bound; i++) {
        if (i > 0) this.#write(", ");
        this.#lifetimes++;
        this.#lifetime(1);
      }
      this.#write("> ");
    }
    run();
    this.#lifetimes -= bound;
  }

  #type(): void {
    this.#nested(() => this.#typeInside());
  }

  #typeInside(): void {
    const tag = this.#next();
    const basic = BASIC_TYPES.get(tag);
    if (basic !== undefined) return this.#write(basic);
    switch (tag) {
      case "R":
      case "Q": {
        this.#write("&");
        if (this.#eat("L")) {
          const index = this.#base62();
          if (index !== 0) {
            this.#lifetime(index);
            this.#write(" ");
          }
        }
        if (tag === "Q") this.#write("mut ");
        return this.#type();
      }
      case "P":
      case "O":
        this.#write(tag === "P" ? "*const " : "*mut ");
        return this.#type();
      case "A":
      case "S":
        this.#write("[");
        this.#type();
        if (tag === "A") {
          this.#write("; ");
          this.#constant();
        }
        return this.#write("]");
      case "T": {
        this.#write("(");
        if (this.#list(() => this.#type()) === 1) this.#write(",");
        return this.#write(")");
      }
      case "F":
        return this.#binder(() => this.#functionType());
      case "D":
        this.#write("dyn ");
        this.#binder(() => this.#bounds());
        if (!this.#eat("L")) throw new Misunderstood();
        return this.#boundLifetime(this.#base62());
      case "B":
        return this.#backReference(() => this.#type());
      default:
        this.#at--;
        return this.#path(false);
    }
  }

  #boundLifetime(index: number): void {
    if (index === 0) return;
    this.#write(" + ");
    this.#lifetime(index);
  }

  #functionType(): void {
    if (this.#eat("U")) this.#write("unsafe ");
    if (this.#eat("K")) {
      const abi = this.#eat("C") ? "C" : this.#identifier().name.replaceAll("_", "-");
      this.#write(`extern "${abi}" `);
    }
    this.#write("fn(");
    this.#list(() => this.#type());
    this.#write(")");
    if (this.#eat("u")) return;
    this.#write(" -> ");
    this.#type();
  }

  #bounds(): void {
    for (let count = 0; !this.#eat("E"); count++) {
      if (count > 0) this.#write(" + ");
      this.#boundOf();
    }
  }

  /** A trait, with what it says of its associated types. */
  #boundOf(): void {
    let isOpen = this.#openPath();
    while (this.#eat("p")) {
      this.#write(isOpen ? ", " : "<");
      isOpen = true;
      this.#write(`${this.#identifier().name} = `);
      this.#type();
    }
    if (isOpen) this.#write(">");
  }

  /** @returns whether generic arguments have been begun, and may go on */
  #openPath(): boolean {
    if (this.#eat("B")) {
      let isOpen = false;
      this.#backReference(() => void (isOpen = this.#openPath()));
      return isOpen;
    }
    if (!this.#eat("I")) {
      this.#path(false);
      return false;
    }
    this.#path(false);
    this.#write("<");
    this.#list(() => this.#genericArgument());
    return true;
  }

  #constant(): void {
    this.#nested(() => this.#constantInside());
  }

  #constantInside(): void {
    if (this.#eat("B")) return this.#backReference(() => this.#constant());
    const type = this.#next();
    if (type === "p") return this.#write("_");
    const isNegative = SIGNED.has(type) && this.#eat("n");
    let digits = "";
    for (let letter = this.#next(); letter !== "_"; letter = this.#next()) {
      if (!/[0-9a-f]/.test(letter)) throw new Misunderstood();
      digits += letter;
    }
    const value = BigInt(`0x${digits === "" ? "0" : digits}`);
    if (type === "b") return this.#write(value === 0n ? "false" : "true");
    if (type === "c") return this.#write(`'${Buffer.from(String.fromCodePoint(Number(value))).toString("latin1")}'`);
    if (!BASIC_TYPES.has(type)) throw new Misunderstood();
    this.#write(`${isNegative ? "-" : ""}${value}`);
  }
}

/** As in RFC 3492, with `_` in the place of `-`. To a byte string. */
function decodePunycode(text: string): string {
  const mark = text.lastIndexOf("_");
  const points = Array.from(mark === -1 ? "" : text.slice(0, mark), (letter) => letter.charCodeAt(0));
  const digits = text.slice(mark + 1);
  let [code, at, bias] = [0x80, 0, 72];
  for (let i = 0; i < digits.length;) {
    const before = at;
    for (let [weight, k] = [1, 36]; ; k += 36) {
      const digit = "abcdefghijklmnopqrstuvwxyz0123456789".indexOf(digits[i++] ?? "?");
      if (digit === -1) throw new Misunderstood();
      at += digit * weight;
      const threshold = Math.min(Math.max(k - bias, 1), 26);
      if (digit < threshold) break;
      weight *= 36 - threshold;
    }
    const count = points.length + 1;
    bias = adapted(at - before, count, before === 0);
    code += Math.floor(at / count);
    at %= count;
    if (!(code <= 0x10_ffff)) throw new Misunderstood();
    points.splice(at++, 0, code);
  }
  return Buffer.from(String.fromCodePoint(...points)).toString("latin1");
}

function adapted(delta: number, count: number, isFirst: boolean): number {
  let rest = Math.floor(delta / (isFirst ? 700 : 2));
  rest += Math.floor(rest / count);
  let k = 0;
  for (; rest > 455; k += 36) rest = Math.floor(rest / 35);
  return k + Math.floor((36 * rest) / (rest + 38));
}
