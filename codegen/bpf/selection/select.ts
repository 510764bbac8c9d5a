/** Instruction selection: one IR function to BPF instructions on virtual registers. */
import { InternalError } from "../../internal-error.js";
import { cell } from "../../column.js";
import type { Feature } from "../../facts.js";
import type { Instruction, IrFunction, Opcode, Terminator, Value } from "../../ir/ir.js";
import { flowOf, type Flow, type FlowNode } from "./block-order.js";
import { HELPERS } from "../../kernel/helpers.js";
import { NONE, type MachineBlock, type MachineFunction, type VirtualRegister } from "../machine/machine.js";
import { CALLEE } from "../../kernel/bpf.js";
import { MAY_GOTO_OPCODE } from "../../kernel/opcodes.js";
import { placeMaterials } from "./place-materials.js";
import { selectAlu, selectByteSwap, selectExtend } from "./select-arithmetic.js";
import { selectCompare, simplify, testOf } from "./select-compare.js";
import { selectCopy, selectZero } from "./select-copy.js";
import { selectAtomicAdd, selectAtomicClaim, selectAtomicFetchAdd, selectLoad, selectStore } from "./select-memory.js";
import { Selection } from "./selection.js";

export interface SelectOptions {
  readonly supports: (feature: Feature) => boolean;
}

export function selectFunction(fn: IrFunction, { supports }: SelectOptions): MachineFunction {
  // Of the features that are asked for this is the oldest one that is newer than 6.7.
  const flow = flowOf(fn, { canRotateLoops: () => supports("rotated-loops") });
  const selection = new Selection(fn, flow, supports);
  const blocks = selectBlocks(selection, flow);
  placeMaterials(blocks, flow, selection.materials);
  const needed = (value: Value): VirtualRegister => (selection.isNeeded(value) ? value : NONE);
  return {
    name: fn.name,
    blocks,
    params: fn.params.map(needed),
    registerCount: selection.registerCount,
    materials: selection.materials,
    slots: fn.slots,
  };
}

/** Users before definitions: from the end of the reverse post-order to its start. */
function selectBlocks(s: Selection, flow: Flow): MachineBlock[] {
  const placeOf: number[] = [];
  const blocks: MachineBlock[] = flow.nodes.map((node, place) => {
    if (node.block !== undefined) placeOf[node.block.id] = place;
    const { successors, predecessors, loopDepth, isCold } = node;
    return { params: [], instructions: [], successors, predecessors, loopDepth, isCold };
  });
  const fill = (place: number, node: FlowNode): void => {
    const block = blocks[place];
    if (block === undefined) return;
    selectTerminator(s, flow, node, block);
    for (const instruction of node.block?.instructions.toReversed() ?? []) selectInstruction(s, instruction);
    block.instructions = s.takeBlock();
  };
  // The arguments of a split edge are used where it starts, which is after their definitions.
  flow.nodes.forEach((node, place) => {
    if (node.block === undefined) fill(place, node);
  });
  for (const block of flow.graph.order.toReversed()) {
    const place = cell(placeOf, block.id);
    const node = flow.nodes[place];
    if (node !== undefined) fill(place, node);
  }
  dropDeadParams(s, flow, blocks);
  return blocks;
}

/** Parameters that nothing reads, and those that are mere names of an argument, get no moves. */
function dropDeadParams(s: Selection, flow: Flow, blocks: readonly MachineBlock[]): void {
  flow.nodes.forEach((node, place) => {
    const block = blocks[place];
    if (node.block === undefined || block === undefined || node.block.params.length === 0) return;
    const isKept = node.block.params.map((param) => s.isNeeded(param) && s.facts.resolve(param) === param);
    block.params = node.block.params.filter((_, i) => isKept[i]);
    for (const from of node.predecessors) {
      const jump = blocks[from]?.instructions.at(-1);
      if (jump?.form !== "jump") continue;
      blocks[from]?.instructions.splice(-1, 1, { ...jump, args: jump.args.filter((_, i) => isKept[i]) });
    }
  });
}

// ---------------------------------------------------------------- instructions

type Rules = {
  readonly [O in Opcode]: ((s: Selection, instruction: Extract<Instruction, { op: O }>) => void) | undefined;
};

const RULES: Rules = {
  // Selected where they are used.
  const: undefined,
  varying: undefined,
  "slot-address": undefined,
  map: undefined,
  "map-value": undefined,
  point: undefined,
  function: undefined,
  alu: selectAlu,
  extend: selectExtend,
  "byte-swap": selectByteSwap,
  compare: selectCompare,
  load: selectLoad,
  store: selectStore,
  "atomic-add": selectAtomicAdd,
  "atomic-fetch-add": selectAtomicFetchAdd,
  "atomic-claim": selectAtomicClaim,
  copy: selectCopy,
  zero: selectZero,
  call: (s, { helper, args, result }) => selectCall(s, CALLEE.helper, HELPERS[helper].id, args, result),
  "call-kfunc": (s, { kfunc, btfId, args, result }) => selectCall(s, CALLEE.kfunc, btfId, args, result, kfunc),
  "call-function": (s, { callee, args, result }) => selectCall(s, CALLEE.function, callee, args, result),
};

const HAS_EFFECT: ReadonlySet<Opcode> = new Set<Opcode>([
  "store",
  "atomic-add",
  "atomic-fetch-add",
  "atomic-claim",
  "copy",
  "zero",
  "call",
  "call-kfunc",
  "call-function",
]);

function selectInstruction(s: Selection, instruction: Instruction): void {
  const isWanted = "result" in instruction && s.isNeeded(instruction.result);
  if (!isWanted && !HAS_EFFECT.has(instruction.op)) return;
  const rule = RULES[instruction.op] as ((s: Selection, instruction: Instruction) => void) | undefined;
  if (rule !== undefined) s.select(instruction.span, () => rule(s, instruction));
}

function selectCall(
  s: Selection,
  callee: number,
  imm: number,
  args: readonly Value[],
  result: Value,
  kfunc?: string,
): void {
  s.emitCall(
    callee,
    imm,
    args.map((arg) => s.use(arg)),
    s.isNeeded(result) ? result : NONE,
    kfunc,
  );
}

// ---------------------------------------------------------------- ends of blocks

function selectTerminator(s: Selection, flow: Flow, node: FlowNode, block: MachineBlock): void {
  const terminator = node.block?.terminator;
  s.select(terminator?.span, () => {
    if (terminator === undefined) s.emit("jump", { args: node.args.map((arg) => s.use(arg)) });
    else selectEnd(s, flow, terminator, block);
  });
}

function selectEnd(s: Selection, flow: Flow, terminator: Terminator, block: MachineBlock): void {
  switch (terminator.op) {
    case "jump": {
      // A block that is entered in one way only has no parameters of its own.
      const isOnlyWay = flow.graph.predecessors(terminator.target.block).length === 1;
      s.emit("jump", { args: isOnlyWay ? [] : terminator.target.args.map((arg) => s.use(arg)) });
      break;
    }
    case "branch": {
      const { comparison, isNegated } = simplify(s, terminator);
      if (isNegated) block.successors = block.successors.toReversed();
      s.emit("branch", testOf(s, comparison));
      break;
    }
    case "may-goto":
      s.emit("may-goto", { opcode: MAY_GOTO_OPCODE });
      break;
    case "loop":
      throw new InternalError("select", "a loop that is not settled");
    case "exit":
      s.emit("exit", { args: [s.use(terminator.value)] });
      break;
  }
}
