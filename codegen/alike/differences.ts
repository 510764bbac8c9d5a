/** Whether two programs are the same but for constants that are only stored or handed to functions, and for where in the script they stand. */
import type { Span } from "../../grammar/index.js";
import { cell } from "../column.js";
import type { Block, Instruction, IrFunction, IrProgram, Slot, Terminator } from "../ir/ir.js";
import { isImmediate } from "../ir/varying.js";
import { isSameList, isSameStep } from "./same-step.js";
import { operandsOf, terminatorOperandsOf } from "../ir/operands.js";

/** What a program has in the place of what another one has. */
export interface Differences {
  /** By function: its open constants in order; undefined for one that both programs have. */
  readonly numbers: readonly (readonly bigint[] | undefined)[];
  readonly spans: ReadonlyMap<Span, Span>;
}

/** By function and value: constants that may be others in a program that is alike. */
export type OpenConstants = readonly Uint8Array[];

export const openConstantsOf = ({ functions }: IrProgram): OpenConstants => functions.map(openIn);

/** Where a constant decides something, code for another one would be other code. */
function openIn({ blocks, types }: IrFunction): Uint8Array {
  const isOpen = new Uint8Array(types.length).fill(1);
  for (const { instructions, terminator } of blocks) {
    for (const instruction of instructions) {
      if (instruction.op === "store") isOpen[instruction.pointer] = 0;
      else if (instruction.op !== "call-function") for (const operand of operandsOf(instruction)) isOpen[operand] = 0;
    }
    for (const operand of terminatorOperandsOf(terminator)) isOpen[operand] = 0;
  }
  return isOpen;
}

/** Programs with loops are not looked at: they are not what they will be. */
export const isComparable = ({ functions }: IrProgram): boolean =>
  functions.every(({ blocks }) => blocks.every(({ terminator }) => terminator.op !== "loop")) &&
  new Set(functions.map(({ name }) => name)).size === functions.length;

/** Equal for programs that are alike, and seldom for others. */
export function hashOf({ functions }: IrProgram, known: Map<IrFunction, number>): number {
  let hash = functions.length;
  for (const fn of functions) {
    let own = known.get(fn);
    if (own === undefined) known.set(fn, (own = hashOfFunction(fn)));
    hash = mixed(hash, own);
  }
  return hash;
}

function hashOfFunction({ blocks, types, slots }: IrFunction): number {
  let hash = mixed(types.length, slots.length);
  for (const { instructions } of blocks) {
    hash = mixed(hash, instructions.length);
    for (const instruction of instructions) {
      hash = mixed(hash, instruction.op.length);
      if (instruction.op === "map" || instruction.op === "map-value") hash = mixed(hash, instruction.map);
      else if (instruction.op === "call") hash = mixed(hash, instruction.helper.length);
    }
  }
  return hash;
}

const mixed = (hash: number, by: number): number => (Math.imul(hash, 31) + by) | 0;

/** @returns undefined when the programs are not alike */
export function differencesOf(first: IrProgram, open: OpenConstants, other: IrProgram): Differences | undefined {
  if (first.functions.length !== other.functions.length) return undefined;
  const comparison = new Comparison();
  const numbers: (readonly bigint[] | undefined)[] = [];
  for (const [i, fn] of first.functions.entries()) {
    const [isOpen, twin] = [open[i], other.functions[i]];
    if (isOpen === undefined || twin === undefined) return undefined;
    if (fn === twin) {
      numbers.push(undefined);
      continue;
    }
    const own = comparison.function(fn, twin, isOpen);
    if (own === undefined) return undefined;
    numbers.push(own);
  }
  return areInSameOrder(timesOf(first), timesOf(other)) ? { numbers, spans: comparison.spans } : undefined;
}

class Comparison {
  readonly spans = new Map<Span, Span>();
  #twins = new Twins();
  #numbers: bigint[] = [];
  #isOpen: Uint8Array = new Uint8Array(0);
  /** The pair that was met last. */
  #span: Span | undefined;
  #otherSpan: Span | undefined;

