/**
 * What is known of the contents of memory at one point of a walk over the dominator tree, and which map entries have been
 * looked up. `open` and `close` enclose the blocks below a block; `apply` follows one instruction.
 *
 * A fact carries the time at which it was learned. A write forgets the facts it overlaps; a write through another pointer of
 * the same alias class, or to memory that may be the same, makes all older facts of the class invalid.
 */
import type { BlockId, Instruction, MapIndex, Value } from "../ir/ir.js";
import type { Access } from "./accesses.js";
import { ALL_MAPS, ALL_RECORDS, ANY_MAP, classKey, LOOSE } from "./effect-summary.js";
import type { MemoryModel } from "./memory-model.js";
import type { AliasClass, Base, Origin, Pointers } from "./pointers.js";
import { ScopedMap } from "./scoped-map.js";

/**
 * - `value`: the low bytes of a value
 * - `zero`
 * - `text`: bytes that are the same wherever the same name is
 */
export type Content =
  | { readonly kind: "value"; readonly value: Value }
  | { readonly kind: "zero" }
  | { readonly kind: "text"; readonly name: string };

export interface Fact {
  readonly offset: number;
  readonly bytes: number;
  readonly content: Content;
  /** Where it was learned. */
  readonly block: BlockId;
  readonly time: number;
}

const ZERO: Content = { kind: "zero" };

/** Of one base: every offset at which there ever was a fact, and the length of the longest. */
interface Places {
  readonly offsets: Set<number>;
  longest: number;
}

/** When a class was last written, and through which base; and when through any other base. */
interface Kill {
  readonly time: number;
  readonly base: number;
  readonly timeOfOthers: number;
}
const NEVER: Kill = { time: -1, base: -1, timeOfOthers: -1 };
/** Not a base: kills the facts of all. */
const NO_BASE = -1;

interface Lookup {
  readonly value: Value;
  readonly time: number;
}

export class MemoryState {
  readonly #pointers: Pointers;
  readonly #model: MemoryModel;
  readonly #facts = new ScopedMap<number, Fact>();
  readonly #places = new Map<number, Places>();
  readonly #kills = new ScopedMap<number, Kill>();
  readonly #lookups = new ScopedMap<string, Lookup>();
  readonly #lookupKills = new ScopedMap<MapIndex | "all", number>();
  #time = 0;
  #block = 0 as BlockId;

  constructor(model: MemoryModel) {
    this.#model = model;
    this.#pointers = model.pointers;
  }

  open(id: BlockId): void {
    this.#facts.open();
    this.#kills.open();
    this.#lookups.open();
    this.#lookupKills.open();
    this.#block = id;
    this.#time++;
    const { written, maps, isEverything } = this.#model.effectsBefore(id);
    for (const aliasClass of written.values()) this.#kill(aliasClass, NO_BASE);
    for (const map of maps) this.#changeMap(map);
    if (isEverything) this.#changeEverything();
  }

  close(): void {
    this.#facts.close();
    this.#kills.close();
    this.#lookups.close();
    this.#lookupKills.close();
  }

