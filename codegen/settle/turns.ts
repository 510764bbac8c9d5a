/** Loops of a known number of turns: copies of the body, or jumps that the verifier counts. */
import type { BlockId, SlotId, Target, Value } from "../ir/ir.js";
import type { Memories } from "./memories.js";
import type { LoopView, ScriptLoop } from "./loop-region.js";
import { definedIn } from "./loop-region.js";
import { makeOutside } from "./made-again.js";
import { renamed, type Rewriting } from "./rewriting.js";

/** One copy of the body behind the other. Each has its own temporaries: they may come to lie in different functions. */
export function copyTurns(
  view: LoopView,
  script: ScriptLoop,
  {
    turns,
    rewriting,
    memories,
  }: { readonly turns: number; readonly rewriting: Rewriting; readonly memories: Memories },
): void {
  const { loop, start } = script;
  const region = view.regionOf(script);
  const temporaries = temporariesOf(view, region);
  const slotOfCopy = memories.copies(turns);
  makeOutside(view, region, rewriting);
  const blocks = [...region].map((id) => rewriting.block(id));
  const headers = Array.from({ length: turns }, (_, turn) => (turn === 0 ? loop.header : rewriting.newId()));
  for (let turn = 0; turn < turns; turn++) {
    const back = headers[turn + 1] ?? start.after.block;
    const ids = new Map<BlockId, BlockId>();
    const values = new Map<Value, Value>();
    const slots = new Map<SlotId, SlotId>();
    if (turn > 0) {
      for (const slot of temporaries) slots.set(slot, rewriting.newSlot(slotOfCopy(rewriting.slot(slot), turn)));
      for (const block of blocks) {
        ids.set(block.id, block.id === loop.header ? (headers[turn] ?? loop.header) : rewriting.newId());
        for (const value of definedIn(block)) values.set(value, rewriting.newValue(rewriting.typeOf(value)));
      }
    }
    const toBlock = ({ block, args }: Target): Target => ({
      block: block === loop.header ? back : (ids.get(block) ?? block),
      args,
    });
    for (const block of blocks) {
      const id = ids.get(block.id) ?? block.id;
      const copy = renamed(block, id, {
        value: (value) => values.get(value) ?? value,
        target: toBlock,
        slot: (slot) => slots.get(slot) ?? slot,
      });
      const jump = { op: "jump", target: toBlock(start.body), span: start.span } as const;
      rewriting.put(block.id === loop.header ? { ...copy, terminator: jump } : copy);
    }
  }
}

/** Slots that nothing but one turn uses. What the script has named may hold what an earlier turn has left. */
function temporariesOf({ fn }: LoopView, region: ReadonlySet<BlockId>): readonly SlotId[] {
  const inside = new Set<SlotId>();
  const outside = new Set<SlotId>();
  for (const { id, instructions } of fn.blocks)
    for (const i of instructions) if (i.op === "slot-address") (region.has(id) ? inside : outside).add(i.slot);
  return [...inside].filter((slot) => {
    const home = fn.slots[slot]?.home;
    return !outside.has(slot) && (home === undefined || home.lifetime !== undefined);
  });
}

/** A counter that the loop hands on from turn to turn. */
export function countTurns({ graph }: LoopView, { loop }: ScriptLoop, turns: number, rewriting: Rewriting): void {
  const { header } = loop;
  // Others may have been changed already, to which it leads.
  const { terminator: start } = rewriting.block(header);
  if (start.op !== "loop") throw new RangeError(`no loop starts at b${header}`);
  const { span } = start;
  const [first, counter, limit, one, next] = [1, 2, 3, 4, 5].map(() => rewriting.newValue("int")) as [
    Value,
    Value,
    Value,
    Value,
    Value,
  ];
  const begin = rewriting.newId();
  const goOn = rewriting.newId();
  for (const from of new Set(graph.predecessors(header))) {
    const by = loop.blocks.has(from) ? goOn : begin;
    rewriting.redirect(from, (target) => (target.block === header ? { ...target, block: by } : target));
  }
  const toHeader = (value: Value) => ({ op: "jump", target: { block: header, args: [value] }, span }) as const;
  rewriting.put({
    id: begin,
    params: [],
    instructions: [{ op: "const", result: first, value: 0n, span }],
    terminator: toHeader(first),
  });
  rewriting.put({
    id: goOn,
    params: [],
    instructions: [
      { op: "const", result: one, value: 1n, span },
      { op: "alu", alu: "add", result: next, left: counter, right: one, span },
    ],
    terminator: toHeader(next),
  });
  rewriting.put({
    id: header,
    params: [counter],
    instructions: [{ op: "const", result: limit, value: BigInt(turns), span }],
    terminator: {
      op: "branch",
      condition: "ult",
      left: counter,
      right: limit,
      then: start.body,
      otherwise: start.after,
      span,
    },
  });
}
