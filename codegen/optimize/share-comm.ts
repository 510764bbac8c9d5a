/**
 * Asks for the name of the current task once: where memory still holds it, a second `get_current_comm` is a copy. Both buffers
 * must have been zero before, since some kernels (6.1) leave what follows the name as it was.
 */
import { walkDominators } from "../ir/graph.js";
import type { Block, Instruction, IrFunction, Value } from "../ir/ir.js";
import { alignmentOf } from "./alignment.js";
import { dominatorsFor, graphFor } from "./analyses.js";
import { withBlocks } from "./blocks.js";
import { memoryFor } from "./memory-model.js";
import { MemoryState } from "./memory-state.js";
import type { Pass, PassContext } from "./pass.js";
import type { Origin } from "./pointers.js";
import { ScopedMap } from "./scoped-map.js";
import { Substitution } from "./substitution.js";

export const shareComm: Pass = { name: "share-comm", run: (fn, cx) => (countComms(fn) < 2 ? fn : run(fn, cx)) };

type Call = Extract<Instruction, { op: "call" }>;

const isComm = (i: Instruction): i is Call => i.op === "call" && i.helper === "get_current_comm";

const countComms = (fn: IrFunction): number =>
  fn.blocks.reduce((count, block) => count + block.instructions.filter(isComm).length, 0);

/** A call that has filled memory. */
interface Filled {
  readonly pointer: Value;
  readonly origin: Origin;
  readonly bytes: number;
  readonly result: Value;
}

function run(fn: IrFunction, cx: PassContext): IrFunction {
  const graph = graphFor(fn);
  const model = memoryFor(fn, cx.maps);
  const { pointers } = model;
  const memory = new MemoryState(model);
  const filled = new ScopedMap<string, Filled>();
  const same = new Substitution();
  const rewritten: (readonly Instruction[] | undefined)[] = [];
  walkDominators(graph, dominatorsFor(fn).children, {
    enter(id) {
      memory.open(id);
      filled.open();
      rewritten[id] = rewrite(graph.block(id));
    },
    leave() {
      memory.close();
      filled.close();
    },
  });
  if (same.isEmpty) return fn;
  return withBlocks(
    fn,
    fn.blocks.map((block) => same.apply(block, rewritten[block.id])),
  );

  function rewrite(block: Block): readonly Instruction[] {
    return block.instructions.map((i) => {
      const target = isComm(i) ? targetOf(i) : undefined;
      const better = target === undefined ? i : share(i as Call, target);
      memory.apply(better, same.resolve);
      if (target !== undefined) memory.nameContent(target.origin, target.bytes, nameOf(target.bytes));
      return better;
    });
  }

  /** What the call fills; undefined when the bytes after the name may stay unknown. */
  function targetOf(call: Call): Filled | undefined {
    const [pointer, size] = call.args;
    const bytes = size === undefined ? undefined : pointers.definitions.constantOf(size);
    const origin = pointer === undefined ? undefined : pointers.originOf(pointer);
    if (pointer === undefined || bytes === undefined || bytes <= 0n || origin === undefined) return undefined;
    const before = memory.contentName(origin, Number(bytes), () => undefined);
    if (before !== "00".repeat(Number(bytes))) return undefined;
    return { pointer, origin, bytes: Number(bytes), result: call.result };
  }

  /** What takes the place of the call: a copy or itself. */
  function share(call: Call, target: Filled): Instruction {
    const before = filled.get(nameOf(target.bytes));
    if (before === undefined || !holdsComm(before)) {
      filled.set(nameOf(target.bytes), target);
      return call;
    }
    const align = Math.min(alignmentOf(fn, pointers, before.origin), alignmentOf(fn, pointers, target.origin));
    if (align < 4) return call;
    same.replace(call.result, before.result);
    return copy(before, target, align as 4 | 8, call);
  }

  function holdsComm({ origin, bytes }: Filled): boolean {
    return memory.contentName(origin, bytes, () => undefined) === `(${nameOf(bytes)} 0+${bytes})`;
  }
}

const nameOf = (bytes: number): string => `comm ${bytes}`;

const copy = (from: Filled, to: Filled, align: 4 | 8, { span }: Call): Instruction => ({
  op: "copy",
  to: to.pointer,
  toOffset: 0,
  from: from.pointer,
  fromOffset: 0,
  bytes: to.bytes,
  align,
  span,
});
