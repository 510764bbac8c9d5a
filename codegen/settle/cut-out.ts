/**
 * A loop becomes a callback of `bpf_loop`, which runs once for each turn:
 *
 *     caller:    what the body uses is stored ──▶ bpf_loop ──▶ on, by the way that a turn has taken out
 *     callback:  it is loaded ──▶ body ──▶ 0 to go on, 1 to stop; the way out is noted before
 *
 * Memory that both have is one (`place-slots.ts`).
 */
import type {
  Block,
  BlockId,
  Instruction,
  IrFunction,
  Slot,
  SlotHome,
  SlotId,
  Target,
  Value,
  ValueType,
} from "../ir/ir.js";
import { mapTargets, targetsOf } from "../ir/operands.js";
import { cell } from "../column.js";
import { InternalError } from "../internal-error.js";
import { definedIn, type LoopView, type ScriptLoop, usedIn } from "./loop-region.js";
import type { Memories } from "./memories.js";
import { MadeAgain, makeOutside } from "./made-again.js";
import { renamed, type Rewriting } from "./rewriting.js";

/** include/linux/bpf_verifier.h: BPF_MAX_LOOPS. */
const MAX_TURNS = 8 * 1024 * 1024;

const GO_ON = 0n;
const STOP = 1n;
const WORD_BYTES = 8;

/** What the callback's function needs from the program. */
export interface CutOut {
  readonly name: string;
  /** The number that it gets. */
  readonly callee: number;
  readonly memories: Memories;
}

/** @returns the callback */
export function cutOut(view: LoopView, script: ScriptLoop, to: CutOut, rewriting: Rewriting): IrFunction {
  return new Cut(view, script, to, rewriting).run();
}

/** How a turn leaves the loop. */
type WayOut = { /** Of the callback: takes it. */ readonly block: BlockId } & (
  | { readonly to: "block"; readonly target: Target }
  /** The program ends, with a value that the caller can make itself, or is told. */
  | { readonly to: "exit"; readonly value: Value | "told" }
);

class Cut {
  readonly #view: LoopView;
  readonly #script: ScriptLoop;
  readonly #to: CutOut;
  readonly #caller: Rewriting;
  readonly #region: ReadonlySet<BlockId>;
  readonly #types: ValueType[] = [];
  readonly #slots: Slot[] = [];
  readonly #slotIds = new Map<SlotId, SlotId>();
  readonly #values = new Map<Value, Value>();
  readonly #ids = new Map<BlockId, BlockId>();
  readonly #blocks: Block[] = [];
  #nextId = 0;
  /** From where the next turn starts. */
  #goOnBlock: BlockId | undefined;
  /** By what they are. */
  readonly #ways = new Map<string, WayOut>();
  /** Which way out, and the value with which the program ends. */
  #way: SlotHome | undefined;
  #result: SlotHome | undefined;

  constructor(view: LoopView, script: ScriptLoop, to: CutOut, caller: Rewriting) {
    this.#view = view;
    this.#script = script;
    this.#to = to;
    this.#caller = caller;
    this.#region = view.regionOf(script);
  }

