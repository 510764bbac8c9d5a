/**
 * Checks what every pass and the back end rely on. A fault is a bug of ours, never the user's.
 *
 * Shape
 * - A function has blocks; block ids are unique; `blocks[0]` is the entry, without parameters and predecessors.
 * - Every block can be reached, and every target exists and gets one argument for each parameter.
 * - Callees, slots and branch targets that are named exist. A slot has at least one byte.
 *
 * Values
 * - A value is defined once: as parameter of the function, as parameter of a block, or as result of an instruction.
 * - Its definition dominates each of its uses.
 *
 * Types
 * - Only pointers that cannot be null are loaded from and stored to.
 * - A pointer loses its `-or-null` in one way only: as the argument of a target that is taken when a comparison with the
 *   constant 0 (`ne` then, `eq` otherwise) has shown that very value not to be null. So a null check dominates every use.
 * - Pointer arithmetic is pointer plus or minus integer and keeps the pointer's type. All other arithmetic is on integers.
 * - Comparisons are between integers, pointers of one type, or a pointer and an integer.
 * - Arguments are what the helper takes; functions take at most five.
 */
import type { Span } from "../../grammar/index.js";
import { HELPERS, type HelperArg } from "../kernel/helpers.js";
import { dominatorsOf, graphOf, type DominatorTree } from "./graph.js";
import {
  isDereferenceable,
  type Block,
  type BlockId,
  type Instruction,
  type IrFunction,
  type IrProgram,
  type Opcode,
  type Target,
  type Terminator,
  type Value,
  type ValueType,
} from "./ir.js";
import { operandsOf, resultOf, targetsOf, conditionOperandsOf } from "./operands.js";
import { printInstruction, printTerminator } from "./print.js";

/** What is wrong, and where. */
export interface IrFault {
  readonly function: string;
  readonly block: BlockId | undefined;
  /** In its text form. */
  readonly instruction: string | undefined;
  readonly message: string;
  readonly span: Span | undefined;
}

/** All faults; none for a sound program. */
export function verifyProgram(program: IrProgram): readonly IrFault[] {
  return program.functions.flatMap((fn) => verifyFunction(fn, program.functions.length));
}

/** `functionCount` is that of the program; callees are below it. */
export function verifyFunction(fn: IrFunction, functionCount = 1): readonly IrFault[] {
  const check = new Check(fn, functionCount);
  check.shape();
  // Dominance and types mean nothing in a graph that is broken.
  if (check.faults.length === 0) check.values();
  if (check.faults.length === 0) check.types();
  return check.faults;
}

/** `function f, block b1, "exit v0": message`. */
export function formatFault(fault: IrFault): string {
  const block = fault.block === undefined ? "" : `, block b${fault.block}`;
  const instruction = fault.instruction === undefined ? "" : `, "${fault.instruction}"`;
  return `function ${fault.function}${block}${instruction}: ${fault.message}`;
}

type Step = Instruction | Terminator;
interface Place {
  readonly block?: Block;
  readonly step?: Step;
}

class Check {
  readonly faults: IrFault[] = [];
  readonly #fn: IrFunction;
  readonly #functionCount: number;
  /** By value: the constants, for null checks. */
  readonly #constants = new Map<Value, bigint>();

  constructor(fn: IrFunction, functionCount: number) {
    this.#fn = fn;
    this.#functionCount = functionCount;
  }

  // ---- shape

