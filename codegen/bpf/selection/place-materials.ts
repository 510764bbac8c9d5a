/**
 * Decides where constants and addresses that must be in a register are put into one: once, in the block that
 * dominates all of these uses, as late as possible, but before loops. Uses that can do with the material itself
 * (arguments, operands that are copied anyway) do not count. If registers are short the allocator makes the material
 * again instead.
 */
import { cell } from "../../column.js";
import type { BlockId } from "../../ir/ir.js";
import type { DominatorTree } from "../../ir/graph.js";
import type { Flow, FlowNode } from "./block-order.js";
import {
  FORMS,
  NONE,
  type MachineBlock,
  type MachineInstruction,
  type Material,
  type VirtualRegister,
} from "../machine/machine.js";
import { definition } from "./selection.js";

/** The block that dominates all register uses, and the first instruction there that needs the register. */
interface Place {
  block: number;
  at: number;
}

export function placeMaterials(
  blocks: readonly MachineBlock[],
  flow: Flow,
  materials: readonly (Material | undefined)[],
): void {
  if (materials.length === 0) return;
  const places = new Map<VirtualRegister, Place>();
  const placeOf: number[] = [];
  flow.nodes.forEach((node, place) => {
    if (node.block !== undefined) placeOf[node.block.id] = place;
  });
  const note = (register: VirtualRegister, block: number, at: number): void => {
    if (register === NONE || materials[register] === undefined) return;
    const known = places.get(register);
    if (known === undefined) places.set(register, { block, at });
    else if (known.block === block) known.at = Math.min(known.at, at);
    else places.set(register, meet(blocks, flow, placeOf, known, { block, at }));
  };
  blocks.forEach((block, place) => {
    block.instructions.forEach((instruction, at) => {
      if (!FORMS[instruction.form].aAnywhere) note(instruction.a, place, at);
      note(instruction.b, place, at);
    });
  });
  for (const [register, place] of places) places.set(register, beforeLoops(blocks, flow, placeOf, place));
  if (places.size > 0) insert(blocks, places);
}

function meet(
  blocks: readonly MachineBlock[],
  flow: Flow,
  placeOf: readonly number[],
  one: Place,
  other: Place,
): Place {
  const tree = flow.dominators();
  const id = common(tree, blockIdOf(flow.nodes, one.block), blockIdOf(flow.nodes, other.block));
  const block = cell(placeOf, id);
  if (block === one.block) return one;
  if (block === other.block) return other;
  return { block, at: cell(blocks, block).instructions.length - 1 };
}

/** The end of the last block on the way to a loop. */
function beforeLoops(blocks: readonly MachineBlock[], flow: Flow, placeOf: readonly number[], place: Place): Place {
  let block = place.block;
  while (cell(blocks, block).loopDepth > 0) {
    const above = flow.dominators().parent(blockIdOf(flow.nodes, block));
    if (above === undefined) break;
    block = cell(placeOf, above);
  }
  return block === place.block ? place : { block, at: cell(blocks, block).instructions.length - 1 };
}

/** Split edges hold nothing but moves, so that materials are never needed in a register there. */
const blockIdOf = (nodes: readonly FlowNode[], place: number): BlockId => nodes[place]?.block?.id ?? (0 as BlockId);

function common(tree: DominatorTree, one: BlockId, other: BlockId): BlockId {
  let id = one;
  while (!tree.dominates(id, other)) id = tree.parent(id) ?? other;
  return id;
}

function insert(blocks: readonly MachineBlock[], places: ReadonlyMap<VirtualRegister, Place>): void {
  const byBlock = new Map<number, { readonly at: number; readonly register: VirtualRegister }[]>();
  for (const [register, { block, at }] of places) {
    const list = byBlock.get(block);
    if (list === undefined) byBlock.set(block, [{ at, register }]);
    else list.push({ at, register });
  }
  for (const [place, list] of byBlock) {
    const block = blocks[place];
    if (block === undefined) continue;
    list.sort((a, b) => a.at - b.at);
    const placed: MachineInstruction[] = [];
    let next = 0;
    block.instructions.forEach((instruction, at) => {
      for (let first = list[next]; first?.at === at; first = list[++next]) placed.push(definition(first.register));
      placed.push(instruction);
    });
    block.instructions = placed;
  }
}