  run(): IrFunction {
    makeOutside(this.#view, this.#region, this.#caller);
    this.#shareSlots();
    const params = [this.#newValue("int"), this.#newValue("frame")];
    const entry = this.#newId();
    const captured = this.#fillEntry(entry, params[1] as Value);
    this.#fillBody();
    this.#fillWaysOut();
    this.#callIt(captured);
    const blocks = this.#blocks.toSorted((a, b) => Number(b.id === entry) - Number(a.id === entry));
    return { name: this.#to.name, role: "callback", params, blocks, slots: this.#slots, types: this.#types };
  }

  // ---- memory

  /** What lies in a frame of its own is not reached from another function. */
  #shareSlots(): void {
    const inside = new Set<SlotId>();
    for (const id of this.#region) for (const slot of this.#view.slotsIn(id)) inside.add(slot);
    for (const slot of inside) {
      const isShared = this.#view.blocksWith(slot).some((id) => !this.#region.has(id));
      if (isShared && this.#caller.slot(slot).home === undefined)
        this.#caller.setHome(slot, this.#to.memories.lasting());
    }
  }

  #slotOf(slot: SlotId): SlotId {
    let own = this.#slotIds.get(slot);
    if (own === undefined) {
      this.#slotIds.set(slot, (own = (this.#slots.push(this.#caller.slot(slot)) - 1) as SlotId));
    }
    return own;
  }

  // ---- values

  #newValue(type: ValueType): Value {
    return (this.#types.push(type) - 1) as Value;
  }

  #newId(): BlockId {
    return this.#nextId++ as BlockId;
  }

  /** Loads what the caller has stored for it, and makes what can be made. @returns what is to be stored, in its order */
  #fillEntry(entry: BlockId, pointer: Value): readonly Value[] {
    const made = new MadeAgain(this.#view, (type) => this.#newValue(type));
    const captured: Value[] = [];
    const loads: Instruction[] = [];
    for (const id of this.#region) {
      for (const value of usedIn(this.#view.graph.block(id))) {
        if (this.#values.has(value) || this.#isDefinedInside(value)) continue;
        if (this.#view.isMadeAgain(value)) {
          this.#values.set(value, made.of(value));
          continue;
        }
        const type = this.#view.fn.types[value] ?? "int";
        const result = this.#newValue(type);
        const place = { pointer, offset: WORD_BYTES * captured.length, bytes: 8, span: undefined } as const;
        loads.push({ op: "load", result, isSigned: false, isVolatile: false, ...place });
        this.#values.set(value, result);
        captured.push(value);
      }
    }
    for (const id of this.#region) {
      for (const value of definedIn(this.#view.graph.block(id)))
        this.#values.set(value, this.#newValue(this.#view.fn.types[value] ?? "int"));
    }
    const toOwnSlot = (i: Instruction): Instruction =>
      i.op === "slot-address" ? { ...i, slot: this.#slotOf(i.slot) } : i;
    const body = this.#targetOf(this.#script.start.body);
    const jump = { op: "jump", target: body, span: this.#script.start.span } as const;
    const instructions = [...loads, ...made.instructions.map(toOwnSlot)];
    this.#blocks.push({ id: entry, params: [], instructions, terminator: jump });
    return captured;
  }

  #isDefinedInside(value: Value): boolean {
    const block = this.#view.definitionOf(value)?.block;
    return block !== undefined && this.#region.has(block);
  }

  #valueOf(value: Value): Value {
    const own = this.#values.get(value);
    if (own === undefined) throw new InternalError("settle", `v${value} is not in ${this.#to.name}`);
    return own;
  }

  // ---- blocks of the callback

  #idOf(id: BlockId): BlockId {
    let own = this.#ids.get(id);
    if (own === undefined) this.#ids.set(id, (own = this.#newId()));
    return own;
  }

  /** @param target - in names of the caller */
  #targetOf({ block, args }: Target): Target {
    if (block === this.#script.loop.header) return { block: this.#goOn(), args: [] };
    if (this.#region.has(block)) return { block: this.#idOf(block), args: args.map((arg) => this.#valueOf(arg)) };
    const key = `b${block}(${args.join()})`;
    return { block: this.#wayOut(key, (id) => ({ to: "block", target: { block, args }, block: id })), args: [] };
  }

  #fillBody(): void {
    for (const id of this.#region) {
      if (id === this.#script.loop.header) continue;
      const block = this.#view.graph.block(id);
      const { terminator } = block;
      const value = (value: Value): Value => this.#valueOf(value);
      const targets = targetsOf(terminator).map((target) => this.#targetOf(target));
      let at = 0;
      const own = renamed({ ...block, terminator: mapTargets(terminator, () => NOWHERE) }, this.#idOf(id), {
        value,
        target: () => targets[at++] ?? NOWHERE,
        slot: (slot) => this.#slotOf(slot),
      });
      this.#blocks.push(terminator.op === "exit" ? this.#end(own, terminator.value) : own);
    }
  }

  #goOn(): BlockId {
    if (this.#goOnBlock === undefined) this.#return((this.#goOnBlock = this.#newId()), GO_ON, []);
    return this.#goOnBlock;
  }

  #return(id: BlockId, value: bigint, before: readonly Instruction[]): void {
    const result = this.#newValue("int");
    const { span } = this.#script.start;
    const instructions: readonly Instruction[] = [...before, { op: "const", result, value, span }];
    this.#blocks.push({ id, params: [], instructions, terminator: { op: "exit", value: result, span } });
  }

  #wayOut(key: string, make: (id: BlockId) => WayOut): BlockId {
    let way = this.#ways.get(key);
    if (way === undefined) this.#ways.set(key, (way = make(this.#newId())));
    return way.block;
  }

  /** The number of turns tells the only way out from the end of all turns, unless it is taken in the last of them. */
  #fillWaysOut(): void {
    const { turns, span } = this.#script.start;
    if (this.#ways.size > (turns === undefined ? 1 : 0)) this.#way = this.#to.memories.lasting();
    let number = 0n;
    for (const { block } of this.#ways.values()) {
      number++;
      if (this.#way === undefined) {
        this.#return(block, STOP, []);
        continue;
      }
      const value = this.#newValue("int");
      const noted = { op: "const", result: value, value: number, span } as const;
      this.#return(block, STOP, [noted, ...this.#store(this.#way, value)]);
    }
  }

  #store(home: SlotHome, value: Value): readonly Instruction[] {
    const pointer = this.#newValue("frame");
    const slot = (this.#slots.push({ ...WORD, home }) - 1) as SlotId;
    const { span } = this.#script.start;
    return [
      { op: "slot-address", result: pointer, slot, span },
      { op: "store", pointer, offset: 0, bytes: 8, value, span },
    ];
  }

  /** @param value - with which the program ends, in names of the caller */
  #end(own: Block, value: Value): Block {
    const isMade = this.#view.isMadeAgain(value) || !this.#isDefinedInside(value);
    const block = this.#wayOut(isMade ? `end v${value}` : "exit", (id) => ({
      to: "exit",
      value: isMade ? value : "told",
      block: id,
    }));
    const told = isMade ? [] : this.#store((this.#result ??= this.#to.memories.lasting()), this.#valueOf(value));
    const { span } = own.terminator;
    return {
      ...own,
      instructions: [...own.instructions, ...told],
      terminator: { op: "jump", target: { block, args: [] }, span },
    };
  }

  // ---- the caller

  #callIt(captured: readonly Value[]): void {
    const { loop, start } = this.#script;
    const { span } = start;
    const caller = this.#caller;
    const instructions: Instruction[] = [];
    const add = (type: ValueType, make: (result: Value) => Instruction): Value => {
      const result = caller.newValue(type);
      instructions.push(make(result));
      return result;
    };
    const int = (value: number): Value => add("int", (result) => ({ op: "const", result, value: BigInt(value), span }));
    const addressOf = (slot: Slot): Value => {
      const id = caller.newSlot(slot);
      return add("frame", (result) => ({ op: "slot-address", result, slot: id, span }));
    };
    const storage =
      captured.length === 0
        ? undefined
        : addressOf({ bytes: WORD_BYTES * captured.length, align: 8, name: "captured" });
    captured.forEach((value, i) => {
      if (storage !== undefined)
        instructions.push({ op: "store", pointer: storage, offset: WORD_BYTES * i, bytes: 8, value, span });
    });
    const way = this.#way === undefined ? undefined : addressOf({ ...WORD, home: this.#way });
    if (way !== undefined) instructions.push({ op: "store", pointer: way, offset: 0, bytes: 8, value: int(0), span });
    const callback = add("function", (result) => ({ op: "function", result, callee: this.#to.callee, span }));
    const args = [int(start.turns ?? MAX_TURNS), callback, storage ?? int(0), int(0)];
    const done = add("int", (result) => ({ op: "call", result, helper: "loop", args, span }));
    const taken = way === undefined ? done : add("int", (result) => ({ ...LOAD, result, pointer: way, span }));
    for (const id of this.#region) if (id !== loop.header) caller.remove(id);
    const ways = [...this.#ways.values()].map((one) => this.#targetOfWay(one));
    const numbers = way === undefined ? [start.turns ?? MAX_TURNS] : [0, ...ways.map((_, i) => i + 1)];
    this.#dispatch({ id: loop.header, params: [], instructions }, taken, [start.after, ...ways], numbers);
  }

  /** Goes on at the target of a number; at the last one without asking. */
  #dispatch(
    from: Omit<Block, "terminator">,
    number: Value,
    targets: readonly Target[],
    numbers: readonly number[],
  ): void {
    const { span } = this.#script.start;
    let block = from;
    for (const [i, target] of targets.entries()) {
      if (i === targets.length - 1) return this.#caller.put({ ...block, terminator: { op: "jump", target, span } });
      const right = this.#caller.newValue("int");
      const next = this.#caller.newId();
      this.#caller.put({
        ...block,
        instructions: [...block.instructions, { op: "const", result: right, value: BigInt(cell(numbers, i)), span }],
        terminator: {
          op: "branch",
          condition: "eq",
          left: number,
          right,
          then: target,
          otherwise: { block: next, args: [] },
          span,
        },
      });
      block = { id: next, params: [], instructions: [] };
    }
  }

  /** A block in which the caller makes what the way out needs. */
  #targetOfWay(way: WayOut): Target {
    const { span } = this.#script.start;
    const made = new MadeAgain(this.#view, (type) => this.#caller.newValue(type));
    const own = (value: Value): Value => (this.#isDefinedInside(value) ? made.of(value) : value);
    const id = this.#caller.newId();
    if (way.to === "block") {
      const target = { ...way.target, args: way.target.args.map(own) };
      if (made.instructions.length === 0) return target;
      this.#caller.put({ id, params: [], instructions: made.instructions, terminator: { op: "jump", target, span } });
    } else if (way.value === "told") {
      const [pointer, value] = [this.#caller.newValue("frame"), this.#caller.newValue("int")];
      const slot = this.#caller.newSlot({ ...WORD, home: this.#result });
      const instructions: readonly Instruction[] = [
        { op: "slot-address", result: pointer, slot, span },
        { ...LOAD, result: value, pointer, span },
      ];
      this.#caller.put({ id, params: [], instructions, terminator: { op: "exit", value, span } });
    } else {
      const value = own(way.value);
      this.#caller.put({ id, params: [], instructions: made.instructions, terminator: { op: "exit", value, span } });
    }
    return { block: id, args: [] };
  }
}

const NOWHERE: Target = { block: 0 as BlockId, args: [] };
const WORD = { bytes: WORD_BYTES, align: 8, name: "way out" } as const;
const LOAD = { op: "load", offset: 0, bytes: 8, isSigned: false, isVolatile: false } as const;
