/** Builds one IR function, instruction by instruction, at a current block. */
import type { Span } from "../../grammar/index.js";
import { HELPERS, type HelperName } from "../kernel/helpers.js";
import type { KfuncName } from "../kernel/kfuncs.js";
import type {
  AccessBytes,
  AluOp,
  Block,
  BlockId,
  Condition,
  FunctionEffect,
  Instruction,
  IrFunction,
  MapIndex,
  Slot,
  SlotHome,
  SlotId,
  Target,
  Terminator,
  Value,
  ValueType,
} from "./ir.js";
import { successorsOf } from "./operands.js";

interface OpenBlock {
  readonly id: BlockId;
  readonly params: Value[];
  readonly instructions: Instruction[];
  terminator: Terminator | undefined;
}

/** What `Omit` does, for each member of a union. */
type Without<U, K extends PropertyKey> = U extends unknown ? Omit<U, K> : never;
type Draft = Without<Extract<Instruction, { result: Value }>, "result" | "span">;
type EffectDraft = Without<Exclude<Instruction, { result: Value }>, "span">;
type TerminatorDraft = Without<Terminator, "span">;

export class Builder {
  readonly params: readonly Value[];
  /** Of the source that is being lowered; goes onto every instruction. */
  span: Span | undefined;
  readonly #name: string;
  readonly #role: IrFunction["role"];
  readonly #types: ValueType[] = [];
  readonly #slots: Slot[] = [];
  readonly #blocks: OpenBlock[] = [];
  #current: OpenBlock;
  #instructionCount = 0;

