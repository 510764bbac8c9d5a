/** Random C definitions that a C compiler accepts, with the paths to all their members. */

export interface MemberPath {
  /** From the outermost struct: `a.b`. */
  readonly path: string;
  readonly isBitField: boolean;
}

export interface RandomStruct {
  /** As C spells it: `struct s1`. */
  readonly type: string;
  readonly members: readonly MemberPath[];
}

export interface RandomDefinitions {
  readonly text: string;
  readonly structs: readonly RandomStruct[];
}

type Random = (below: number) => number;

const INTEGERS = [
  "char",
  "signed char",
  "unsigned char",
  "short",
  "unsigned short int",
  "int",
  "unsigned",
  "long",
  "unsigned long",
  "long long int",
  "long unsigned int long",
  "_Bool",
] as const;

const OTHERS = [
  "float",
  "double",
  "long double",
  "void *",
  "char *const *",
  "__int128",
  "_Complex float",
  "enum tiny",
  "enum wide",
] as const;

/** The widest bit-field of a type, by the words of its name. */
const BITS: readonly (readonly [RegExp, number])[] = [
  [/_Bool/, 1],
  [/char/, 8],
  [/short/, 16],
  [/long/, 64],
  [/int|unsigned|enum/, 32],
];

const PRELUDE = `
#define TWO 2
#define LENGTH(n) ((n) + sizeof(short) - TWO)
enum tiny { TINY_A, TINY_B } __attribute__((packed));
enum wide { WIDE_A = 1, WIDE_B = 1LL << 40 };
enum plain { PLAIN_A = -1, PLAIN_B = 3 };
typedef int aligned_int __attribute__((aligned(16)));
typedef unsigned long loose_long __attribute__((aligned(2)));
typedef struct { char first; int second; } pair_t;
typedef short shorts_t[3];
`;

export function randomDefinitions(random: Random, count: number): RandomDefinitions {
  const writer = new Writer(random);
  for (let i = 0; i < count; i++) writer.define(`s${i}`);
  return { text: PRELUDE + writer.text, structs: writer.structs };
}

class Writer {
  readonly #random: Random;
  readonly structs: RandomStruct[] = [];
  text = "";
  #names = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  define(name: string): void {
    const tag = this.#oneOf(["struct", "struct", "struct", "union"]);
    const members: MemberPath[] = [];
    const body = this.#body("", members, 0);
    const definition = `${tag} ${this.#prefix()}${name} {\n${body}}${this.#suffix()};\n`;
    const pack = this.#random(12) === 0 ? this.#oneOf([1, 2, 4, 8]) : 0;
    this.text += pack === 0 ? definition : `#pragma pack(push, ${pack})\n${definition}#pragma pack(pop)\n`;
    this.structs.push({ type: `${tag} ${name}`, members });
  }

  #oneOf<T>(all: readonly T[]): T {
    return all[this.#random(all.length)]!;
  }

  #prefix(): string {
    return this.#random(15) === 0 ? "__attribute__((packed)) " : "";
  }

  #suffix(): string {
    switch (this.#random(10)) {
      case 0:
        return " __attribute__((packed))";
      case 1:
        return ` __attribute__((aligned(${this.#oneOf([1, 2, 4, 8, 16, 32])})))`;
      case 2:
        return " __attribute__((__packed__, aligned(4)))";
      default:
        return "";
    }
  }

  #body(path: string, members: MemberPath[], depth: number): string {
    let body = "";
    const count = 1 + this.#random(7);
    for (let i = 0; i < count; i++) body += `${"  ".repeat(depth + 1)}${this.#member(path, members, depth)};\n`;
    return body;
  }

  #member(path: string, members: MemberPath[], depth: number): string {
    const kind = this.#random(20);
    if (kind < 7) return this.#bitField(path, members);
    if (kind < 10 && depth < 3) return this.#nested(path, members, depth);
    if (kind === 10) return this.#oneOf(INTEGERS.slice(0, -1)) + this.#oneOf([" : 0", " : 3", " : 5"]);
    const name = this.#name(path, members, false);
    return `${this.#declared(kind, name)}${this.#attribute()}`;
  }

  #name(path: string, members: MemberPath[], isBitField: boolean): string {
    const name = `m${this.#names++}`;
    members.push({ path: path + name, isBitField });
    return name;
  }

  #declared(kind: number, name: string): string {
    const base = this.#random(3) === 0 ? this.#oneOf(OTHERS) : this.#oneOf(INTEGERS);
    switch (kind) {
      case 11:
        return `${base} ${name}[LENGTH(${1 + this.#random(5)})]`;
      case 12:
        return `${base} ${name}[${1 + this.#random(3)}][TWO]`;
      case 13:
        return `int (*${name})(int, struct unknown *)`;
      case 14:
        return `long (*${name}[3])(void)`;
      case 15:
        return this.#earlier() + ` ${name}`;
      case 16:
        return `${this.#oneOf(["aligned_int", "loose_long", "pair_t", "shorts_t"])} ${name}`;
      case 17:
        return `const ${base} *volatile ${name}`;
      default:
        return `volatile ${base} ${name}`;
    }
  }

  /** By value: a struct that is complete. */
  #earlier(): string {
    return this.structs.length === 0 ? "pair_t" : this.#oneOf(this.structs).type;
  }

  #attribute(): string {
    switch (this.#random(12)) {
      case 0:
        return ` __attribute__((aligned(${this.#oneOf([2, 4, 8, 16])})))`;
      case 1:
        return " __attribute__((packed))";
      default:
        return "";
    }
  }

  #bitField(path: string, members: MemberPath[]): string {
    const type = this.#random(8) === 0 ? "enum plain" : this.#oneOf(INTEGERS);
    const bits = BITS.find(([words]) => words.test(type))?.[1] ?? 1;
    const name = this.#name(path, members, true);
    return `${type} ${name} : ${1 + this.#random(bits)}${this.#random(10) === 0 ? " __attribute__((packed))" : ""}`;
  }

  #nested(path: string, members: MemberPath[], depth: number): string {
    const tag = this.#oneOf(["struct", "union"]);
    const isAnonymous = this.#random(2) === 0;
    const name = isAnonymous ? "" : this.#name(path, members, false);
    const inner = isAnonymous ? path : `${path}${name}.`;
    const body = this.#body(inner, members, depth + 1);
    return `${tag} {\n${body}${"  ".repeat(depth + 1)}}${this.#suffix()} ${name}`;
  }
}
