/**
 * Where pointers point, and which of them may point to the same memory.
 *
 * Every pointer is a `base` and a constant offset. Two bases may overlap only when they are of one alias class, or when
 * one of their classes is `loose`. Memory of a slot is in a class of its own until its address escapes.
 */
import type { Instruction, IrFunction, MapIndex, SlotId, Value, ValueType } from "../ir/ir.js";
import { targetsOf } from "../ir/operands.js";
import { definitionsFor, graphFor } from "./analyses.js";
import type { KnownDefinitions } from "./definitions.js";

/**
 * - `slot`: a stack slot whose address is known to this function alone
 * - `map`: values of one map; `any-map`: of a map that is not known
 * - `record`: one reserved record
 * - `context`
 * - `loose`: all that other code may have a pointer to: escaped slots, what kfuncs return, memory of our caller
 */
export type AliasClass =
  | { readonly kind: "slot"; readonly slot: SlotId }
  | { readonly kind: "map"; readonly map: MapIndex }
  | { readonly kind: "record"; readonly reserved: Value }
  | { readonly kind: "any-map" }
  | { readonly kind: "context" }
  | { readonly kind: "loose" };

export interface Base {
  /** Dense, in each function. */
  readonly id: number;
  readonly class: AliasClass;
  /** Where a map value, a record or global data starts. */
  readonly isWhole: boolean;
}

export interface Origin {
  readonly base: Base;
  readonly offset: number;
}

const ANY_MAP: AliasClass = { kind: "any-map" };
const CONTEXT: AliasClass = { kind: "context" };
const LOOSE: AliasClass = { kind: "loose" };

export class Pointers {
  readonly #fn: IrFunction;
  readonly #definitions: KnownDefinitions;
  readonly #origins: (Origin | undefined)[] = [];
  readonly #slotBases: Base[] = [];
  readonly #globalBases = new Map<MapIndex, Base>();
  readonly #escaped = new Set<SlotId>();
  #baseCount = 0;

  constructor(fn: IrFunction) {
    this.#fn = fn;
    this.#definitions = definitionsFor(fn);
    this.#follow();
    this.#findEscapes();
  }

  get definitions(): KnownDefinitions {
    return this.#definitions;
  }

  /** Undefined for what is not a pointer to memory. */
  originOf(value: Value): Origin | undefined {
    return this.#origins[value];
  }

  /** True when the slot may be accessed through pointers that cannot be followed. */
  isEscaped(slot: SlotId): boolean {
    return this.#escaped.has(slot);
  }

  /** The class of a base, now that it is known which slots escape. */
  classOf(base: Base): AliasClass {
    return base.class.kind === "slot" && this.#escaped.has(base.class.slot) ? LOOSE : base.class;
  }

  /** False when no access through one base can touch what an access through the other does. */
  mayOverlap(a: Base, b: Base): boolean {
    const [first, second] = [this.classOf(a), this.classOf(b)];
    if (isSameClass(first, second)) return true;
    const kinds = [first.kind, second.kind];
    if (kinds.includes("slot") || kinds.includes("context")) return false;
    return kinds.includes("loose") || (kinds.includes("any-map") && kinds.includes("map"));
  }

  /** The slot that the pointer points into, whether it escapes or not. */
  slotOf(value: Value): SlotId | undefined {
    const origin = this.#origins[value];
    return origin?.base.class.kind === "slot" ? origin.base.class.slot : undefined;
  }

