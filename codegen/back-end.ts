/** Typed programs to instructions: lowering, optimisation, generation. */
import type { TypedProgram } from "./analysis/typed-program.js";
import type { Span } from "../grammar/index.js";
import { generate, type GeneratedProgram, StackOverflowError } from "./bpf/index.js";
import type { KernelFacts } from "./facts.js";
import type { IrProgram } from "./ir/ir.js";
import { type Lowered, type LoweringOptions, lowerProgram } from "./lower/index.js";
import { optimize } from "./optimize/index.js";
import { MAX_INSTRUCTIONS, ProgramLimitError } from "./program-limits.js";

export interface Built {
  readonly lowered: Lowered;
  /** The optimised form of each program, and its instructions. */
  readonly ir: readonly IrProgram[];
  readonly generated: readonly GeneratedProgram[];
}

type BuildOptions = Omit<LoweringOptions, "withCallbacks">;

export function build(typed: TypedProgram, facts: KernelFacts, options: BuildOptions): Built {
  const first = buildOnce(typed, facts, { ...options, withCallbacks: new Set() });
  const broken = first.generated.flatMap((program, i) => (breaksMayGoto(program, facts) ? [i] : []));
  return broken.length === 0 ? first : buildOnce(typed, facts, { ...options, withCallbacks: new Set(broken) });
}

function buildOnce(typed: TypedProgram, facts: KernelFacts, options: LoweringOptions): Built {
  const lowered = lowerProgram(typed, facts, options);
  const ir = lowered.programs.map((p) => optimize(p.ir, { maps: lowered.module.maps }));
  const generated = ir.map((program, i) => generateWithin(program, facts, lowered.programs[i]?.probe.points[0]?.span));
  return { lowered, ir, generated };
}

/** @throws {@link ProgramLimitError} when no kernel would take the program */
function generateWithin(program: IrProgram, facts: KernelFacts, span: Span | undefined): GeneratedProgram {
  const generated = generateOrExplain(program, facts, span);
  if (generated.code.length / INSTRUCTION_BYTES > MAX_INSTRUCTIONS) throw new ProgramLimitError("instructions", span);
  return generated;
}

function generateOrExplain(program: IrProgram, facts: KernelFacts, span: Span | undefined): GeneratedProgram {
  try {
    return generate(program, { supports: (feature) => facts.supports(feature) });
  } catch (error) {
    if (error instanceof StackOverflowError) throw new ProgramLimitError("stack", span, { cause: error });
    throw error;
  }
}

const INSTRUCTION_BYTES = 8;

/**
 * From Linux 6.15 `may_goto` keeps the time in two words below the frame, and finds them from the processor's frame
 * pointer. But a function with a large frame has a stack of its own (6.13): there the loop stops after 65,535 rounds,
 * or goes wrong in worse ways (seen on 6.18 and 7.2). Loops of such programs are callbacks.
 */
function breaksMayGoto({ mayGotoFrameBytes }: GeneratedProgram, { release }: KernelFacts): boolean {
  const { major, minor } = release;
  const hasTimedMayGoto = major > 6 || (major === 6 && minor >= 15);
  return hasTimedMayGoto && mayGotoFrameBytes > LARGEST_SHARED_FRAME_BYTES;
}

/** kernel/bpf/verifier.c: frames are rounded up to 16, and from BPF_PRIV_STACK_MIN_SIZE (64) on they are private. */
const LARGEST_SHARED_FRAME_BYTES = 48;
