/** From the IR of one program to its instructions: the stages in order. */
import { cell } from "../column.js";
import type { Feature } from "../facts.js";
import { InternalError } from "../internal-error.js";
import type { IrFunction, IrProgram } from "../ir/ir.js";
import type { Relocation } from "../object.js";
import type { Span } from "../../grammar/index.js";
import { allocate } from "./allocation/allocate.js";
import { callGraphOf } from "./layout/call-graph.js";
import { checkAllocation, emptyNotes } from "./emission/check-allocation.js";
import { assemble, type AssembledFunction } from "./assembly/assemble.js";
import type { FunctionCode } from "./machine/code.js";
import { emitFunction } from "./emission/emit.js";
import { Frame, type HomeRequest, STACK_BYTES } from "./layout/frame.js";
import { livenessOf, type Liveness } from "./allocation/liveness.js";
import { narrowedScalars } from "./allocation/narrowed-scalars.js";
import { selectFunction } from "./selection/select.js";
import { interferenceOf } from "./layout/slot-lifetimes.js";
import { Places } from "./allocation/spills.js";
import { checkStack } from "./layout/stack-depth.js";

export interface GenerateOptions {
  /** What the kernel that will load the program can do. Asked only for what would be used: to find out takes time. */
  readonly supports: (feature: Feature) => boolean;
  /** Functions that several programs have, with their code: grows. */
  readonly known?: Map<IrFunction, FunctionCode>;
  /** Whether each function is checked: see `check-allocation.ts`. */
  readonly isChecked?: boolean | undefined;
}

/** Instructions of one program, as {@link BpfProgram} wants them, and where its functions and source places start. */
export interface GeneratedProgram {
  readonly code: Uint8Array;
  readonly relocations: readonly Relocation[];
  /** Where the code of programs that are compiled as one differs: constants by program. They are zero here. */
  readonly varying: readonly VaryingPlace[];
  /** The entry first; functions that nothing calls are left out. Offsets count 8-byte units. */
  readonly functions: readonly AssembledFunction[];
  readonly lines: readonly { readonly instruction: number; readonly span: Span }[];
  /** Of the functions that have `may_goto`, the largest frame; 0 when there is none. */
  readonly mayGotoFrameBytes: number;
}

export interface VaryingPlace {
  readonly instruction: number;
  readonly values: readonly bigint[];
}

/** @throws {@link StackOverflowError} when a chain of calls needs more stack than there is */
export function generate(program: IrProgram, options: GenerateOptions): GeneratedProgram {
  const graph = callGraphOf(program);
  const functions = graph.reachable.map((index) => generateFunction(index, program, options));
  checkStack(program, graph, functions);
  const {
    code,
    references,
    functions: placed,
    lines,
  } = assemble(functions, { hasLongJumps: () => options.supports("isa-v4") });
  return {
    code,
    relocations: references.flatMap(({ instruction, reference }) =>
      reference.kind === "varying" ? [] : [{ ...reference, instruction }],
    ),
    varying: references.flatMap(({ instruction, reference }) =>
      reference.kind === "varying" ? [{ instruction, values: reference.values }] : [],
    ),
    functions: placed,
    lines,
    mayGotoFrameBytes: Math.max(0, ...functions.filter(hasMayGoto).map(({ frameBytes }) => frameBytes)),
  };
}

/** Of slots in use together: no way of sharing makes these fit. */
const HOPELESS_BYTES = 4 * STACK_BYTES;

const hasMayGoto = ({ blocks }: FunctionCode): boolean => blocks.some(({ end }) => end.kind === "may-goto");

function generateFunction(index: number, program: IrProgram, options: GenerateOptions): FunctionCode {
  const fn = program.functions[index];
  if (fn === undefined) throw new Error(`no function ${index}`);
  const known = options.known?.get(fn);
  if (known !== undefined) return { ...known, index };
  const code = codeOf(fn, index, options);
  if (fn.role === "subprogram") options.known?.set(fn, code);
  return code;
}

function codeOf(fn: IrFunction, index: number, options: GenerateOptions): FunctionCode {
  const live = livenessOf(selectFunction(fn, options));
  const places = new Places(live, allocate(live));
  const frame = new Frame(fn.slots, homesOf(live, places), () => interferenceOf(fn, HOPELESS_BYTES));
  const notes = options.isChecked === true ? emptyNotes() : undefined;
  const code = emitFunction(places, frame, { index, narrowed: narrowedScalars(places, options.supports), notes });
  if (notes !== undefined) {
    const faults = checkAllocation(live.fn, code.blocks, frame, notes);
    if (faults.length > 0) throw new InternalError("allocate", faults.slice(0, MAX_FAULTS).join("\n"));
  }
  return code;
}

const MAX_FAULTS = 10;

/** One for each origin of which a value is read from the stack; alive as long as any of its values. */
export function homesOf(live: Liveness, places: Places): readonly HomeRequest[] {
  const byOrigin = new Map<number, number[]>();
  for (let register = 0; register < live.fn.registerCount; register++) {
    if (!places.hasHome(register)) continue;
    const origin = places.originOf(register);
    const pairs = byOrigin.get(origin) ?? [];
    for (let at = cell(live.firstRange, register); at >= 0; at = cell(live.ranges.next, at)) {
      pairs.push(cell(live.ranges.from, at), cell(live.ranges.to, at));
    }
    byOrigin.set(origin, pairs);
  }
  return [...byOrigin].map(([origin, pairs]) => ({ origin, ranges: sortedPairs(pairs) }));
}

function sortedPairs(pairs: readonly number[]): number[] {
  const starts = pairs.flatMap((_, i) => (i % 2 === 0 ? [i] : [])).sort((a, b) => cell(pairs, a) - cell(pairs, b));
  return starts.flatMap((i) => [cell(pairs, i), cell(pairs, i + 1)]);
}