  /** Follows an instruction; `resolve` gives the values that stand for its operands. */
  apply(i: Instruction, resolve: (value: Value) => Value): void {
    this.#time++;
    const content = this.#copied(i);
    for (const access of this.#model.accessesOf(i)) if (access.access !== "reads") this.#write(access);
    const changed = this.#model.changedMaps(i);
    if (changed === "all") this.#changeEverything();
    else if (changed !== "none") this.#changeMap(changed);
    this.#learn(i, resolve, content);
  }

  // ---- questions

  /** The fact whose bytes include all of these. */
  factAt(origin: Origin, bytes: number): Fact | undefined {
    const exact = this.#valid(origin.base, origin.offset);
    if (exact !== undefined && exact.bytes >= bytes) return exact;
    for (const fact of this.#overlapping(origin, bytes)) {
      if (fact.offset <= origin.offset && fact.offset + fact.bytes >= origin.offset + bytes) return fact;
    }
    return undefined;
  }

  /** Everything that is known about some of these bytes. */
  factsAt(origin: Origin, bytes: number): readonly Fact[] {
    return this.#overlapping(origin, bytes);
  }

  /**
   * A name for the contents of these bytes: equal names mean equal bytes. Undefined when not all of them are known.
   * Constants are spelled byte by byte, so that it does not matter in which pieces they were written.
   */
  contentName(origin: Origin, bytes: number, constantOf: (value: Value) => bigint | undefined): string | undefined {
    const end = origin.offset + bytes;
    const facts = [...this.#overlapping(origin, bytes)].sort((a, b) => a.offset - b.offset);
    let at = origin.offset;
    let name = "";
    for (const fact of facts) {
      if (fact.offset > at) return undefined;
      const from = at - fact.offset;
      const used = Math.min(fact.offset + fact.bytes, end) - at;
      if (used <= 0) continue;
      name += nameOf(fact, from, used, constantOf);
      at += used;
    }
    return at < end ? undefined : name;
  }

  /** The result of an earlier lookup of the same key, while the map's entries cannot have changed. */
  lookupOf(map: MapIndex, key: string): Value | undefined {
    const lookup = this.#lookups.get(`${map} ${key}`);
    if (lookup === undefined) return undefined;
    const changed = Math.max(this.#lookupKills.get(map) ?? -1, this.#lookupKills.get("all") ?? -1);
    return lookup.time > changed ? lookup.value : undefined;
  }

  learnLookup(map: MapIndex, key: string, value: Value): void {
    this.#lookups.set(`${map} ${key}`, { value, time: this.#time });
  }

  /** From now on the bytes have this name, until they are written. */
  nameContent(origin: Origin, bytes: number, name: string): void {
    this.#remember(origin, bytes, { kind: "text", name });
  }

  // ---- learning

  #learn(i: Instruction, resolve: (value: Value) => Value, copied: readonly Fact[]): void {
    switch (i.op) {
      case "load":
        if (i.isVolatile) return;
        return this.#rememberAt(i.pointer, i.offset, i.bytes, { kind: "value", value: resolve(i.result) });
      case "store":
        return this.#rememberAt(i.pointer, i.offset, i.bytes, { kind: "value", value: resolve(i.value) });
      case "zero":
        return this.#rememberAt(i.to, i.toOffset, i.bytes, ZERO);
      case "copy": {
        const to = this.#pointers.originOf(i.to);
        if (to === undefined) return;
        const by = to.offset + i.toOffset;
        if (copied.length === 0) {
          const text: Content = { kind: "text", name: `bytes of ${this.#time}` };
          this.#rememberAt(i.from, i.fromOffset, i.bytes, text);
          this.#rememberAt(i.to, i.toOffset, i.bytes, text);
        }
        for (const fact of copied)
          this.#remember({ base: to.base, offset: fact.offset + by }, fact.bytes, fact.content);
        return;
      }
      default:
        return;
    }
  }

  /** The facts that a copy takes along, at offsets from its start. */
  #copied(i: Instruction): readonly Fact[] {
    if (i.op !== "copy") return NO_FACTS;
    const from = this.#pointers.originOf(i.from);
    if (from === undefined) return NO_FACTS;
    const start = from.offset + i.fromOffset;
    const facts: Fact[] = [];
    for (const fact of this.#overlapping({ base: from.base, offset: start }, i.bytes)) {
      const offset = fact.offset - start;
      if (offset >= 0 && offset + fact.bytes <= i.bytes) facts.push({ ...fact, offset });
      else if (fact.content.kind === "zero") facts.push(clip({ ...fact, offset }, i.bytes));
    }
    return facts;
  }

  #rememberAt(pointer: Value, offset: number, bytes: number, content: Content): void {
    const origin = this.#pointers.originOf(pointer);
    if (origin !== undefined) this.#remember({ base: origin.base, offset: origin.offset + offset }, bytes, content);
  }