  constructor(name: string, role: IrFunction["role"], params: readonly ValueType[]) {
    this.#name = name;
    this.#role = role;
    this.params = params.map((type) => this.#value(type));
    this.#current = this.#open([]);
  }

  // ---- blocks

  /** A new block; `switchTo` makes it the current one. */
  block(params: readonly ValueType[] = []): BlockId {
    return this.#open(params).id;
  }

  paramsOf(block: BlockId): readonly Value[] {
    return this.#at(block).params;
  }

  onlyParamOf(block: BlockId): Value {
    return this.#paramAt(block, 0);
  }

  switchTo(block: BlockId): void {
    this.#current = this.#at(block);
  }

  get currentBlock(): BlockId {
    return this.#current.id;
  }

  /** True once the current block has ended: what would follow cannot be reached. */
  get isTerminated(): boolean {
    return this.#current.terminator !== undefined;
  }

  /** So far, in all blocks. */
  get instructionCount(): number {
    return this.#instructionCount;
  }

  jump(block: BlockId, args: readonly Value[] = []): void {
    this.#end({ op: "jump", target: { block, args } });
  }

  branch(condition: Condition, left: Value, right: Value, then: BlockId | Target, otherwise: BlockId | Target): void {
    this.#end({ op: "branch", condition, left, right, then: targetOf(then), otherwise: targetOf(otherwise) });
  }

  mayGoto(next: BlockId, exhausted: BlockId, { isBlurred = false } = {}): void {
    this.#end({ op: "may-goto", next: targetOf(next), exhausted: targetOf(exhausted), isBlurred });
  }

  /** Begins each turn of a loop of so many; undefined: of as many as the kernel allows. */
  loop(body: BlockId, after: BlockId, turns: number | undefined): void {
    this.#end({ op: "loop", body: targetOf(body), after: targetOf(after), turns });
  }

  exit(value: Value): void {
    this.#end({ op: "exit", value });
  }

  /** Runs `then` when the condition holds, `otherwise` when not, and goes on after both. */
  if(condition: Condition, left: Value, right: Value, arms: { then?: () => void; otherwise?: () => void }): void {
    const after = this.block();
    const then = arms.then === undefined ? after : this.block();
    const otherwise = arms.otherwise === undefined ? after : this.block();
    this.branch(condition, left, right, then, otherwise);
    this.#arm(then, after, arms.then);
    this.#arm(otherwise, after, arms.otherwise);
    this.switchTo(after);
  }

  /** One value from either of two arms. */
  choose(
    condition: Condition,
    left: Value,
    right: Value,
    arms: { then: () => Value; otherwise: () => Value },
    type: ValueType = "int",
  ): Value {
    const after = this.block([type]);
    const then = this.block();
    const otherwise = this.block();
    this.branch(condition, left, right, then, otherwise);
    for (const [block, arm] of [[then, arms.then] as const, [otherwise, arms.otherwise] as const]) {
      this.switchTo(block);
      const value = arm();
      if (!this.isTerminated) this.jump(after, [value]);
    }
    this.switchTo(after);
    return this.#paramAt(after, 0);
  }

  /** The arms of a looked-up pointer; `found` gets it with its null removed. */
  ifNotNull(pointer: Value, arms: { found: (entry: Value) => void; missing?: () => void }): void {
    const type = this.typeOf(pointer);
    const checked = NOT_NULL[type];
    if (checked === undefined) throw new Error(`${type} is never null`);
    const after = this.block();
    const found = this.block([checked]);
    const missing = arms.missing === undefined ? after : this.block();
    this.branch("ne", pointer, this.int(0), { block: found, args: [pointer] }, missing);
    this.switchTo(found);
    arms.found(this.#paramAt(found, 0));
    if (!this.isTerminated) this.jump(after);
    this.#arm(missing, after, arms.missing);
    this.switchTo(after);
  }

  // ---- values

  int(value: bigint | number): Value {
    return this.#result("int", { op: "const", value: BigInt.asIntN(64, BigInt(value)) });
  }

  alu(alu: AluOp, left: Value, right: Value): Value {
    return this.#result(this.#pointerOf(left, right), { op: "alu", alu, left, right });
  }

  add(left: Value, right: Value): Value {
    return this.alu("add", left, right);
  }

  extend(value: Value, bits: 8 | 16 | 32, isSigned: boolean): Value {
    return this.#result("int", { op: "extend", value, bits, isSigned });
  }

  byteSwap(value: Value, bits: 16 | 32 | 64): Value {
    return this.#result("int", { op: "byte-swap", value, bits });
  }

  compare(condition: Condition, left: Value, right: Value): Value {
    return this.#result("int", { op: "compare", condition, left, right });
  }

  load(pointer: Value, offset: number, bytes: AccessBytes, isSigned = false): Value {
    return this.#result("int", { op: "load", pointer, offset, bytes, isSigned, isVolatile: false });
  }

  /** A load whose result is unlike any other value, for the optimiser and for the kernel's verifier. */
  loadVolatile(pointer: Value, offset: number, bytes: AccessBytes): Value {
    return this.#result("int", { op: "load", pointer, offset, bytes, isSigned: false, isVolatile: true });
  }

  /** A pointer that was stored whole. */
  loadPointer(type: ValueType, pointer: Value, offset: number): Value {
    return this.#result(type, { op: "load", pointer, offset, bytes: 8, isSigned: false, isVolatile: false });
  }

  store(pointer: Value, offset: number, bytes: AccessBytes, value: Value): void {
    this.#effect({ op: "store", pointer, offset, bytes, value });
  }

  atomicAdd(pointer: Value, offset: number, bytes: 4 | 8, value: Value): void {
    this.#effect({ op: "atomic-add", pointer, offset, bytes, value });
  }

  atomicFetchAdd(pointer: Value, offset: number, bytes: 4 | 8, value: Value): Value {
    return this.#result("int", { op: "atomic-fetch-add", pointer, offset, bytes, value });
  }

  /** @returns 0 if the word was 0, and is `value` now; or what it is */
  atomicClaim(pointer: Value, offset: number, value: Value): Value {
    return this.#result("int", { op: "atomic-claim", pointer, offset, bytes: 8, value });
  }

  copy(to: Value, toOffset: number, from: Value, fromOffset: number, bytes: number, align: AccessBytes = 1): void {
    if (bytes > 0) this.#effect({ op: "copy", to, toOffset, from, fromOffset, bytes, align });
  }

  zero(to: Value, toOffset: number, bytes: number, align: AccessBytes = 1): void {
    if (bytes > 0) this.#effect({ op: "zero", to, toOffset, bytes, align });
  }

  slot(bytes: number, align: AccessBytes, name: string, home?: SlotHome): SlotId {
    this.#slots.push(home === undefined ? { bytes, align, name } : { bytes, align, name, home });
    return (this.#slots.length - 1) as SlotId;
  }

  slotAddress(slot: SlotId): Value {
    return this.#result("frame", { op: "slot-address", slot });
  }

  map(map: MapIndex): Value {
    return this.#result("map", { op: "map", map });
  }

  mapValue(map: MapIndex, offset = 0): Value {
    return this.#result("map-value", { op: "map-value", map, offset });
  }

  point(): Value {
    return this.#result("int", { op: "point" });
  }

  call(helper: HelperName, args: readonly Value[]): Value {
    return this.#result(RESULTS[HELPERS[helper].returns], { op: "call", helper, args });
  }

  callKfunc(
    kfunc: KfuncName,
    btfId: number,
    args: readonly Value[],
    returns: "int" | "memory" | "memory-or-null",
  ): Value {
    return this.#result(returns, { op: "call-kfunc", kfunc, btfId, args });
  }

  callFunction(
    callee: number,
    args: readonly Value[],
    options: { readonly returns?: ValueType; readonly changes?: FunctionEffect } = {},
  ): Value {
    const { returns = "int", changes = "everything" } = options;
    return this.#result(returns, { op: "call-function", callee, args, changes });
  }

  functionReference(callee: number): Value {
    return this.#result("function", { op: "function", callee });
  }

  typeOf(value: Value): ValueType {
    return this.#types[value] ?? "int";
  }

  /** The function as data. Blocks that were never ended and are never reached are dropped. */
  finish(): IrFunction {
    const blocks: Block[] = [];
    for (const block of reachable(this.#blocks)) {
      if (block.terminator === undefined) throw new Error(`block ${block.id} of ${this.#name} does not end`);
      blocks.push({ ...block, terminator: block.terminator });
    }
    return { name: this.#name, role: this.#role, params: this.params, blocks, slots: this.#slots, types: this.#types };
  }

  // ---- inside

  #arm(block: BlockId, after: BlockId, run: (() => void) | undefined): void {
    if (run === undefined) return;
    this.switchTo(block);
    run();
    if (!this.isTerminated) this.jump(after);
  }

  #open(params: readonly ValueType[]): OpenBlock {
    const block: OpenBlock = {
      id: this.#blocks.length as BlockId,
      params: params.map((type) => this.#value(type)),
      instructions: [],
      terminator: undefined,
    };
    this.#blocks.push(block);
    return block;
  }

  #at(id: BlockId): OpenBlock {
    const block = this.#blocks[id];
    if (block === undefined) throw new Error(`no block ${id}`);
    return block;
  }

  #paramAt(block: BlockId, index: number): Value {
    const value = this.#at(block).params[index];
    if (value === undefined) throw new Error(`block ${block} has no parameter ${index}`);
    return value;
  }

  #value(type: ValueType): Value {
    this.#types.push(type);
    return (this.#types.length - 1) as Value;
  }

  #result(type: ValueType, draft: Draft): Value {
    const result = this.#value(type);
    this.#append({ ...draft, result, span: this.span });
    return result;
  }

  #effect(draft: EffectDraft): void {
    this.#append({ ...draft, span: this.span });
  }

