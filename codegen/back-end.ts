/** Typed programs to instructions: lowering, optimisation, generation. */
import type { TypedProgram } from "./analysis/typed-program.js";
import {
  type FunctionCode,
  generate,
  type GeneratedProgram,
  type GenerateOptions,
  StackOverflowError,
} from "./bpf/index.js";
import type { KernelFacts } from "./facts.js";
import { InternalError } from "./internal-error.js";
import type { IrFunction, IrProgram } from "./ir/ir.js";
import { formatFault, verifyProgram } from "./ir/verify.js";
import { type Lowered, type LoweringOptions, lowerProgram, spanOfProbe } from "./lower/index.js";
import { optimize, type PassTrial } from "./optimize/index.js";
import { MAX_INSTRUCTIONS, ProgramLimitError } from "./program-limits.js";

export interface Built {
  readonly lowered: Lowered;
  /** The optimised form of each program, and its instructions. */
  readonly ir: readonly IrProgram[];
  readonly generated: readonly GeneratedProgram[];
  /** The same of the hubs. */
  readonly hubs: readonly { readonly ir: IrProgram; readonly generated: GeneratedProgram }[];
}

interface BuildOptions extends Omit<LoweringOptions, "withCallbacks" | "sparingStack"> {
  /** Whether our own work is checked: the IR after optimisation, and where allocation put each value. */
  readonly isChecked?: boolean | undefined;
}

/** @throws {@link ProgramLimitError} when no kernel would take a program */
export function build(typed: TypedProgram, facts: KernelFacts, options: BuildOptions, passes: PassTrial = {}): Built {
  const withCallbacks = new Set<number>();
  const sparingStack = new Set<number>();
  for (;;) {
    const attempt = buildOnce(typed, facts, { ...options, withCallbacks, sparingStack }, passes);
    const generated = attempt.generated.flatMap((program) => (program instanceof StackOverflowError ? [] : [program]));
    if (generated.length < attempt.generated.length) {
      spareStack(attempt, sparingStack);
      continue;
    }
    const broken = generated.flatMap((program, i) => (breaksMayGoto(program, facts) ? [i] : []));
    if (broken.length === 0) return { ...attempt, generated };
    for (const i of broken) withCallbacks.add(i);
  }
}

/** Notes the programs that overflow. */
function spareStack({ lowered, generated }: Attempt, sparingStack: Set<number>): void {
  for (const [i, program] of generated.entries()) {
    if (!(program instanceof StackOverflowError)) continue;
    if (sparingStack.has(i)) throw limitError("stack", lowered, i, program);
    sparingStack.add(i);
  }
}

interface Attempt extends Omit<Built, "generated"> {
  readonly generated: readonly (GeneratedProgram | StackOverflowError)[];
}

function buildOnce(
  typed: TypedProgram,
  facts: KernelFacts,
  options: BuildOptions & LoweringOptions,
  passes: PassTrial,
): Attempt {
  const lowered = lowerProgram(typed, facts, options);
  const { module } = lowered;
  const optimized = new Map<IrFunction, IrFunction>();
  const ofModule = { maps: module.maps, opaqueZero: () => module.opaqueZero(), known: optimized, ...passes };
  const ir = lowered.programs.map((p) => optimize(p.ir, ofModule));
  if (options.isChecked === true) ir.forEach(checkIr);
  const supports: GenerateOptions["supports"] = (feature) => facts.supports(feature);
  const { isChecked } = options;
  const how: GenerateOptions = { supports, isChecked, known: new Map<IrFunction, FunctionCode>() };
  const generated = ir.map((program) => generateOrOverflow(program, how));
  const hubs = lowered.hubs.hubs.map((hub) => {
    const optimal = optimize(hub.ir, ofModule);
    return { ir: optimal, generated: generate(optimal, { supports, isChecked }) };
  });
  for (const [i, program] of generated.entries()) {
    if (program instanceof StackOverflowError || program.code.length / INSTRUCTION_BYTES <= MAX_INSTRUCTIONS) continue;
    throw limitError("instructions", lowered, i);
  }
  return { lowered, ir, generated, hubs };
}

function checkIr(program: IrProgram): void {
  const [fault] = verifyProgram(program);
  if (fault !== undefined) throw new InternalError("optimize", formatFault(fault));
}

function generateOrOverflow(program: IrProgram, options: GenerateOptions): GeneratedProgram | StackOverflowError {
  try {
    return generate(program, options);
  } catch (error) {
    if (error instanceof StackOverflowError) return error;
    throw error;
  }
}

const limitError = (
  limit: ProgramLimitError["limit"],
  { programs }: Lowered,
  program: number,
  cause?: unknown,
): ProgramLimitError => {
  const probe = programs[program]?.probe;
  return new ProgramLimitError(limit, probe && spanOfProbe(probe), { cause });
};

const INSTRUCTION_BYTES = 8;

/** Programs that some kernels would run wrong. */
const breaksMayGoto = ({ mayGotoFrameBytes }: GeneratedProgram, facts: KernelFacts): boolean =>
  mayGotoFrameBytes > LARGEST_SHARED_FRAME_BYTES && !facts.supports("may-goto-in-large-frames");

/** kernel/bpf/verifier.c: frames are rounded up to 16, and from BPF_PRIV_STACK_MIN_SIZE (64) on they are private. */
const LARGEST_SHARED_FRAME_BYTES = 48;
