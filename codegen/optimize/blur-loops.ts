/**
 * Keeps the verifier from following a loop of `may_goto` turn by turn.
 *
 * What changes in such a loop must not be a number that the verifier knows when a turn starts, be it from before the loop or
 * from a branch on equality in the last turn: as soon as a branch depends on it, each of its values would be another way
 * through the loop. So a zero that the verifier does not know to be one is added where a turn starts:
 *
 *     from before ──▶ blur ──▶ header ◀── blur ◀── all that goes on
 *
 * Of loops that the verifier counts (`counted-loops.ts`) it follows each turn anyway, and must know the counter. There the
 * rest is blurred where its paths are many. Bodies of callbacks have numbers from memory.
 */
import type { Block, BlockId, Instruction, IrFunction, MapIndex, SlotId, Target, Value } from "../ir/ir.js";
import type { Loop } from "../ir/graph.js";
import { mapTargets, operandsOf, successorsOf, terminatorOperandsOf } from "../ir/operands.js";
import { cell } from "../column.js";
import { dominatorsFor, graphFor, loopsFor } from "./analyses.js";
import { withBlocks } from "./blocks.js";
import { CountedLoops, isEndedByKernel, kernelEndsOf } from "./counted-loops.js";
import { Definitions } from "./definitions.js";
import { hasManyPaths } from "./many-paths.js";
import { OpaqueZero } from "./opaque-zero.js";
import type { Pass } from "./pass.js";
import { Values } from "./substitution.js";

export const blurLoops: Pass = {
  name: "blur-loops",
  run(fn, cx) {
    if (cx.opaqueZero === undefined) return fn;
    const { loops } = loopsFor(fn);
    if (loops.length === 0) return fn;
    const counted = loops.every((loop) => isEndedByKernel(fn, loop)) || !hasManyPaths(fn) ? undefined : countersOf(fn);
    const words = new Words(fn);
    const changing = loops.flatMap((loop) => {
      if (isEndedByKernel(fn, loop)) return isBlurred(fn, loop) ? [] : (changesIn(fn, loop, words, NONE) ?? []);
      return counted === undefined ? [] : (changesIn(fn, loop, words, counted) ?? []);
    });
    return changing.length === 0 ? fn : new Blur(fn, cx.opaqueZero()).run(changing);
  },
};

const NONE: ReadonlySet<Value> = new Set();

/** Whoever made the loop has seen to it. */
const isBlurred = (fn: IrFunction, loop: Loop): boolean =>
  kernelEndsOf(fn, loop).every((terminator) => terminator.isBlurred);

/** What the tests of counters are computed from. */
function countersOf(fn: IrFunction): ReadonlySet<Value> {
  const loops = new CountedLoops(fn);
  const definitions = Definitions.of(fn);
  const found = new Set<Value>();
  for (const { id, terminator } of fn.blocks)
    if (terminator.op === "branch" && loops.isTest(id)) found.add(terminator.left);
  for (const value of found) {
    const definition = definitions.of(value);
    if (definition?.op === "alu" || definition?.op === "extend")
      for (const operand of operandsOf(definition)) found.add(operand);
  }
  return found;
}

/** What a loop hands on from turn to turn. */
interface Changes {
  readonly loop: Loop;
  /** Which parameters of the header are numbers. */
  readonly params: readonly number[];
  readonly slots: readonly SlotId[];
}

/** @param known - what the verifier must know */
function changesIn(fn: IrFunction, loop: Loop, words: Words, known: ReadonlySet<Value>): Changes | undefined {
  const header = graphFor(fn).block(loop.header);
  const params = header.params.flatMap((param, at) => (fn.types[param] === "int" && !known.has(param) ? [at] : []));
  const slots = words.handedOnBy(loop);
  return params.length + slots.length === 0 ? undefined : { loop, params, slots };
}

const WORD_BYTES = 8;

/** Slots of a word. */
class Words {
  readonly #fn: IrFunction;
  readonly #slotOf = new Map<Value, SlotId>();
  /** By slot: the blocks that zero or assign it. Before one of these, its place may have what another had there, an address even. */
  readonly #setting = new Map<SlotId, BlockId[]>();