  shape(): void {
    const [entry] = this.#fn.blocks;
    if (entry === undefined) return this.#fault({}, "no blocks");
    if (entry.params.length > 0) this.#fault({ block: entry }, "the entry has parameters");
    if (this.#fn.params.length > 5) this.#fault({}, "more than five parameters");
    for (const slot of this.#fn.slots) if (slot.bytes <= 0) this.#fault({}, `slot "${slot.name}" is empty`);

    const blocks = new Map<BlockId, Block>();
    for (const block of this.#fn.blocks) {
      if (blocks.has(block.id)) this.#fault({ block }, "a second block of this id");
      blocks.set(block.id, block);
    }
    for (const block of this.#fn.blocks) this.#targetsExist(block, entry, blocks);
    if (this.faults.length > 0) return;
    const graph = graphOf(this.#fn);
    for (const block of this.#fn.blocks) if (!graph.isReachable(block.id)) this.#fault({ block }, "cannot be reached");
  }

  #targetsExist(block: Block, entry: Block, blocks: ReadonlyMap<BlockId, Block>): void {
    const place = { block, step: block.terminator };
    for (const { block: id, args } of targetsOf(block.terminator)) {
      const target = blocks.get(id);
      if (target === undefined) this.#fault(place, `there is no block b${id}`);
      else if (target === entry) this.#fault(place, "jumps to the entry");
      else if (target.params.length !== args.length) {
        this.#fault(place, `b${id} has ${target.params.length} parameters, not ${args.length}`);
      }
    }
  }

  // ---- values

  values(): void {
    const defined = this.#definitions();
    if (this.faults.length > 0) return;
    const dominators = dominatorsOf(graphOf(this.#fn));
    for (const block of this.#fn.blocks) this.#usesAreDominated(block, dominators, defined);
  }

  /** Where each value is defined; the function's parameters nowhere. */
  #definitions(): ReadonlyMap<Value, Block | undefined> {
    const defined = new Map<Value, Block | undefined>();
    const define = (value: Value, place: Place): void => {
      if (defined.has(value)) this.#fault(place, `v${value} is defined a second time`);
      if (this.#fn.types[value] === undefined) this.#fault(place, `v${value} has no type`);
      defined.set(value, place.block);
    };
    for (const value of this.#fn.params) define(value, {});
    for (const block of this.#fn.blocks) {
      for (const value of block.params) define(value, { block });
      for (const step of block.instructions) {
        const result = resultOf(step);
        if (result !== undefined) define(result, { block, step });
        if (step.op === "const") this.#constants.set(step.result, step.value);
      }
    }
    return defined;
  }

  #usesAreDominated(block: Block, dominators: DominatorTree, defined: ReadonlyMap<Value, Block | undefined>): void {
    const here = new Set(block.params);
    const use = (value: Value, step: Step): void => {
      if (here.has(value)) return;
      const from = defined.get(value);
      if (!defined.has(value)) this.#fault({ block, step }, `v${value} is not defined`);
      else if (from === block) this.#fault({ block, step }, `v${value} is used before its definition`);
      else if (from !== undefined && !dominators.dominates(from.id, block.id)) {
        this.#fault({ block, step }, `v${value} of b${from.id} does not dominate this use`);
      }
    };
    for (const step of block.instructions) {
      for (const value of operandsOf(step)) use(value, step);
      const result = resultOf(step);
      if (result !== undefined) here.add(result);
    }
    for (const value of conditionOperandsOf(block.terminator)) use(value, block.terminator);
    for (const { args } of targetsOf(block.terminator)) for (const value of args) use(value, block.terminator);
  }

  // ---- types

  types(): void {
    const paramsOf = new Map(this.#fn.blocks.map((block) => [block.id, block.params]));
    for (const block of this.#fn.blocks) {
      for (const step of block.instructions) {
        const message = (TYPE_RULES[step.op] as TypeRule<Instruction>)(step, this.#context);
        if (message !== undefined) this.#fault({ block, step }, message);
      }
      this.#terminatorTypes(block, paramsOf);
    }
  }

  get #context(): TypeContext {
    return {
      typeOf: (value) => this.#typeOf(value),
      isZero: (value) => this.#isZero(value),
      functionCount: this.#functionCount,
      slotCount: this.#fn.slots.length,
    };
  }

  /** A function of our own may look for the entry of a map. */
  #mayReturn(type: ValueType): boolean {
    return type === "int" || (type === "map-value-or-null" && this.#fn.role === "subprogram");
  }

  #terminatorTypes(block: Block, paramsOf: ReadonlyMap<BlockId, readonly Value[]>): void {
    const { terminator } = block;
    const place = { block, step: terminator };
    if (terminator.op === "exit" && !this.#mayReturn(this.#typeOf(terminator.value))) {
      this.#fault(place, "the result of a function is an int");
    }
    if (terminator.op === "branch") {
      const message = comparable(terminator, this.#context);
      if (message !== undefined) this.#fault(place, message);
    }
    for (const target of targetsOf(terminator)) {
      const checked = notNullOn(terminator, target, (value) => this.#isZero(value));
      (paramsOf.get(target.block) ?? []).forEach((param, index) => {
        const arg = target.args[index];
        if (arg !== undefined) this.#argumentFits(place, arg, param, arg === checked);
      });
    }
  }

  #argumentFits(place: Place, arg: Value, param: Value, isKnownNotNull: boolean): void {
    const given = this.#typeOf(arg);
    const wanted = this.#typeOf(param);
    if (given === wanted || NOT_NULL[wanted] === given) return;
    if (NOT_NULL[wanted] !== undefined && this.#isZero(arg)) return;
    if (NOT_NULL[given] === wanted && isKnownNotNull) return;
    const hint = NOT_NULL[given] === wanted ? ", and is not checked here" : "";
    this.#fault(place, `v${arg} is ${given}, v${param} is ${wanted}${hint}`);
  }

  #typeOf(value: Value): ValueType {
    return this.#fn.types[value] ?? "int";
  }

  #isZero(value: Value): boolean {
    return this.#constants.get(value) === 0n;
  }

  #fault({ block, step }: Place, message: string): void {
    this.faults.push({
      function: this.#fn.name,
      block: block?.id,
      instruction: step === undefined ? undefined : this.#print(step),
      message,
      span: step?.span,
    });
  }

  #print(step: Step): string {
    switch (step.op) {
      case "jump":
      case "branch":
      case "may-goto":
      case "loop":
      case "exit":
        return printTerminator(step);
      default:
        return printInstruction(this.#fn, step);
    }
  }
}

/** What a pointer becomes once it is known not to be null. */
export const NOT_NULL: { readonly [T in ValueType]?: ValueType } = {
  "map-value-or-null": "map-value",
  "record-or-null": "record",
  "memory-or-null": "memory",
};

/** The value that a branch has shown not to be null when it goes to this target. */
export function notNullOn(
  terminator: Terminator,
  target: Target,
  isZero: (value: Value) => boolean,
): Value | undefined {
  if (terminator.op !== "branch" || !isZero(terminator.right)) return undefined;
  if (terminator.condition === "ne" && target === terminator.then) return terminator.left;
  if (terminator.condition === "eq" && target === terminator.otherwise) return terminator.left;
  return undefined;
}

// ---------------------------------------------------------------- one rule for each opcode

interface TypeContext {
  readonly typeOf: (value: Value) => ValueType;
  readonly isZero: (value: Value) => boolean;
  readonly functionCount: number;
  readonly slotCount: number;
}
/** What is wrong, if anything. */
type TypeRule<I> = (instruction: I, cx: TypeContext) => string | undefined;

const fine = (): undefined => undefined;

const allInts: TypeRule<Instruction> = (i, cx) => {
  const other = operandsOf(i).find((value) => cx.typeOf(value) !== "int");
  return other === undefined ? undefined : `v${other} is ${cx.typeOf(other)}, not int`;
};

const dereferenceable = (value: Value, cx: TypeContext): string | undefined =>
  isDereferenceable(cx.typeOf(value)) ? undefined : `v${value} is ${cx.typeOf(value)}: it cannot be accessed`;

const access: TypeRule<{ readonly pointer: Value }> = (i, cx) => dereferenceable(i.pointer, cx);

function comparable(
  { left, right }: { readonly left: Value; readonly right: Value },
  cx: TypeContext,
): string | undefined {
  const [a, b] = [cx.typeOf(left), cx.typeOf(right)];
  if (a === b || a === "int" || b === "int" || NOT_NULL[a] === b || NOT_NULL[b] === a) return undefined;
  return `${a} and ${b} cannot be compared`;
}

const calls: TypeRule<{ readonly args: readonly Value[] }> = (i) =>
  i.args.length > 5 ? "more than five arguments" : undefined;

const TYPE_RULES: { readonly [O in Opcode]: TypeRule<Extract<Instruction, { readonly op: O }>> } = {
  const: (i) => (BigInt.asIntN(64, i.value) === i.value ? undefined : "the constant is not a signed 64-bit number"),
  alu: (i, cx) => {
    const [left, right, result] = [cx.typeOf(i.left), cx.typeOf(i.right), cx.typeOf(i.result)];
    if (left === "int" && right === "int") return result === "int" ? undefined : `int arithmetic gives ${result}`;
    const isSum = (i.alu === "add" && (left === "int" || right === "int")) || (i.alu === "sub" && right === "int");
    const pointer = left === "int" ? right : left;
    if (!isSum || !isDereferenceable(pointer)) return `no ${i.alu} of ${left} and ${right}`;
    return result === pointer ? undefined : `arithmetic on ${pointer} gives ${result}`;
  },
  extend: allInts,
  "byte-swap": allInts,
  compare: comparable,
  load: access,
  store: access,
  "atomic-add": access,
  "atomic-fetch-add": access,
  "atomic-claim": access,
  copy: (i, cx) => dereferenceable(i.to, cx) ?? dereferenceable(i.from, cx) ?? extent(i.bytes),
  zero: (i, cx) => dereferenceable(i.to, cx) ?? extent(i.bytes),
  "slot-address": (i, cx) => (i.slot < cx.slotCount ? undefined : `there is no slot s${i.slot}`),
  map: fine,
  "map-value": fine,
  varying: fine,
  point: fine,
  call: (i, cx) => {
    const wanted: readonly HelperArg[] = HELPERS[i.helper].args;
    if (wanted.length !== i.args.length) return `${i.helper} takes ${wanted.length} arguments`;
    const wrong = i.args.find((arg, index) => !isArgument(arg, wanted[index] ?? "int", cx));
    return wrong === undefined ? undefined : `v${wrong} is ${cx.typeOf(wrong)}, ${i.helper} takes ${wanted.join(", ")}`;
  },
  "call-kfunc": calls,
  "call-function": (i, cx) => callee(i, cx) ?? calls(i, cx),
  function: (i, cx) => callee(i, cx),
};

const extent = (bytes: number): string | undefined => (bytes > 0 ? undefined : "no bytes");

const callee = (i: { readonly callee: number }, cx: TypeContext): string | undefined =>
  i.callee < cx.functionCount ? undefined : `there is no function ${i.callee}`;

function isArgument(arg: Value, wanted: HelperArg, cx: TypeContext): boolean {
  const given = cx.typeOf(arg);
  switch (wanted) {
    case "memory":
      return isDereferenceable(given) || cx.isZero(arg);
    case "address":
      return given !== "map" && given !== "function";
    case "int":
    case "map":
    case "context":
    case "function":
      return given === wanted;
  }
}
