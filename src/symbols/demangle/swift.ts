/**
 * Names of Swift: what is called, without types and labels of its parameters. Swift writes a name as a program for a stack machine, in which
 * types and names follow each other. Only the common forms are understood: functions, initialisers, accessors and closures, in modules,
 * types and simple extensions. What is another form, or could be one, stays as it is.
 *
 * @see Swift, docs/ABI/Mangling.rst
 */

/** Undefined: it is no such name, or one that is not understood. */
export function demangleSwift(symbol: string): string | undefined {
  const [prefix] = /^_?\$[sS]/.exec(symbol) ?? [];
  return prefix === undefined ? undefined : new Reader(symbol.slice(prefix.length)).whole();
}

/** Types that the library's users name most. */
const KNOWN_TYPES: ReadonlyMap<string, string> = new Map([
  ["a", "Array"],
  ["b", "Bool"],
  ["D", "Dictionary"],
  ["d", "Double"],
  ["f", "Float"],
  ["h", "Set"],
  ["J", "Character"],
  ["i", "Int"],
  ["N", "ClosedRange"],
  ["n", "Range"],
  ["O", "ObjectIdentifier"],
  ["P", "UnsafePointer"],
  ["p", "UnsafeMutablePointer"],
  ["q", "Optional"],
  ["R", "UnsafeBufferPointer"],
  ["r", "UnsafeMutableBufferPointer"],
  ["S", "String"],
  ["s", "Substring"],
  ["u", "UInt"],
  ["V", "UnsafeRawPointer"],
  ["v", "UnsafeMutableRawPointer"],
]);

/** Struct, class, enum, protocol. */
const NOMINAL = new Set(["V", "C", "O", "P"]);

/** What an entity ends with, behind its type, and what of it is called so. */
const ENDS: readonly (readonly [end: RegExp, member: string])[] = [
  [/^FZ?/, ""],
  [/^v[p]?gZ?/, ".getter"],
  [/^v[p]?sZ?/, ".setter"],
  [/^v[p]?MZ?/, ".modify"],
  [/^v[p]?rZ?/, ".read"],
];

/** They have no name of their own. */
const UNNAMED_ENDS: readonly (readonly [end: RegExp, member: string])[] = [
  [/^f[Cc]/, "init"],
  [/^fD/, "__deallocating_deinit"],
  [/^fd/, "deinit"],
];

/** Names have up to 26 words that others refer to. */
const MAX_WORDS = 26;

class Reader {
  readonly #text: string;
  #at = 0;
  readonly #words: string[] = [];
  #first: string | undefined;
  /** Numbers of files have words too. */
  #knowsWords = true;

  constructor(text: string) {
    this.#text = text;
  }

