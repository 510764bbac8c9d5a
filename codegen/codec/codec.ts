/**
 * How values become bytes and come back: a codec for each type, made of codecs for its parts. The bytes say nothing of names
 * and kinds, so what has been read is of the type that was asked for, whatever the bytes are; and nothing is believed of them:
 * each length, index and word is checked where it is read.
 */
import { SavedError } from "./error.js";

/** Properties, not methods: a codec for some members of a union is none for the union. */
export interface Codec<T> {
  readonly write: (to: Writer, value: T) => void;
  readonly read: (from: Reader) => T;
}

/** Deeper than any script's types and macros. */
const MAX_DEPTH = 400;

const CHUNK_BYTES = 8192;

export class Writer {
  #bytes = new Uint8Array(CHUNK_BYTES);
  #length = 0;
  readonly #shared = new Map<object, Map<unknown, number>>();
  #depth = 0;

  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  /** A whole number from 0 to 2^53 - 1, in 7 bits for each byte. */
  count(value: number): void {
    if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`${value} cannot be saved as a count`);
    let rest = value;
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) this.byte((rest % 0x80) | 0x80);
    this.byte(rest);
  }

  raw(value: Uint8Array): void {
    this.#reserve(value.length);
    this.#bytes.set(value, this.#length);
    this.#length += value.length;
  }

  /** By value and by what it is shared with: the numbers of those that were written. */
  numbersOf(codec: object): Map<unknown, number> {
    let numbers = this.#shared.get(codec);
    if (numbers === undefined) this.#shared.set(codec, (numbers = new Map<unknown, number>()));
    return numbers;
  }

  nested(write: () => void): void {
    if (++this.#depth > MAX_DEPTH) throw new SavedError("the script is nested too deeply to be saved");
    write();
    this.#depth--;
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(2 * this.#bytes.length, this.#length + bytes));
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}

export class Reader {
  readonly #bytes: Uint8Array;
  #at: number;
  readonly #shared = new Map<object, unknown[]>();
  /** How many there are of what others name by index. */
  readonly #counts = new Map<string, number>();
  #depth = 0;
  /** What is being read, for messages. */
  part = "";

  constructor(bytes: Uint8Array, at = 0) {
    // Of kinds of arrays whose slices are no copies nothing is left.
    this.#bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#at = at;
  }

  get at(): number {
    return this.#at;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  fail(what: string): never {
    throw new SavedError(`${what}${this.part === "" ? "" : `, in its ${this.part}`}`, this.#at);
  }

  byte(): number {
    const value = this.#bytes[this.#at];
    if (value === undefined) this.fail("it ends too early");
    this.#at++;
    return value;
  }

  count(): number {
    let value = 0;
    for (let unit = 1; ; unit *= 0x80) {
      const byte = this.byte();
      value += (byte & 0x7f) * unit;
      if (value > Number.MAX_SAFE_INTEGER || unit > Number.MAX_SAFE_INTEGER) this.fail("a number is too large");
      if (byte < 0x80) return value;
    }
  }

  /** They stay where they are. */
  raw(length: number): Uint8Array {
    if (length > this.left) this.fail("it ends too early");
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  sharedOf(codec: object): unknown[] {
    let values = this.#shared.get(codec);
    if (values === undefined) this.#shared.set(codec, (values = []));
    return values;
  }

  nested<T>(read: () => T): T {
    if (++this.#depth > MAX_DEPTH) this.fail("it is nested too deeply");
    const value = read();
    this.#depth--;
    return value;
  }

  setCount(name: string, count: number): void {
    this.#counts.set(name, count);
  }

  countOf(name: string): number {
    return this.#counts.get(name) ?? 0;
  }
}

// ---------------------------------------------------------------- numbers, words, bytes

export const count: Codec<number> = { write: (to, value) => to.count(value), read: (from) => from.count() };

/** Kernel interfaces and views of memory take no more. */
export const u32: Codec<number> = {
  write: count.write,
  read(from) {
    const value = from.count();
    return value > 0xffff_ffff ? from.fail("a number is too large") : value;
  },
};

/** Small ones of both signs are short. */
export const integer: Codec<number> = {
  write: (to, value) => to.count(value < 0 ? -2 * value - 1 : 2 * value),
  read(from) {
    const folded = from.count();
    return folded % 2 === 0 ? folded / 2 : -(folded + 1) / 2;
  },
};

const DOUBLE_BYTES = 8;

/** Any whole number that JavaScript has: limits that are none are larger than {@link integer} can be. */
export const whole: Codec<number> = {
  write: (to, value) => to.raw(new Uint8Array(Float64Array.of(value).buffer)),
  read(from) {
    const [value = NaN] = new Float64Array(from.raw(DOUBLE_BYTES).slice().buffer);
    return Number.isInteger(value) ? value : from.fail("a number is not whole");
  },
};

const BIG_BYTES = 9;

/** Any of 64 bits, with or without a sign. */
export const big: Codec<bigint> = {
  write(to, value) {
    for (let i = 0n; i < BIG_BYTES; i++) to.byte(Number(BigInt.asUintN(8, value >> (8n * i))));
  },
  read(from) {
    const value = from.raw(BIG_BYTES).reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
    return BigInt.asIntN(8 * BIG_BYTES, value);
  },
};

export const bool: Codec<boolean> = {
  write: (to, value) => to.byte(value ? 1 : 0),
  read: (from) => oneOf(from, [false, true]),
};

const oneOf = <T>(from: Reader, values: readonly T[]): T => {
  const index = from.count();
  return index < values.length ? (values[index] as T) : from.fail("there is something that this tsbt does not know");
};

/** One of a few words. */
export const word = <const T extends string | number>(...words: readonly T[]): Codec<T> => ({
  write: (to, value) => to.count(numberOf(words, value)),
  read: (from) => oneOf(from, words),
});

function numberOf<T>(values: readonly T[], value: T): number {
  const index = values.indexOf(value);
  if (index === -1) throw new RangeError(`${String(value)} cannot be saved`);
  return index;
}

/** Read, they have memory of their own. */
export const bytes: Codec<Uint8Array> = {
  write(to, value) {
    to.count(value.length);
    to.raw(value);
  },
  read: (from) => from.raw(from.count()).slice(),
};

/** What is equal, or for objects the same, is written once. */
export function shared<T>(codec: Codec<T>): Codec<T> {
  const own: Codec<T> = {
    write(to, value) {
      const numbers = to.numbersOf(own);
      const known = numbers.get(value);
      to.count(known === undefined ? 0 : known + 1);
      if (known !== undefined) return;
      codec.write(to, value);
      numbers.set(value, numbers.size);
    },
    read(from) {
      const values = from.sharedOf(own);
      const number = from.count();
      if (number > values.length) from.fail("it refers to what is not there");
      if (number > 0) return values[number - 1] as T;
      const value = codec.read(from);
      values.push(value);
      return value;
    },
  };
  return own;
}

const CHARACTERS_AT_ONCE = 4096;

/** One byte for each character where that is enough. */
const characters: Codec<string> = {
  write(to, value) {
    const isWide = /[^\0-\xff]/.test(value);
    to.count(2 * value.length + (isWide ? 1 : 0));
    for (let i = 0; i < value.length; i++) {
      const unit = value.charCodeAt(i);
      to.byte(unit & 0xff);
      if (isWide) to.byte(unit >> 8);
    }
  },
  read(from) {
    const header = from.count();
    const units = from.raw(Math.floor(header / 2) * (1 + (header % 2)));
    let value = "";
    if (header % 2 === 0) {
      for (let i = 0; i < units.length; i += CHARACTERS_AT_ONCE)
        value += String.fromCharCode(...units.subarray(i, i + CHARACTERS_AT_ONCE));
      return value;
    }
    for (let i = 0; i < units.length; i += 2)
      value += String.fromCharCode((units[i] ?? 0) | ((units[i + 1] ?? 0) << 8));
    return value;
  },
};

export const text: Codec<string> = shared(characters);

// ---------------------------------------------------------------- made of others

/** A property that may be missing. */
export interface AbsentCodec<T> extends Codec<T | undefined> {
  readonly mayBeMissing: true;
}

export const optional = <T>(codec: Codec<T>): Codec<T | undefined> => ({
  write(to, value) {
    to.byte(value === undefined ? 0 : 1);
    if (value !== undefined) codec.write(to, value);
  },
  read: (from) => (bool.read(from) ? codec.read(from) : undefined),
});

export const missing = <T>(codec: Codec<T>): AbsentCodec<T> => ({ ...optional(codec), mayBeMissing: true });

export const list = <T>(codec: Codec<T>): Codec<readonly T[]> => ({
  write(to, values) {
    to.count(values.length);
    for (const value of values) codec.write(to, value);
  },
  read(from) {
    const length = from.count();
    // Nothing takes less than a byte: so much memory is never asked for in vain.
    if (length > from.left) from.fail("it ends too early");
    const values: T[] = [];
    for (let i = 0; i < length; i++) values.push(codec.read(from));
    return values;
  },
});

type CodecFor<T, K extends keyof T> = object extends Pick<T, K> ? AbsentCodec<Exclude<T[K], undefined>> : Codec<T[K]>;
/** In the order in which they are written. */
export type FieldCodecs<T> = { readonly [K in keyof T]-?: CodecFor<T, K> };

export function record<T extends object>(fields: FieldCodecs<T>): Codec<T> {
  const rows = Object.entries(fields) as unknown as readonly (readonly [keyof T, Codec<unknown>])[];
  return {
    write(to, value) {
      for (const [key, codec] of rows) codec.write(to, value[key]);
    },
    read(from) {
      const value: Partial<T> = {};
      for (const [key, codec] of rows) {
        const part = codec.read(from) as T[keyof T];
        if (part !== undefined || !("mayBeMissing" in codec)) value[key] = part;
      }
      return value as T;
    },
  };
}

/** Of fields that are put together: codecs all. */
export const recordOf = (fields: Readonly<Record<string, unknown>>): Codec<Readonly<Record<string, unknown>>> =>
  record(fields as FieldCodecs<Readonly<Record<string, unknown>>>);

/** Like {@link record}; messages name the part. */
export function parts<T extends object>(fields: FieldCodecs<T>, words: { readonly [K in keyof T]?: string }): Codec<T> {
  const named = Object.fromEntries(
    Object.entries(fields).map(([key, codec]) => [key, part(words[key as keyof T] ?? key, codec as Codec<unknown>)]),
  );
  return record(named as unknown as FieldCodecs<T>);
}

const part = <T>(name: string, codec: Codec<T>): Codec<T> => ({
  ...codec,
  read(from) {
    from.part = name;
    return codec.read(from);
  },
});

/** Without the property by which members of the union are told apart. */
type MemberOf<T, Tag extends keyof T, Name> = T extends unknown
  ? Name extends T[Tag]
    ? Omit<T, Tag> extends infer Rest
      ? { [K in keyof Rest]: Rest[K] }
      : never
    : never
  : never;

export const union = <T extends object, Tag extends keyof T & string>(
  tag: Tag,
  members: { readonly [Name in T[Tag] & string]: Codec<MemberOf<T, Tag, Name>> },
): Codec<T> => unionOf(tag, members);

/** Of members that are made in a loop: codecs all. */
export function unionOf<T extends object>(tag: string, members: Readonly<Record<string, unknown>>): Codec<T> {
  const rows = Object.entries(members) as readonly (readonly [string, Codec<object>])[];
  const names = rows.map(([name]) => name);
  return {
    write(to, value) {
      const number = numberOf(names, (value as Record<string, unknown>)[tag] as string);
      to.count(number);
      rows[number]?.[1].write(to, value);
    },
    read(from) {
      const [name, codec] = oneOf(from, rows);
      return { [tag]: name, ...codec.read(from) } as unknown as T;
    },
  };
}

/** There is nothing in it. */
export const nothing: Codec<Record<never, never>> = { write: () => undefined, read: () => ({}) };

/** What refers to itself. */
export const lazy = <T>(codec: () => Codec<T>): Codec<T> => ({
  write: (to, value) => to.nested(() => codec().write(to, value)),
  read: (from) => from.nested(() => codec().read(from)),
});

// ---------------------------------------------------------------- indexes

/** A list that others name members of, once it has been read. */
export const counted = <T>(name: string, codec: Codec<readonly T[]>): Codec<readonly T[]> => ({
  write: codec.write,
  read(from) {
    const values = codec.read(from);
    from.setCount(name, values.length);
    return values;
  },
});

export const indexOf = (name: string): Codec<number> => ({
  write: count.write,
  read(from) {
    const index = from.count();
    return index < from.countOf(name) ? index : from.fail(`it names one of its ${name} that is not there`);
  },
});

/** What has been read must hold. @param trouble - what is wrong with it */
export const checked = <T>(codec: Codec<T>, trouble: (value: T) => string | undefined): Codec<T> => ({
  write: codec.write,
  read(from) {
    const value = codec.read(from);
    const found = trouble(value);
    return found === undefined ? value : from.fail(found);
  },
});

/** Names that the kernel is told: a NUL would end them. */
export const cString: Codec<string> = checked(text, (name) => (name.includes("\0") ? "a name has a NUL" : undefined));