  /** The bytes of a slot that a place is in; the offset is undefined when it varies. */
  placeInSlot({ base, offset }: Origin): { readonly slot: SlotId; readonly offset: number | undefined } | undefined {
    if (base.class.kind !== "slot") return undefined;
    const { slot } = base.class;
    return { slot, offset: this.#slotBases[slot] === base ? offset : undefined };
  }

  // ---- origins

  #follow(): void {
    for (const param of this.#fn.params) this.#startAt(param);
    const incoming = incomingArguments(this.#fn);
    for (const block of graphFor(this.#fn).order) {
      for (const param of block.params) if (isPointer(this.#typeOf(param))) this.#join(param, incoming[param] ?? []);
      for (const instruction of block.instructions) this.#define(instruction);
    }
  }

  #define(i: Instruction): void {
    switch (i.op) {
      case "slot-address":
        this.#origins[i.result] = { base: this.#slotBase(i.slot), offset: 0 };
        return;
      case "map-value":
        this.#origins[i.result] = { base: this.#globalBase(i.map), offset: i.offset };
        return;
      case "alu":
        if (isPointer(this.#typeOf(i.result))) this.#origins[i.result] = this.#sum(i);
        return;
      case "call":
        this.#call(i);
        return;
      case "call-function":
        if (isPointer(this.#typeOf(i.result))) this.#origins[i.result] = this.#newOrigin(returnedBy(i), true);
        return;
      case "call-kfunc":
        this.#startAt(i.result);
        return;
      default:
        return;
    }
  }

  #call(i: Extract<Instruction, { op: "call" }>): void {
    const type = this.#typeOf(i.result);
    if (type === "record-or-null") {
      this.#origins[i.result] = this.#newOrigin({ kind: "record", reserved: i.result }, true);
    } else if (type === "map-value-or-null") {
      const map = i.args[0] === undefined ? undefined : this.#definitions.as(i.args[0], "map")?.map;
      this.#origins[i.result] = this.#newOrigin(map === undefined ? ANY_MAP : { kind: "map", map }, true);
    } else {
      this.#startAt(i.result);
    }
  }

  #sum(i: Extract<Instruction, { op: "alu" }>): Origin {
    const isLeft = isPointer(this.#typeOf(i.left));
    const pointer = this.#origins[isLeft ? i.left : i.right];
    const added = this.#definitions.constantOf(isLeft ? i.right : i.left);
    if (pointer === undefined) return this.#newOrigin(LOOSE);
    if (added === undefined || !isSmall(added)) return this.#newOrigin(pointer.base.class);
    const by = Number(added);
    return { base: pointer.base, offset: i.alu === "sub" ? pointer.offset - by : pointer.offset + by };
  }

  /** A parameter points where all arguments do, or at least into the same class. */
  #join(param: Value, args: readonly Value[]): void {
    const others = args.filter((arg) => arg !== param).map((arg) => this.#origins[arg]);
    const [first] = others;
    if (first === undefined) return this.#startAt(param);
    if (others.every((origin) => origin?.base === first.base && origin.offset === first.offset)) {
      this.#origins[param] = first;
    } else if (others.every((origin) => origin !== undefined && isSameClass(origin.base.class, first.base.class))) {
      const areWhole = others.every((origin) => origin?.base.isWhole === true && origin.offset === 0);
      this.#origins[param] = this.#newOrigin(first.base.class, areWhole);
    } else if (others.every((origin) => origin?.base.class.kind === "record")) {
      // Whichever it is, it is written and sent through this parameter alone.
      const areWhole = others.every((origin) => origin?.base.isWhole === true && origin.offset === 0);
      this.#origins[param] = this.#newOrigin({ kind: "record", reserved: param }, areWhole);
    } else {
      this.#startAt(param);
    }
  }

  /** A pointer of which only its type is known. */
  #startAt(value: Value): void {
    const type = this.#typeOf(value);
    if (!isPointer(type)) return;
    this.#origins[value] = this.#newOrigin(CLASS_BY_TYPE[type] ?? LOOSE);
  }

  #newOrigin(aliasClass: AliasClass, isWhole = false): Origin {
    return { base: this.#newBase(aliasClass, isWhole), offset: 0 };
  }

  #newBase(aliasClass: AliasClass, isWhole: boolean): Base {
    return { id: this.#baseCount++, class: aliasClass, isWhole };
  }

  #slotBase(slot: SlotId): Base {
    return (this.#slotBases[slot] ??= this.#newBase({ kind: "slot", slot }, true));
  }

  #globalBase(map: MapIndex): Base {
    let base = this.#globalBases.get(map);
    if (base === undefined) this.#globalBases.set(map, (base = this.#newBase({ kind: "map", map }, true)));
    return base;
  }

  #typeOf(value: Value): ValueType {
    return this.#fn.types[value] ?? "int";
  }

  // ---- escapes

  #findEscapes(): void {
    const params = new Map(this.#fn.blocks.map((block) => [block.id, block.params]));
    for (const block of this.#fn.blocks) {
      for (const instruction of block.instructions) {
        for (const value of escapingOperands(instruction)) this.#escape(value);
      }
      for (const target of targetsOf(block.terminator)) {
        params.get(target.block)?.forEach((param, index) => {
          const arg = target.args[index];
          if (arg !== undefined && !this.#isFollowed(arg, param)) this.#escape(arg);
        });
      }
    }
  }

  #isFollowed(arg: Value, param: Value): boolean {
    const [from, to] = [this.#origins[arg], this.#origins[param]];
    return from !== undefined && to !== undefined && isSameClass(from.base.class, to.base.class);
  }

  #escape(value: Value): void {
    const slot = this.slotOf(value);
    if (slot !== undefined) this.#escaped.add(slot);
  }
}

/** A function of ours gives out entries of the map that it may have changed, and no other pointers. */
const returnedBy = ({ changes }: Extract<Instruction, { op: "call-function" }>): AliasClass =>
  typeof changes === "number" ? { kind: "map", map: changes } : ANY_MAP;

const CLASS_BY_TYPE: { readonly [T in ValueType]?: AliasClass } = {
  context: CONTEXT,
  "map-value": ANY_MAP,
  "map-value-or-null": ANY_MAP,
};

/** Helpers access memory only while they run; kfuncs may keep the address, and what they return may point there. */
function escapingOperands(i: Instruction): readonly Value[] {
  switch (i.op) {
    case "store":
    case "atomic-add":
    case "atomic-fetch-add":
    case "atomic-claim":
      return [i.value];
    case "call-kfunc":
      return i.args;
    default:
      return NO_VALUES;
  }
}
const NO_VALUES: readonly Value[] = [];

const isPointer = (type: ValueType): boolean => type !== "int" && type !== "map" && type !== "function";
const isSmall = (value: bigint): boolean => value > -(1n << 31n) && value < 1n << 31n;

function isSameClass(a: AliasClass, b: AliasClass): boolean {
  if (a === b) return true;
  if (a.kind !== b.kind) return false;
  switch (a.kind) {
    case "slot":
      return b.kind === "slot" && a.slot === b.slot;
    case "map":
      return b.kind === "map" && a.map === b.map;
    case "record":
      return b.kind === "record" && a.reserved === b.reserved;
    case "any-map":
    case "context":
    case "loose":
      return true;
  }
}

/** By parameter: the arguments of all edges. */
function incomingArguments(fn: IrFunction): readonly (Value[] | undefined)[] {
  const incoming: Value[][] = [];
  const params = new Map(fn.blocks.map((block) => [block.id, block.params]));
  for (const block of fn.blocks) {
    for (const target of targetsOf(block.terminator)) {
      params.get(target.block)?.forEach((param, index) => {
        const arg = target.args[index];
        if (arg !== undefined) (incoming[param] ??= []).push(arg);
      });
    }
  }
  return incoming;
}
