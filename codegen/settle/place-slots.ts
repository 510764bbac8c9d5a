/**
 * What of a program's memory lies on the stack, and what in scratch: global data with a piece for each CPU.
 *
 *     piece of a CPU:  | what lasts … | temporaries … |
 *
 * In scratch lies what functions share, what is larger than `on_stack_limit` and, in a program that has no room for it on
 * the stack, everything that need not be there. Programs of different kinds can interrupt each other on a CPU, so no two
 * share a piece.
 */
import type {
  Block,
  BlockId,
  Instruction,
  IrFunction,
  IrProgram,
  MapIndex,
  Slot,
  SlotId,
  Value,
  ValueType,
} from "../ir/ir.js";
import { targetsOf } from "../ir/operands.js";
import type { Span } from "../../grammar/index.js";
import { MAX_MEMORY_BYTES, ProgramLimitError } from "../program-limits.js";
import { alignUp } from "../types/layout.js";

/** The memory of one program. */
export interface ScratchMap {
  /** How many pieces there are: a power of two. */
  readonly pieces: number;
  /** The map, with room for pieces of that size. */
  readonly reserve: (pieceBytes: number) => MapIndex;
}

export interface Placing {
  readonly scratch: ScratchMap;
  /** In bytes; larger slots are not on the stack. */
  readonly onStackLimit: number;
  /** The program does not fit the stack otherwise. */
  readonly sparesStack: boolean;
}

/** @throws {@link ProgramLimitError} when a program cannot have so much memory */
export function placeSlots(program: IrProgram, placing: Placing): IrProgram {
  const leaving = leavingOf(program, placing);
  if (leaving.length === 0) return { ...program, functions: program.functions.map(onStack) };
  const { offsets, bytes } = layOut(leaving, placing.scratch.pieces);
  const piece = { map: placing.scratch.reserve(bytes), bytes, pieces: placing.scratch.pieces };
  return { ...program, functions: program.functions.map((fn) => onStack(moveToScratch(fn, offsets, piece))) };
}

/** What is still a slot stays one. */
function onStack(fn: IrFunction): IrFunction {
  if (!fn.slots.some(({ home }) => home !== undefined)) return fn;
  return { ...fn, slots: fn.slots.map(({ bytes, align, name }) => ({ bytes, align, name })) };
}

/** One memory of the program, however many functions have it. */
interface Memory {
  readonly slot: Slot & { readonly home: NonNullable<Slot["home"]> };
  readonly span: Span | undefined;
}

/** As they were made. */
function leavingOf({ functions }: IrProgram, { onStackLimit, sparesStack }: Placing): readonly Memory[] {
  const found = new Map<number, Memory & { readonly fn: IrFunction; isShared: boolean }>();
  for (const fn of functions) {
    if (!fn.slots.some(({ home }) => home !== undefined)) continue;
    for (const { slot: at, span } of addressesIn(fn)) {
      const slot = fn.slots[at];
      if (slot?.home === undefined) continue;
      const known = found.get(slot.home.memory);
      if (known === undefined) {
        found.set(slot.home.memory, { slot: { ...slot, home: slot.home }, span, fn, isShared: false });
      } else if (known.fn !== fn) known.isShared = true;
    }
  }
  return [...found.values()]
    .filter(({ slot, isShared }) => {
      return sparesStack || isShared || slot.home.where === "scratch" || slot.bytes > onStackLimit;
    })
    .sort((a, b) => a.slot.home.memory - b.slot.home.memory);
}

function* addressesIn({ blocks }: IrFunction): Generator<Extract<Instruction, { op: "slot-address" }>> {
  for (const { instructions } of blocks) for (const i of instructions) if (i.op === "slot-address") yield i;
}

