/**
 * What every instruction and terminator uses, defines and does: one row for each opcode, shared by the IR verifier,
 * the optimiser and the register allocator.
 */
import type { Block, BlockId, Instruction, Opcode, Target, Terminator, Value } from "./ir.js";

/**
 * - `constant`: pure and without operands, one or two machine instructions. The optimiser merges these freely and so
 *   makes their live ranges long; the register allocator makes them again where they are used instead of spilling them.
 * - `pure`: the result depends on the operands alone
 * - `read`: reads memory; may be dropped when the result is not used
 * - `write`: writes memory
 * - `call`: the table of helpers, kfuncs or functions knows
 */
export type Effect = "constant" | "pure" | "read" | "write" | "call";

type InstructionOf<O extends Opcode> = Extract<Instruction, { readonly op: O }>;
type Replace = (value: Value) => Value;

interface Row<I> {
  readonly effect: Effect;
  /** In the order in which they are printed. */
  readonly operands: (instruction: I) => readonly Value[];
  /** Itself when nothing changes. */
  readonly replace: (instruction: I, by: Replace) => I;
}

interface Unary {
  readonly value: Value;
}
interface Binary {
  readonly left: Value;
  readonly right: Value;
}
interface Update {
  readonly pointer: Value;
  readonly value: Value;
}
interface Call {
  readonly args: readonly Value[];
}

const NONE: readonly Value[] = [];
const leaf = { effect: "constant", operands: () => NONE, replace: <I>(i: I) => i } as const;
const unary = {
  effect: "pure",
  operands: (i: Unary) => [i.value],
  replace: <I extends Unary>(i: I, by: Replace): I => {
    const value = by(i.value);
    return value === i.value ? i : { ...i, value };
  },
} as const;
const binary = {
  effect: "pure",
  operands: (i: Binary) => [i.left, i.right],
  replace: <I extends Binary>(i: I, by: Replace): I => {
    const left = by(i.left);
    const right = by(i.right);
    return left === i.left && right === i.right ? i : { ...i, left, right };
  },
} as const;
const update = {
  effect: "write",
  operands: (i: Update) => [i.pointer, i.value],
  replace: <I extends Update>(i: I, by: Replace): I => {
    const pointer = by(i.pointer);
    const value = by(i.value);
    return pointer === i.pointer && value === i.value ? i : { ...i, pointer, value };
  },
} as const;
const call = {
  effect: "call",
  operands: (i: Call) => i.args,
  replace: <I extends Call>(i: I, by: Replace): I => {
    const args = mapValues(i.args, by);
    return args === i.args ? i : { ...i, args };
  },
} as const;

const OPCODES: { readonly [O in Opcode]: Row<InstructionOf<O>> } = {
  const: leaf,
  varying: leaf,
  alu: binary,
  extend: unary,
  "byte-swap": unary,
  compare: binary,
  load: {
    effect: "read",
    operands: (i) => [i.pointer],
    replace: (i, by) => {
      const pointer = by(i.pointer);
      return pointer === i.pointer ? i : { ...i, pointer };
    },
  },
  store: update,
  "atomic-add": update,
  "atomic-fetch-add": update,
  "atomic-claim": update,
  copy: {
    effect: "write",
    operands: (i) => [i.to, i.from],
    replace: (i, by) => {
      const to = by(i.to);
      const from = by(i.from);
      return to === i.to && from === i.from ? i : { ...i, to, from };
    },
  },
  zero: {
    effect: "write",
    operands: (i) => [i.to],
    replace: (i, by) => {
      const to = by(i.to);
      return to === i.to ? i : { ...i, to };
    },
  },
  "slot-address": leaf,
  map: leaf,
  "map-value": leaf,
  point: leaf,
  call,
  "call-kfunc": call,
  "call-function": call,
  function: leaf,
};

const rowOf = (instruction: Instruction): Row<Instruction> => OPCODES[instruction.op] as unknown as Row<Instruction>;

/** Operands with repetition, in the order in which they are printed. */
export const operandsOf = (instruction: Instruction): readonly Value[] => rowOf(instruction).operands(instruction);

export const effectOf = (instruction: Instruction): Effect => OPCODES[instruction.op].effect;

/** `undefined` for `store`, `atomic-add`, `copy` and `zero`. */
export const resultOf = (instruction: Instruction): Value | undefined =>
  "result" in instruction ? instruction.result : undefined;

