/**
 * Reads the same bytes from the same slot: where a helper or a copy reads memory whose contents an earlier slot still has, it reads
 * that slot. What was built a second time is then dead: the key of `@[tid]` is written once for all maps, and a copy of a copy comes
 * from the original.
 */
import { walkDominators } from "../ir/graph.js";
import type { Block, Instruction, IrFunction, Value } from "../ir/ir.js";
import { alignmentOf } from "./alignment.js";
import { dominatorsFor, graphFor } from "./analyses.js";
import { withBlocks } from "./blocks.js";
import { effectsOfCall } from "./call-effects.js";
import { memoryFor, type MemoryModel } from "./memory-model.js";
import { MemoryState } from "./memory-state.js";
import type { Pass, PassContext } from "./pass.js";
import type { Origin } from "./pointers.js";
import { ScopedMap } from "./scoped-map.js";

export const shareContents: Pass = {
  name: "share-contents",
  run: (fn, cx) => (fn.slots.length < 2 ? fn : new ContentSharer(fn, cx).run()),
};

/** A slot that had certain contents when it was last read. */
interface Holder {
  readonly pointer: Value;
  readonly offset: number;
  readonly origin: Origin;
}

class ContentSharer {
  readonly #fn: IrFunction;
  readonly #model: MemoryModel;
  readonly #memory: MemoryState;
  /** By content name and length. */
  readonly #holders = new ScopedMap<string, Holder>();

  constructor(fn: IrFunction, cx: PassContext) {
    this.#fn = fn;
    this.#model = memoryFor(fn, cx.maps);
    this.#memory = new MemoryState(this.#model);
  }

  run(): IrFunction {
    const graph = graphFor(this.#fn);
    const rewritten: (Block | undefined)[] = [];
    walkDominators(graph, dominatorsFor(this.#fn).children, {
      enter: (id) => {
        this.#memory.open(id);
        this.#holders.open();
        rewritten[id] = this.#block(graph.block(id));
      },
      leave: () => {
        this.#memory.close();
        this.#holders.close();
      },
    });
    return withBlocks(
      this.#fn,
      this.#fn.blocks.map((block) => rewritten[block.id] ?? block),
    );
  }

  #block(block: Block): Block {
    const instructions = block.instructions.map((i) => {
      const better = this.#better(i);
      this.#memory.apply(better, (value) => value);
      return better;
    });
    return instructions.every((i, at) => i === block.instructions[at]) ? block : { ...block, instructions };
  }

  #better(i: Instruction): Instruction {
    if (i.op === "copy") return this.#copy(i);
    return i.op === "call" ? this.#call(i) : i;
  }

  #copy(i: Extract<Instruction, { op: "copy" }>): Instruction {
    const holder = this.#holderOf(i.from, i.fromOffset, i.bytes);
    const to = this.#originOf(i.to, i.toOffset);
    // A copy of a slot onto itself would not be one between memories that do not overlap.
    if (holder === undefined || to === undefined || to.base === holder.origin.base) return i;
    const { pointers } = this.#model;
    const align = Math.min(alignmentOf(this.#fn, pointers, holder.origin), alignmentOf(this.#fn, pointers, to));
    return align < i.align ? i : { ...i, from: holder.pointer, fromOffset: holder.offset };
  }

  #call(i: Extract<Instruction, { op: "call" }>): Instruction {
    const { memory } = effectsOfCall(i);
    const args = [...i.args];
    for (const { access, argument, bytes } of this.#model.accessesOf(i)) {
      const pointer = argument === undefined ? undefined : i.args[argument];
      if (access !== "reads" || argument === undefined || pointer === undefined || bytes === undefined) continue;
      if (memory.some((other) => other.argument === argument && other.access !== "reads")) continue;
      const holder = this.#holderOf(pointer, 0, bytes);
      if (holder?.offset === 0) args[argument] = holder.pointer;
    }
    return args.every((arg, at) => arg === i.args[at]) ? i : { ...i, args };
  }

  /** An earlier slot with the contents of these bytes; these become known themselves when there is none. */
  #holderOf(pointer: Value, offset: number, bytes: number): Holder | undefined {
    const origin = this.#originOf(pointer, offset);
    const name = origin === undefined ? undefined : this.#nameOf(origin, bytes);
    if (origin === undefined || name === undefined) return undefined;
    const key = `${bytes} ${name}`;
    const holder = this.#holders.get(key);
    if (holder !== undefined && this.#nameOf(holder.origin, bytes) === name) {
      return holder.origin.base === origin.base ? undefined : holder;
    }
    const slot = this.#model.pointers.placeInSlot(origin);
    if (slot?.offset !== undefined) this.#holders.set(key, { pointer, offset, origin });
    return undefined;
  }

  #originOf(pointer: Value, offset: number): Origin | undefined {
    const origin = this.#model.pointers.originOf(pointer);
    return origin === undefined ? undefined : { base: origin.base, offset: origin.offset + offset };
  }

  #nameOf(origin: Origin, bytes: number): string | undefined {
    const { definitions } = this.#model.pointers;
    return this.#memory.contentName(origin, bytes, (value) => definitions.constantOf(value));
  }
}