  #remember({ base, offset }: Origin, bytes: number, content: Content): void {
    if (!isKeyable(offset)) return;
    this.#facts.set(factKey(base, offset), { offset, bytes, content, block: this.#block, time: this.#time });
    let places = this.#places.get(base.id);
    if (places === undefined) this.#places.set(base.id, (places = { offsets: new Set(), longest: 0 }));
    places.offsets.add(offset);
    places.longest = Math.max(places.longest, bytes);
  }

  // ---- forgetting

  #write({ origin, bytes }: Access): void {
    this.#kill(this.#pointers.classOf(origin.base), origin.base.id);
    const end = bytes === undefined ? Infinity : origin.offset + bytes;
    for (const fact of this.#overlapping(origin, bytes)) {
      this.#facts.delete(factKey(origin.base, fact.offset));
      if (fact.content.kind === "zero") this.#keepZeros(origin, fact, end);
    }
  }

  /** What a write leaves of a run of zeros, on both sides. */
  #keepZeros({ base, offset }: Origin, fact: Fact, end: number): void {
    const factEnd = fact.offset + fact.bytes;
    if (fact.offset < offset) this.#remember({ base, offset: fact.offset }, offset - fact.offset, ZERO);
    if (factEnd > end) this.#remember({ base, offset: end }, factEnd - end, ZERO);
  }

  #kill(aliasClass: AliasClass, base: number): void {
    this.#killKey(classKey(aliasClass), base);
    if (aliasClass.kind === "map" || aliasClass.kind === "any-map") this.#killKey(ALL_MAPS, base);
    if (aliasClass.kind === "record") this.#killKey(ALL_RECORDS, base);
  }

  #killKey(key: number, base: number): void {
    const last = this.#kills.get(key) ?? NEVER;
    const timeOfOthers = base === NO_BASE ? this.#time : base === last.base ? last.timeOfOthers : last.time;
    this.#kills.set(key, { time: this.#time, base, timeOfOthers });
  }

  #changeMap(map: MapIndex): void {
    this.#lookupKills.set(map, this.#time);
    this.#kill({ kind: "map", map }, NO_BASE);
  }

  #changeEverything(): void {
    this.#lookupKills.set("all", this.#time);
    this.#kill({ kind: "any-map" }, NO_BASE);
    this.#kill({ kind: "loose" }, NO_BASE);
  }

  // ---- facts

  #overlapping({ base, offset }: Origin, bytes: number | undefined): readonly Fact[] {
    const places = this.#places.get(base.id);
    if (places === undefined) return NO_FACTS;
    const start = offset - places.longest + 1;
    const end = bytes === undefined ? Infinity : offset + bytes;
    const found: Fact[] = [];
    const look = (at: number): void => {
      const fact = this.#valid(base, at);
      if (fact !== undefined && fact.offset + fact.bytes > offset) found.push(fact);
    };
    if (end - start < places.offsets.size) for (let at = start; at < end; at++) look(at);
    else for (const at of places.offsets) if (at >= start && at < end) look(at);
    return found;
  }

  #valid(base: Base, offset: number): Fact | undefined {
    const fact = isKeyable(offset) ? this.#facts.get(factKey(base, offset)) : undefined;
    if (fact === undefined) return undefined;
    return fact.time >= this.#lastKill(base) ? fact : undefined;
  }

  /** When memory of the base may last have been written other than through it. */
  #lastKill(base: Base): number {
    const aliasClass = this.#pointers.classOf(base);
    const own = this.#killedAt(classKey(aliasClass), base.id);
    switch (aliasClass.kind) {
      case "slot":
      case "context":
        return own;
      case "map":
        return Math.max(own, this.#killedAt(ANY_MAP, base.id), this.#killedAt(LOOSE, base.id));
      case "record":
        return Math.max(own, this.#killedAt(LOOSE, base.id));
      case "any-map":
        return Math.max(this.#killedAt(ALL_MAPS, base.id), this.#killedAt(LOOSE, base.id));
      case "loose":
        return Math.max(own, this.#killedAt(ALL_MAPS, base.id), this.#killedAt(ALL_RECORDS, base.id));
    }
  }

  /** The last write that was not through this very base. */
  #killedAt(key: number, base: number): number {
    const kill = this.#kills.get(key) ?? NEVER;
    return kill.base === base ? kill.timeOfOthers : kill.time;
  }
}

const NO_FACTS: readonly Fact[] = [];

const OFFSET_RANGE = 2 ** 21;
const isKeyable = (offset: number): boolean => Math.abs(offset) < OFFSET_RANGE / 2;
const factKey = (base: Base, offset: number): number => base.id * OFFSET_RANGE + offset + OFFSET_RANGE / 2;

function clip(fact: Fact, bytes: number): Fact {
  const offset = Math.max(0, fact.offset);
  return { ...fact, offset, bytes: Math.min(fact.offset + fact.bytes, bytes) - offset };
}

function nameOf(fact: Fact, from: number, bytes: number, constantOf: (value: Value) => bigint | undefined): string {
  const { content } = fact;
  if (content.kind === "zero") return "00".repeat(bytes);
  if (content.kind === "text") return `(${content.name} ${from}+${bytes})`;
  const constant = constantOf(content.value);
  if (constant === undefined) return `(v${content.value} ${from}+${bytes})`;
  let name = "";
  for (let at = from; at < from + bytes; at++) {
    name += ((constant >> BigInt(8 * at)) & 0xffn).toString(16).padStart(2, "0");
  }
  return name;
}