/** Offsets in the piece, by memory. */
function layOut(
  memories: readonly Memory[],
  pieces: number,
): { readonly offsets: ReadonlyMap<number, number>; readonly bytes: number } {
  const offsets = new Map<number, number>();
  let lastingBytes = 0;
  let highest = 0;
  /** Of the temporaries that are alive. */
  let alive: { readonly until: number; readonly end: number }[] = [];
  for (const { slot, span } of memories) {
    const { memory, lifetime } = slot.home;
    const bytes = alignUp(slot.bytes, 8);
    if (lifetime === undefined) {
      offsets.set(memory, lastingBytes);
      lastingBytes += bytes;
    } else {
      alive = alive.filter(({ until }) => until > lifetime.from);
      const start = alive.reduce((end, other) => Math.max(end, other.end), 0);
      offsets.set(memory, start);
      alive.push({ until: lifetime.until, end: start + bytes });
      highest = Math.max(highest, start + bytes);
    }
    // The last CPU's piece is the farthest from the start, and a piece may be one value.
    if (Math.max(1, pieces - 1) * (lastingBytes + highest) > MAX_MEMORY_BYTES)
      throw new ProgramLimitError("memory", span);
  }
  for (const { slot } of memories) {
    const { memory, lifetime } = slot.home;
    if (lifetime !== undefined) offsets.set(memory, lastingBytes + (offsets.get(memory) ?? 0));
  }
  return { offsets, bytes: lastingBytes + highest };
}

interface Piece {
  readonly map: MapIndex;
  readonly bytes: number;
  readonly pieces: number;
}

/** @param offsets - by memory */
function moveToScratch(fn: IrFunction, offsets: ReadonlyMap<number, number>, piece: Piece): IrFunction {
  const offsetOf = (slot: SlotId): number | undefined => {
    const home = fn.slots[slot]?.home;
    return home === undefined ? undefined : offsets.get(home.memory);
  };
  if (!fn.slots.some((_, slot) => offsetOf(slot as SlotId) !== undefined)) return fn;
  const types = [...fn.types];
  const newValue = (type: ValueType): Value => (types.push(type) - 1) as Value;
  const start = ownPiece(piece, newValue);
  const moved = new Set<Value>();
  const rewrite = (i: Instruction): readonly Instruction[] => {
    const offset = i.op === "slot-address" ? offsetOf(i.slot) : undefined;
    if (i.op !== "slot-address" || offset === undefined) return [i];
    moved.add(i.result);
    const { result, span } = i;
    const right = newValue("int");
    return [
      { op: "const", result: right, value: BigInt(offset), span },
      { op: "alu", alu: "add", result, left: start.address, right, span },
    ];
  };
  const blocks = fn.blocks.map((block, at): Block => {
    const instructions = block.instructions.flatMap(rewrite);
    return { ...block, instructions: at === 0 ? [...start.instructions, ...instructions] : instructions };
  });
  for (const value of reachedBy(moved, blocks, types)) types[value] = "map-value";
  return { ...fn, blocks, types };
}

/** This CPU's piece. The mask tells the verifier the bound. */
function ownPiece(
  { map, bytes, pieces }: Piece,
  newValue: (type: ValueType) => Value,
): { readonly address: Value; readonly instructions: readonly Instruction[] } {
  const span = undefined;
  const [number, mask, cpu, stride, offset] = [1, 2, 3, 4, 5].map(() => newValue("int")) as [
    Value,
    Value,
    Value,
    Value,
    Value,
  ];
  const first = newValue("map-value");
  const address = newValue("map-value");
  return {
    address,
    instructions: [
      { op: "call", result: number, helper: "get_smp_processor_id", args: [], span },
      { op: "const", result: mask, value: BigInt(pieces - 1), span },
      { op: "alu", alu: "and", result: cpu, left: number, right: mask, span },
      { op: "const", result: stride, value: BigInt(bytes), span },
      { op: "alu", alu: "mul", result: offset, left: cpu, right: stride, span },
      { op: "map-value", result: first, map, offset: 0, span },
      { op: "alu", alu: "add", result: address, left: first, right: offset, span },
    ],
  };
}

/** Pointers, and what is computed from them. */
function reachedBy(pointers: Set<Value>, blocks: readonly Block[], types: readonly ValueType[]): ReadonlySet<Value> {
  const params = new Map<BlockId, readonly Value[]>(blocks.map(({ id, params }) => [id, params]));
  const add = (value: Value | undefined, from: Value): void => {
    if (value !== undefined && pointers.has(from) && types[value] === "frame") pointers.add(value);
  };
  for (let size = -1; size !== pointers.size;) {
    size = pointers.size;
    for (const { instructions, terminator } of blocks) {
      for (const i of instructions) {
        if (i.op !== "alu") continue;
        add(i.result, i.left);
        add(i.result, i.right);
      }
      for (const { block, args } of targetsOf(terminator)) {
        args.forEach((arg, at) => add(params.get(block)?.[at], arg));
      }
    }
  }
  return pointers;
}