/** The same instruction on other operands; itself when nothing changes. */
export const mapOperands = (instruction: Instruction, by: Replace): Instruction =>
  rowOf(instruction).replace(instruction, by);

/** The same list when nothing changes. */
function mapValues(values: readonly Value[], by: Replace): readonly Value[] {
  for (let at = 0; at < values.length; at++) {
    const value = values[at] as Value;
    if (by(value) !== value) return values.map(by);
  }
  return values;
}

// ---------------------------------------------------------------- terminators

const NO_TARGETS: readonly Target[] = [];

/** One for each edge, in the order in which they are printed. */
export function targetsOf(terminator: Terminator): readonly Target[] {
  switch (terminator.op) {
    case "jump":
      return [terminator.target];
    case "branch":
      return [terminator.then, terminator.otherwise];
    case "may-goto":
      return [terminator.next, terminator.exhausted];
    case "loop":
      return [terminator.body, terminator.after];
    case "exit":
      return NO_TARGETS;
  }
}

const NO_BLOCKS: readonly BlockId[] = [];

/** One for each edge: a block appears twice when both arms of a branch lead to it. */
export function successorsOf({ terminator }: Pick<Block, "terminator">): readonly BlockId[] {
  switch (terminator.op) {
    case "jump":
      return [terminator.target.block];
    case "branch":
      return [terminator.then.block, terminator.otherwise.block];
    case "may-goto":
      return [terminator.next.block, terminator.exhausted.block];
    case "loop":
      return [terminator.body.block, terminator.after.block];
    case "exit":
      return NO_BLOCKS;
  }
}

/** What the terminator itself reads, without the arguments of its targets. */
export function conditionOperandsOf(terminator: Terminator): readonly Value[] {
  switch (terminator.op) {
    case "branch":
      return [terminator.left, terminator.right];
    case "exit":
      return [terminator.value];
    case "jump":
    case "may-goto":
    case "loop":
      return NONE;
  }
}

/** Everything that a terminator uses, the arguments of its targets included. */
export function terminatorOperandsOf(terminator: Terminator): readonly Value[] {
  let used = conditionOperandsOf(terminator);
  for (const { args } of targetsOf(terminator)) if (args.length > 0) used = [...used, ...args];
  return used;
}

/** The same terminator on other operands; itself when nothing changes. */
export function mapTerminatorOperands(terminator: Terminator, by: Replace): Terminator {
  const hasArgs = targetsOf(terminator).some(({ args }) => args.length > 0);
  const mapped = hasArgs ? mapTargets(terminator, (target) => mapArgs(target, by)) : terminator;
  return mapConditionOperands(mapped, by);
}

function mapArgs(target: Target, by: Replace): Target {
  const args = mapValues(target.args, by);
  return args === target.args ? target : { block: target.block, args };
}

/** The same terminator reading other values itself; itself when nothing changes. */
export function mapConditionOperands(terminator: Terminator, by: Replace): Terminator {
  switch (terminator.op) {
    case "branch": {
      const left = by(terminator.left);
      const right = by(terminator.right);
      return left === terminator.left && right === terminator.right ? terminator : { ...terminator, left, right };
    }
    case "exit": {
      const value = by(terminator.value);
      return value === terminator.value ? terminator : { ...terminator, value };
    }
    case "jump":
    case "may-goto":
    case "loop":
      return terminator;
  }
}

/** The same terminator with other targets; itself when nothing changes. */
export function mapTargets(terminator: Terminator, by: (target: Target) => Target): Terminator {
  switch (terminator.op) {
    case "jump": {
      const target = by(terminator.target);
      return target === terminator.target ? terminator : { ...terminator, target };
    }
    case "branch": {
      const then = by(terminator.then);
      const otherwise = by(terminator.otherwise);
      return then === terminator.then && otherwise === terminator.otherwise
        ? terminator
        : { ...terminator, then, otherwise };
    }
    case "may-goto": {
      const next = by(terminator.next);
      const exhausted = by(terminator.exhausted);
      return next === terminator.next && exhausted === terminator.exhausted
        ? terminator
        : { ...terminator, next, exhausted };
    }
    case "loop": {
      const body = by(terminator.body);
      const after = by(terminator.after);
      return body === terminator.body && after === terminator.after ? terminator : { ...terminator, body, after };
    }
    case "exit":
      return terminator;
  }
}
