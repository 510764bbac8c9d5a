/**
 * Looks a key up once while the map's entries cannot have changed.
 *
 * Two keys are the same when their bytes are known to be equal, in whatever slots they are. Between two lookups by this program
 * another CPU may have added or removed the entry: then it is as if both lookups had happened at the time of the first, and the
 * memory stays valid until the program ends (RCU). A change of the same map by this program separates them.
 */
import { walkDominators } from "../ir/graph.js";
import type { Block, Instruction, IrFunction } from "../ir/ir.js";
import { dominatorsFor, graphFor } from "./analyses.js";
import { withBlocks } from "./blocks.js";
import { memoryFor } from "./memory-model.js";
import { MemoryState } from "./memory-state.js";
import type { Pass, PassContext } from "./pass.js";
import type { Origin } from "./pointers.js";
import { Substitution } from "./substitution.js";

export const reuseLookups: Pass = {
  name: "reuse-lookups",
  run: (fn, cx) => (countLookups(fn) < 2 ? fn : run(fn, cx)),
};

type Lookup = Extract<Instruction, { op: "call" }>;

const isLookup = (i: Instruction): i is Lookup => i.op === "call" && i.helper === "map_lookup_elem";

const countLookups = (fn: IrFunction): number =>
  fn.blocks.reduce((count, block) => count + block.instructions.filter(isLookup).length, 0);

function run(fn: IrFunction, cx: PassContext): IrFunction {
  const graph = graphFor(fn);
  const model = memoryFor(fn, cx.maps);
  const { pointers } = model;
  const memory = new MemoryState(model);
  const same = new Substitution();
  const kept: (readonly Instruction[] | undefined)[] = [];
  let names = 0;
  walkDominators(graph, dominatorsFor(fn).children, {
    enter(id) {
      memory.open(id);
      kept[id] = keepFirst(graph.block(id));
    },
    leave: () => memory.close(),
  });
  if (same.isEmpty) return fn;
  return withBlocks(
    fn,
    fn.blocks.map((block) => same.apply(block, kept[block.id])),
  );

  function keepFirst(block: Block): readonly Instruction[] {
    return block.instructions.filter((i) => {
      const isKept = !isLookup(i) || !isKnown(i);
      if (isKept) memory.apply(i, same.resolve);
      return isKept;
    });
  }

  /** True when an earlier lookup stands for this one; otherwise this one is remembered. */
  function isKnown(lookup: Lookup): boolean {
    const [mapArg, keyArg] = lookup.args;
    const map = mapArg === undefined ? undefined : pointers.definitions.as(mapArg, "map")?.map;
    const origin = keyArg === undefined ? undefined : pointers.originOf(keyArg);
    const keyBytes = map === undefined ? undefined : cx.maps[map]?.keyBytes;
    if (map === undefined || origin === undefined || keyBytes === undefined) return false;
    const key = keyName(origin, keyBytes);
    const first = memory.lookupOf(map, key);
    if (first !== undefined) same.replace(lookup.result, first);
    else memory.learnLookup(map, key, lookup.result);
    return first !== undefined;
  }

  /** Bytes that are not known get a name, which they keep until they are written. */
  function keyName(origin: Origin, bytes: number): string {
    const constantOf = pointers.definitions.constantOf.bind(pointers.definitions);
    const known = memory.contentName(origin, bytes, constantOf);
    if (known !== undefined) return known;
    const name = `key ${names++}`;
    memory.nameContent(origin, bytes, name);
    return memory.contentName(origin, bytes, constantOf) ?? name;
  }
}