  whole(): string | undefined {
    const context = this.#context();
    if (context === undefined) return undefined;
    const unnamed = this.#entity(context, UNNAMED_ENDS);
    if (unnamed !== undefined) return unnamed;
    const name = this.#identifier();
    if (name === undefined) return undefined;
    this.#privacy();
    // Operators are spelled in letters.
    return /^o[ipP]$/.test(this.#text.slice(this.#at, this.#at + 2))
      ? undefined
      : this.#entity(`${context}.${name}`, ENDS);
  }

  /** A module, a type in it, an extension of a type. */
  #context(): string | undefined {
    let path = this.#knownContext();
    if (path === undefined) return undefined;
    for (;;) {
      const start = this.#mark();
      const name = this.#identifier();
      if (name !== undefined) {
        this.#privacy();
        if (NOMINAL.has(this.#peek())) {
          path += `.${name}`;
          this.#at++;
          continue;
        }
        // The module of an extension.
        if (this.#peek() === "E") {
          this.#at++;
          continue;
        }
      }
      start();
      return path;
    }
  }

  #knownContext(): string | undefined {
    if (this.#take("s")) return "Swift";
    if (this.#peek() !== "S") return this.#identifier();
    const known = KNOWN_TYPES.get(this.#text[this.#at + 1] ?? "");
    if (known === undefined) return undefined;
    this.#at += 2;
    return `Swift.${known}`;
  }

  /** Behind the names of what is private: a number of its file. */
  #privacy(): void {
    const [found] = /^33_[0-9A-F]{32}LL/.exec(this.#text.slice(this.#at, this.#at + 37)) ?? [];
    if (found === undefined) return;
    this.#at += found.length;
    this.#knowsWords = false;
  }

  /** @returns what goes back to here */
  #mark(): () => void {
    const [at, words, first, knowsWords] = [this.#at, this.#words.length, this.#first, this.#knowsWords];
    return () => {
      this.#at = at;
      this.#words.length = words;
      this.#first = first;
      this.#knowsWords = knowsWords;
    };
  }

  /** Types are passed over; no other entity may be among them, which would be what the name is of. */
  #entity(path: string, ends: typeof ENDS): string | undefined {
    const start = this.#mark();
    const member = this.#end(ends);
    if (member === undefined) {
      start();
      return undefined;
    }
    const name = member === "" || member.startsWith(".") ? `${path}${member}` : `${path}.${member}`;
    const rest = this.#text.slice(this.#at);
    // Merged with others that do the same; or what a function is called by from C.
    if (rest === "" || rest === "Tm" || rest === "To") return name;
    return this.#passTypes() && /^fU\d*_$/.test(this.#text.slice(this.#at))
      ? `closure #${closureNumber(this.#text.slice(this.#at))} in ${name}`
      : undefined;
  }

  #end(ends: typeof ENDS): string | undefined {
    if (!this.#passTypes()) return undefined;
    for (const [end, member] of ends) {
      const [found] = end.exec(this.#text.slice(this.#at, this.#at + 4)) ?? [];
      if (found !== undefined) {
        this.#at += found.length;
        return member;
      }
    }
    return undefined;
  }

  /** Up to what is said of an entity. */
  #passTypes(): boolean {
    while (this.#at < this.#text.length) {
      const next = this.#peek();
      if (/\d/.test(next)) {
        if (this.#identifier() === undefined) return false;
      } else if (next === "S") this.#at += 2;
      else if (next === "A") {
        const [found] = /^A(?:\d*[a-z])*(?:\d*[A-Z]|\d*_)/.exec(this.#text.slice(this.#at)) ?? [];
        if (found === undefined) return false;
        this.#at += found.length;
      } else if ("FfvL".includes(next)) return next !== "L";
      else if (!/[a-zA-Z_]/.test(next) || next === "T" || next === "W" || next === "M") return false;
      else this.#at++;
    }
    return false;
  }

  /** Its length and itself; words of those before it may be in it by their numbers. */
  #identifier(): string | undefined {
    // The first name again.
    if (this.#text.startsWith("AA", this.#at) && this.#first !== undefined) {
      this.#at += 2;
      return this.#first;
    }
    if (!/\d/.test(this.#peek())) return undefined;
    let hasWords = this.#take("0");
    // Other letters than those of ASCII are written as in the names of hosts.
    if (hasWords && (this.#peek() === "0" || !this.#knowsWords)) return undefined;
    let name = "";
    do {
      while (hasWords && /[a-zA-Z]/.test(this.#peek())) {
        const letter = this.#peek();
        this.#at++;
        hasWords = letter >= "a";
        const word = this.#words[letter.charCodeAt(0) - (hasWords ? 0x61 : 0x41)];
        if (word === undefined) return undefined;
        name += word;
      }
      if (this.#take("0")) break;
      const [digits] = /^[1-9]\d{0,4}/.exec(this.#text.slice(this.#at, this.#at + 5)) ?? [];
      if (digits === undefined) return undefined;
      const start = this.#at + digits.length;
      const end = start + Number(digits);
      if (end > this.#text.length) return undefined;
      const piece = this.#text.slice(start, end);
      this.#addWords(piece);
      name += piece;
      this.#at = end;
    } while (hasWords);
    if (!/^[\w$.]+$/.test(name)) return undefined;
    this.#first ??= name;
    return name;
  }

  /** `addOneItem` has three: they begin behind small letters, and end there or at `_`. */
  #addWords(text: string): void {
    let start = -1;
    for (let i = 0; i <= text.length; i++) {
      const letter = text[i] ?? "";
      const isEnd = /^_?$/.test(letter) || (/[A-Z]/.test(letter) && !/[A-Z]/.test(text[i - 1] ?? ""));
      if (start >= 0 && isEnd) {
        if (i - start >= 2 && this.#words.length < MAX_WORDS) this.#words.push(text.slice(start, i));
        start = -1;
      }
      if (start < 0 && /[^\d_]/.test(letter)) start = i;
    }
  }

  #peek(): string {
    return this.#text[this.#at] ?? "";
  }

  #take(letter: string): boolean {
    if (this.#peek() !== letter) return false;
    this.#at++;
    return true;
  }
}

/** Counted from 0 without a digit; shown from 1. */
function closureNumber(end: string): number {
  const [, digits = ""] = /^fU(\d*)_$/.exec(end) ?? [];
  return digits === "" ? 1 : Number(digits) + 2;
}