  constructor(fn: IrFunction) {
    this.#fn = fn;
    for (const { instructions } of fn.blocks)
      for (const i of instructions) if (i.op === "slot-address") this.#slotOf.set(i.result, i.slot);
    if (this.#slotOf.size === 0) return;
    for (const { id, instructions } of fn.blocks) {
      for (const i of instructions) {
        const slot = i.op === "zero" ? this.#slotOf.get(i.to) : this.#assignedBy(i);
        if (slot === undefined) continue;
        const blocks = this.#setting.get(slot);
        if (blocks === undefined) this.#setting.set(slot, [id]);
        else blocks.push(id);
      }
    }
  }

  /** Those that the body assigns, and in which a turn may find what the last one has left. */
  handedOnBy(loop: Loop): readonly SlotId[] {
    if (this.#setting.size === 0) return [];
    const graph = graphFor(this.#fn);
    const assigned = new Set<SlotId>();
    for (const id of loop.blocks) {
      for (const i of graph.block(id).instructions) {
        const slot = this.#assignedBy(i);
        if (slot !== undefined) assigned.add(slot);
      }
    }
    return [...assigned].filter((slot) => this.#isSetBefore(slot, loop) && this.#isUsedFirst(slot, loop));
  }

  /** The slot of which an instruction assigns the only word. */
  #assignedBy(i: Instruction): SlotId | undefined {
    if (i.op !== "store" || i.bytes !== WORD_BYTES || i.offset !== 0 || this.#fn.types[i.value] !== "int")
      return undefined;
    const slot = this.#slotOf.get(i.pointer);
    return slot !== undefined && this.#fn.slots[slot]?.bytes === WORD_BYTES ? slot : undefined;
  }

  #isSetBefore(slot: SlotId, loop: Loop): boolean {
    const { dominates } = dominatorsFor(this.#fn);
    return this.#setting.get(slot)?.some((id) => !loop.blocks.has(id) && dominates(id, loop.header)) === true;
  }

  /** Whether a turn may use the slot before it has assigned it. */
  #isUsedFirst(slot: SlotId, loop: Loop): boolean {
    const graph = graphFor(this.#fn);
    const seen = new Set<BlockId>([loop.header]);
    const isIts = (value: Value): boolean => this.#slotOf.get(value) === slot;
    for (const id of seen) {
      const block = graph.block(id);
      const first = block.instructions.find((i) => operandsOf(i).some(isIts));
      if (first !== undefined && this.#assignedBy(first) === slot) continue;
      if (first !== undefined || terminatorOperandsOf(block.terminator).some(isIts)) return true;
      for (const next of successorsOf(block)) if (loop.blocks.has(next)) seen.add(next);
    }
    return false;
  }
}

class Blur {
  readonly #fn: IrFunction;
  readonly #map: MapIndex;
  readonly #values: Values;
  readonly #blocks: Map<BlockId, Block>;
  #nextId: number;

  constructor(fn: IrFunction, opaqueZero: MapIndex) {
    this.#fn = fn;
    this.#map = opaqueZero;
    this.#values = new Values(fn);
    this.#blocks = new Map(fn.blocks.map((block) => [block.id, block]));
    this.#nextId = graphFor(fn).idCount;
  }

  run(all: readonly Changes[]): IrFunction {
    for (const changes of all) {
      const { header, blocks } = changes.loop;
      const from = new Set(graphFor(this.#fn).predecessors(header));
      // What starts as one number must not be known to stay the same as another.
      const own = changes.params.map(() => new OpaqueZero(this.#values));
      this.#between(
        [...from].filter((id) => !blocks.has(id)),
        changes,
        own,
      );
      const common = new OpaqueZero(this.#values);
      this.#between(
        [...from].filter((id) => blocks.has(id)),
        changes,
        changes.params.map(() => common),
      );
    }
    return withBlocks(this.#fn, [...this.#blocks.values()], this.#values.types);
  }

  /** A block on the way from some to the header, where what changes is blurred. */
  #between(from: readonly BlockId[], { loop, params, slots }: Changes, zeros: readonly OpaqueZero[]): void {
    const { params: ofHeader } = graphFor(this.#fn).block(loop.header);
    const id = this.#nextId++ as BlockId;
    const given = ofHeader.map((param) => this.#values.add(this.#values.typeOf(param)));
    const sums = params.map((at, i) => this.#sum(cell(given, at), cell(zeros, i).value));
    const ofSlots = new OpaqueZero(this.#values);
    const args = [...given];
    params.forEach((at, i) => (args[at] = cell(sums, i).result));
    this.#blocks.set(id, {
      id,
      params: given,
      instructions: [
        ...[...new Set(zeros)].flatMap((zero) => zero.instructions(this.#map)),
        ...sums,
        ...(slots.length > 0 ? ofSlots.instructions(this.#map) : []),
        ...slots.flatMap((slot) => this.#blurSlot(slot, ofSlots.value)),
      ],
      terminator: { op: "jump", target: { block: loop.header, args }, span: undefined },
    });
    const redirect = (target: Target): Target => (target.block === loop.header ? { ...target, block: id } : target);
    for (const source of from) {
      const block = this.#blocks.get(source);
      if (block !== undefined)
        this.#blocks.set(source, { ...block, terminator: mapTargets(block.terminator, redirect) });
    }
  }

  #blurSlot(slot: SlotId, zero: Value): readonly Instruction[] {
    const pointer = this.#values.add("frame");
    const before = this.#values.add("int");
    const place = { pointer, offset: 0, bytes: WORD_BYTES, span: undefined } as const;
    const sum = this.#sum(before, zero);
    return [
      { op: "slot-address", result: pointer, slot, span: undefined },
      { op: "load", result: before, isSigned: false, isVolatile: false, ...place },
      sum,
      { op: "store", value: sum.result, ...place },
    ];
  }

  #sum(value: Value, zero: Value): Extract<Instruction, { op: "alu" }> {
    return { op: "alu", alu: "add", result: this.#values.add("int"), left: value, right: zero, span: undefined };
  }
}