  /** What follows the end of a block is unreachable: it goes to a block of its own, which is dropped. */
  #append(instruction: Instruction): void {
    if (this.isTerminated) this.#current = this.#open([]);
    this.#current.instructions.push(instruction);
    this.#instructionCount++;
  }

  #end(draft: TerminatorDraft): void {
    if (this.isTerminated) return;
    this.#current.terminator = { ...draft, span: this.span };
  }

  /** Pointer arithmetic keeps the pointer's tag. */
  #pointerOf(left: Value, right: Value): ValueType {
    const type = this.typeOf(left);
    return type === "int" ? this.typeOf(right) : type;
  }
}

const targetOf = (target: BlockId | Target): Target =>
  typeof target === "number" ? { block: target, args: [] } : target;

const NOT_NULL: Partial<{ readonly [T in ValueType]: ValueType }> = {
  "map-value-or-null": "map-value",
  "record-or-null": "record",
  "memory-or-null": "memory",
};

/** What the verifier makes of a helper's result. */
const RESULTS = {
  u64: "int",
  s64: "int",
  s32: "int",
  "value-or-null": "map-value-or-null",
  "record-or-null": "record-or-null",
  object: "memory",
} as const satisfies { readonly [R in (typeof HELPERS)[HelperName]["returns"]]: ValueType };

/** In order of creation, which is the order of the source. */
function reachable(blocks: readonly OpenBlock[]): readonly OpenBlock[] {
  const seen = new Set<number>([0]);
  const work = [0];
  for (let id = work.pop(); id !== undefined; id = work.pop()) {
    const terminator = blocks[id]?.terminator;
    for (const next of terminator === undefined ? [] : successorsOf({ terminator })) {
      if (!seen.has(next)) {
        seen.add(next);
        work.push(next);
      }
    }
  }
  return blocks.filter((block) => seen.has(block.id));
}
