/** All that passes ask about the memory that a function accesses, worked out once for each function. */
import type { BlockId, Instruction, IrFunction, MapIndex } from "../ir/ir.js";
import { effectOf } from "../ir/operands.js";
import { accessesOf, changedMaps, type Access } from "./accesses.js";
import { effectsBefore, type EffectSummary } from "./effect-summary.js";
import type { MapShape } from "./pass.js";
import { Pointers } from "./pointers.js";

export class MemoryModel {
  readonly pointers: Pointers;
  readonly maps: readonly MapShape[];
  readonly #fn: IrFunction;
  readonly #accesses = new Map<Instruction, readonly Access[]>();
  #effectsBefore: ((id: BlockId) => EffectSummary) | undefined;

  constructor(fn: IrFunction, maps: readonly MapShape[]) {
    this.#fn = fn;
    this.maps = maps;
    this.pointers = new Pointers(fn);
  }

  /** In the order in which they happen: reads before writes. */
  accessesOf(i: Instruction): readonly Access[] {
    const effect = effectOf(i);
    if (effect === "constant" || effect === "pure") return NO_ACCESSES;
    let accesses = this.#accesses.get(i);
    if (accesses === undefined) this.#accesses.set(i, (accesses = accessesOf(i, this.pointers, this.maps)));
    return accesses;
  }

  /** Whose entries the instruction may add, remove or replace. */
  changedMaps(i: Instruction): MapIndex | "all" | "none" {
    return changedMaps(i, this.pointers);
  }

  /** What may have changed since the end of the block's immediate dominator. */
  effectsBefore(id: BlockId): EffectSummary {
    this.#effectsBefore ??= effectsBefore(this.#fn, this);
    return this.#effectsBefore(id);
  }
}

const NO_ACCESSES: readonly Access[] = [];

/** Of the function that was asked about last, as in `analyses.ts`. */
let last: { readonly fn: IrFunction; readonly model: MemoryModel } | undefined;

export function memoryFor(fn: IrFunction, maps: readonly MapShape[]): MemoryModel {
  if (last?.fn !== fn || last.model.maps !== maps) last = { fn, model: new MemoryModel(fn, maps) };
  return last.model;
}
