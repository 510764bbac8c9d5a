/** Whether two instructions do the same to the same values, wherever they stand in the script. One row for each opcode. */
import type { Instruction, Target, Terminator } from "../ir/ir.js";

type Step = Instruction | Terminator;
type StepOf<O extends Step["op"]> = Extract<Step, { readonly op: O }>;

/** Besides opcode and span. */
export const isSameStep = (a: Step, b: Step): boolean =>
  a.op === b.op && (ROWS[a.op] as (a: Step, b: Step) => boolean)(a, b);

const ROWS: { readonly [O in Step["op"]]: (a: StepOf<O>, b: StepOf<O>) => boolean } = {
  const: (a, b) => a.result === b.result && a.value === b.value,
  varying: (a, b) => a.result === b.result && isSameList(a.values, b.values),
  alu: (a, b) => a.result === b.result && a.alu === b.alu && a.left === b.left && a.right === b.right,
  extend: (a, b) => a.result === b.result && a.value === b.value && a.bits === b.bits && a.isSigned === b.isSigned,
  "byte-swap": (a, b) => a.result === b.result && a.value === b.value && a.bits === b.bits,
  compare: (a, b) => a.result === b.result && a.condition === b.condition && a.left === b.left && a.right === b.right,
  load: (a, b) =>
    a.result === b.result &&
    a.pointer === b.pointer &&
    a.offset === b.offset &&
    a.bytes === b.bytes &&
    a.isSigned === b.isSigned &&
    a.isVolatile === b.isVolatile,
  store: isSameWrite,
  "atomic-add": isSameWrite,
  "atomic-fetch-add": (a, b) => a.result === b.result && isSameWrite(a, b),
  "atomic-claim": (a, b) => a.result === b.result && isSameWrite(a, b),
  copy: (a, b) => isSameFill(a, b) && a.from === b.from && a.fromOffset === b.fromOffset,
  zero: isSameFill,
  "slot-address": (a, b) => a.result === b.result && a.slot === b.slot,
  map: (a, b) => a.result === b.result && a.map === b.map,
  "map-value": (a, b) => a.result === b.result && a.map === b.map && a.offset === b.offset,
  point: (a, b) => a.result === b.result,
  call: (a, b) => a.result === b.result && a.helper === b.helper && isSameList(a.args, b.args),
  "call-kfunc": (a, b) =>
    a.result === b.result && a.kfunc === b.kfunc && a.btfId === b.btfId && isSameList(a.args, b.args),
  "call-function": (a, b) =>
    a.result === b.result && a.callee === b.callee && a.changes === b.changes && isSameList(a.args, b.args),
  function: (a, b) => a.result === b.result && a.callee === b.callee,
  jump: (a, b) => isSameTarget(a.target, b.target),
  branch: (a, b) =>
    a.condition === b.condition &&
    a.left === b.left &&
    a.right === b.right &&
    isSameTarget(a.then, b.then) &&
    isSameTarget(a.otherwise, b.otherwise),
  "may-goto": (a, b) =>
    a.isBlurred === b.isBlurred && isSameTarget(a.next, b.next) && isSameTarget(a.exhausted, b.exhausted),
  loop: (a, b) => a.turns === b.turns && isSameTarget(a.body, b.body) && isSameTarget(a.after, b.after),
  exit: (a, b) => a.value === b.value,
};

type Write = Omit<StepOf<"store">, "op">;

function isSameWrite(a: Write, b: Write): boolean {
  return a.pointer === b.pointer && a.offset === b.offset && a.bytes === b.bytes && a.value === b.value;
}

type Fill = Omit<StepOf<"zero">, "op">;

function isSameFill(a: Fill, b: Fill): boolean {
  return a.to === b.to && a.toOffset === b.toOffset && a.bytes === b.bytes && a.align === b.align;
}

const isSameTarget = (a: Target, b: Target): boolean => a.block === b.block && isSameList(a.args, b.args);

export function isSameList<T>(a: readonly T[], b: readonly T[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
