/**
 * A load gives what is known to be in memory: the value of the last store, of an earlier load, a constant, zero.
 *
 * Not inside a loop that ends by `may-goto`, as far as the value comes from the loop itself: there the lowering keeps counters
 * in memory on purpose, since the verifier would follow every value of a counter in a register.
 */
import { walkDominators } from "../ir/graph.js";
import type { Block, BlockId, Instruction, IrFunction, Value } from "../ir/ir.js";
import { constants } from "../ir/varying.js";
import { dominatorsFor, graphFor, loopsFor } from "./analyses.js";
import { withBlocks } from "./blocks.js";
import { memoryFor } from "./memory-model.js";
import { MemoryState, type Fact } from "./memory-state.js";
import type { Pass, PassContext } from "./pass.js";
import type { Origin, Pointers } from "./pointers.js";
import { Substitution, Values } from "./substitution.js";

export const forwardLoads: Pass = {
  name: "forward-loads",
  run: (fn, cx) => (hasLoads(fn) ? new LoadForwarder(fn, cx).run() : fn),
};

type Load = Extract<Instruction, { op: "load" }>;

const hasLoads = (fn: IrFunction): boolean =>
  fn.blocks.some(({ instructions }) => instructions.some((i) => i.op === "load"));

class LoadForwarder {
  readonly #fn: IrFunction;
  readonly #pointers: Pointers;
  readonly #memory: MemoryState;
  readonly #values: Values;
  readonly #same = new Substitution();
  readonly #constants = new Map<Value, bigint>();
  readonly #isWatched: (id: BlockId, fact: Fact) => boolean;
  #output: Instruction[] = [];

  constructor(fn: IrFunction, cx: PassContext) {
    this.#fn = fn;
    const model = memoryFor(fn, cx.maps);
    this.#pointers = model.pointers;
    this.#memory = new MemoryState(model);
    this.#values = new Values(fn);
    this.#isWatched = watcherOf(fn);
  }

  run(): IrFunction {
    const graph = graphFor(this.#fn);
    const rewritten: (readonly Instruction[] | undefined)[] = [];
    walkDominators(graph, dominatorsFor(this.#fn).children, {
      enter: (id) => {
        this.#memory.open(id);
        rewritten[id] = this.#block(graph.block(id));
      },
      leave: () => this.#memory.close(),
    });
    if (this.#same.isEmpty) return this.#fn;
    const blocks = this.#fn.blocks.map((block) => this.#same.apply(block, rewritten[block.id]));
    return withBlocks(this.#fn, blocks, this.#values.types);
  }

  #block(block: Block): readonly Instruction[] {
    this.#output = [];
    for (const instruction of block.instructions) {
      const known = instruction.op === "load" ? this.#knownValue(instruction, block.id) : undefined;
      if (known !== undefined && instruction.op === "load") {
        this.#same.replace(instruction.result, known);
        continue;
      }
      this.#output.push(instruction);
      this.#memory.apply(instruction, this.#same.resolve);
    }
    return this.#output;
  }

  #knownValue(load: Load, block: BlockId): Value | undefined {
    if (load.isVolatile) return undefined;
    const pointer = this.#pointers.originOf(load.pointer);
    if (pointer === undefined) return undefined;
    const origin: Origin = { base: pointer.base, offset: pointer.offset + load.offset };
    const fact = this.#memory.factAt(origin, load.bytes);
    if (fact !== undefined && this.#isWatched(block, fact)) return undefined;
    if (fact?.content.kind === "value" && fact.offset === origin.offset) return this.#part(load, fact.content.value);
    return this.#knownConstant(load, origin, block);
  }

  /** The bytes of a value as the load would extend them. */
  #part(load: Load, value: Value): Value | undefined {
    // An address that has been read as a number is still one of memory where it is read as such.
    if (this.#values.typeOf(value) !== "int" || this.#values.typeOf(load.result) !== "int") return undefined;
    if (load.bytes === 8) return value;
    const bits = (load.bytes * 8) as 8 | 16 | 32;
    const result = this.#values.add("int");
    this.#output.push({ op: "extend", result, value, bits, isSigned: load.isSigned, span: load.span });
    return result;
  }

  /** All bytes are known, in whatever pieces they were written. */
  #knownConstant(load: Load, origin: Origin, block: BlockId): Value | undefined {
    const constantOf = (value: Value): bigint | undefined =>
      this.#constants.get(value) ?? this.#pointers.definitions.constantOf(value);
    const facts = this.#memory.factsAt(origin, load.bytes);
    if (facts.some((fact) => this.#isWatched(block, fact))) return undefined;
    const constant = this.#loaded(load, origin, constantOf);
    if (constant === undefined) return this.#knownVarying(load, origin, facts);
    const result = this.#values.add("int");
    this.#constants.set(result, constant);
    this.#output.push({ op: "const", result, value: constant, span: load.span });
    return result;
  }

  /** In each of the programs that are compiled as one. */
  #knownVarying(load: Load, origin: Origin, facts: readonly Fact[]): Value | undefined {
    const { definitions } = this.#pointers;
    const varyingOf = (value: Value): readonly bigint[] | undefined => definitions.as(value, "varying")?.values;
    const varying = facts.flatMap(({ content }) => (content.kind === "value" ? [varyingOf(content.value)] : []));
    const values = varying
      .find((some) => some !== undefined)
      ?.map((_, program) =>
        this.#loaded(load, origin, (value) => varyingOf(value)?.[program] ?? definitions.constantOf(value)),
      );
    const known = values?.filter((value) => value !== undefined);
    if (known === undefined || known.length !== values?.length) return undefined;
    const result = this.#values.add("int");
    this.#output.push(constants(result, known, load.span));
    return result;
  }

  #loaded(load: Load, origin: Origin, constantOf: (value: Value) => bigint | undefined): bigint | undefined {
    const bytes = this.#memory.contentName(origin, load.bytes, constantOf);
    if (bytes === undefined || !/^[0-9a-f]*$/.test(bytes)) return undefined;
    const value = littleEndian(bytes);
    return load.isSigned ? BigInt.asIntN(load.bytes * 8, value) : BigInt.asIntN(64, value);
  }
}

const littleEndian = (hex: string): bigint => BigInt(`0x${(hex.match(/../g) ?? ["0"]).reverse().join("")}`);

/** Says whether a fact comes from the loop with `may-goto` that a block is in. */
function watcherOf(fn: IrFunction): (id: BlockId, fact: Fact) => boolean {
  if (fn.blocks.every(({ terminator }) => terminator.op !== "may-goto")) return () => false;
  const graph = graphFor(fn);
  const watched = loopsFor(fn).loops.filter((loop) =>
    [...loop.blocks].some((id) => graph.block(id).terminator.op === "may-goto"),
  );
  return (id, fact) => watched.some((loop) => loop.blocks.has(id) && loop.blocks.has(fact.block));
}