  function(a: IrFunction, b: IrFunction, isOpen: Uint8Array): readonly bigint[] | undefined {
    this.#numbers = [];
    this.#isOpen = isOpen;
    this.#twins = new Twins();
    if (!isSameFace(a, b) || a.blocks.length !== b.blocks.length) return undefined;
    for (const [i, block] of a.blocks.entries()) if (!this.#isSameBlock(block, cell(b.blocks, i))) return undefined;
    return this.#numbers;
  }

  #isSameBlock(a: Block, b: Block): boolean {
    const isSame = a.id === b.id && a.instructions.length === b.instructions.length && isSameList(a.params, b.params);
    if (!isSame || !this.#isSameStep(a.terminator, b.terminator)) return false;
    for (const [i, step] of a.instructions.entries())
      if (!this.#isSameStep(step, cell(b.instructions, i))) return false;
    return true;
  }

  #isSameStep(a: Instruction | Terminator, b: Instruction | Terminator): boolean {
    if (!this.#areSameSpans(a.span, b.span)) return false;
    if (a.op !== "const" || b.op !== "const" || this.#isOpen[a.result] === 0) return isSameStep(a, b);
    this.#numbers.push(b.value);
    return a.result === b.result && widthOf(a.value) === widthOf(b.value) && this.#twins.areTwins(a.value, b.value);
  }

  /** What comes from one place comes from one place in the other program, too. */
  #areSameSpans(a: Span | undefined, b: Span | undefined): boolean {
    if (a === this.#span && b === this.#otherSpan) return true;
    if (a === undefined || b === undefined) return a === b;
    this.#span = a;
    this.#otherSpan = b;
    const known = this.spans.get(a);
    if (known === undefined) this.spans.set(a, b);
    return known === undefined || known === b;
  }
}

/** Open constants that are equal in one program are so in the other: what is there already is not written again. */
class Twins {
  readonly #there = new Map<bigint, bigint>();
  readonly #back = new Map<bigint, bigint>();

  areTwins(a: bigint, b: bigint): boolean {
    if (!this.#there.has(a) && !this.#back.has(b)) {
      this.#there.set(a, b);
      this.#back.set(b, a);
    }
    return this.#there.get(a) === b && this.#back.get(b) === a;
  }
}

/** Everything but name and code. */
const isSameFace = (a: IrFunction, b: IrFunction): boolean =>
  a.role === b.role &&
  a.isVerifiedAlone === b.isVerifiedAlone &&
  a.isOptimal === b.isOptimal &&
  isSameList(a.params, b.params) &&
  isSameList(a.types, b.types) &&
  a.slots.length === b.slots.length &&
  a.slots.every((slot, i) => isSameSlot(slot, cell(b.slots, i)));

/** Instructions that make a constant are others for wide ones. */
function widthOf(value: bigint): number {
  if (isImmediate(value)) return 31;
  return value >= 0n && value <= 0xffffffffn ? 32 : 64;
}

function isSameSlot(a: Slot, b: Slot): boolean {
  if (a.bytes !== b.bytes || a.align !== b.align || a.name !== b.name) return false;
  if (a.home === undefined || b.home === undefined) return a.home === b.home;
  return a.home.where === b.home.where && (a.home.lifetime === undefined) === (b.home.lifetime === undefined);
}

/** When memory was asked for and given back. */
const timesOf = ({ functions }: IrProgram): readonly number[] =>
  functions.flatMap(({ slots }) =>
    slots.flatMap(({ home }) =>
      home === undefined ? [] : [home.memory, home.lifetime?.from ?? 0, home.lifetime?.until ?? 0],
    ),
  );

/** Times of a program mean nothing but what was before what. */
function areInSameOrder(a: readonly number[], b: readonly number[]): boolean {
  if (a.length !== b.length) return false;
  const byTime = (times: readonly number[]): readonly number[] =>
    times.map((_, i) => i).sort((i, j) => (times[i] ?? 0) - (times[j] ?? 0) || i - j);
  const [orderA, orderB] = [byTime(a), byTime(b)];
  return orderA.every((at, i) => {
    const before = orderA[i - 1] ?? at;
    return orderB[i] === at && (a[at] === a[before]) === (b[at] === b[before]);
  });
}
