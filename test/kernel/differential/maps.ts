/** The maps of a running program. */
import { Aggregate } from "./aggregates.js";
import type { MapShape } from "./program.js";
import { convert, keyText, textOf, type Value, zeroOf } from "./values.js";
import type { ValueType } from "./types.js";

interface Entry {
  readonly key: Value;
  value: Value | Aggregate;
}

/** A key, and the type that it has where it is written. */
export interface Key {
  readonly value: Value;
  readonly type: ValueType;
}

export class ScriptMap {
  readonly shape: MapShape;
  /** By the text of the key; the key of a scalar map is empty. */
  readonly #entries = new Map<string, Entry>();

  constructor(shape: MapShape) {
    this.shape = shape;
  }

  /** An absent entry reads as zero and is not made (11.3). */
  read(key: Key | undefined): Value {
    const value = this.#entries.get(this.#textOf(key))?.value;
    if (value instanceof Aggregate) return value.value;
    return value ?? zeroOf(this.shape.value);
  }

  write(key: Key | undefined, value: Value, type: ValueType): void {
    this.#entries.set(this.#textOf(key), { key: this.#keyOf(key), value: convert(value, type, this.shape.value) });
  }

  aggregate(key: Key | undefined, value: bigint): void {
    const text = this.#textOf(key);
    const { by, isSigned } = this.shape.aggregation ?? { by: "count", isSigned: false };
    const entry = this.#entries.get(text) ?? { key: this.#keyOf(key), value: new Aggregate(by, isSigned) };
    if (entry.value instanceof Aggregate) entry.value.add(value);
    this.#entries.set(text, entry);
  }

  has(key: Key | undefined): boolean {
    return this.#entries.has(this.#textOf(key));
  }

  delete(key: Key | undefined): boolean {
    return this.#entries.delete(this.#textOf(key));
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Pairs as a loop sees them. */
  entries(): readonly (readonly [Value, Value])[] {
    return [...this.#entries.values()].map(({ key, value }) => [key, value instanceof Aggregate ? value.value : value]);
  }

  /** `@name` or `@name[key]` and the text of the value, as they are printed. */
  *texts(): Iterable<readonly [string, string]> {
    const { name, value: type } = this.shape;
    for (const [key, { value }] of this.#entries) {
      yield [
        this.shape.key === undefined ? name : `${name}[${key}]`,
        value instanceof Aggregate ? value.text : textOf(value, type),
      ];
    }
  }

  #keyOf(key: Key | undefined): Value {
    const { key: type } = this.shape;
    return key === undefined || type === undefined ? 0n : convert(key.value, key.type, type);
  }

  #textOf(key: Key | undefined): string {
    const { key: type } = this.shape;
    return type === undefined ? "" : keyText(this.#keyOf(key), type);
  }
}
