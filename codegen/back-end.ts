/** Typed programs to instructions: lowering, decisions, optimisation, generation. */
import { type Group, isWorseForVarying, joined, Member, membershipsOf } from "./alike/index.js";
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
import type { IrFunction, IrProgram, MapIndex } from "./ir/ir.js";
import { formatFault, verifyProgram } from "./ir/verify.js";
import {
  type Lowered,
  type LoweredProgram,
  type LoweringOptions,
  lowerProgram,
  type ModuleState,
  spanOfProbe,
} from "./lower/index.js";
import { optimize, type OptimizeOptions, type PassTrial } from "./optimize/index.js";
import { MAX_INSTRUCTIONS, MAX_IR_MAPS, ProgramLimitError } from "./program-limits.js";
import { type LoopMeans, placeSlots, type ScratchMap, settleLoops } from "./settle/index.js";

export interface Built {
  readonly lowered: Lowered;
  /** The optimised form of each program, and its instructions. */
  readonly ir: readonly IrProgram[];
  readonly generated: readonly GeneratedProgram[];
  /** The same of the hubs. */
  readonly hubs: readonly { readonly ir: IrProgram; readonly generated: GeneratedProgram }[];
}

interface BuildOptions extends LoweringOptions {
  /** Whether our own work is checked: the IR after optimisation, and where allocation put each value. */
  readonly isChecked?: boolean | undefined;
}

/** @throws {@link ProgramLimitError} when no kernel would take a program */
export function build(typed: TypedProgram, facts: KernelFacts, options: BuildOptions, passes: PassTrial = {}): Built {
  const built = buildOnce(typed, facts, options, passes);
  if (!built.generated.some((program) => breaksMayGoto(program, facts))) return built;
  // What has `may_goto` still is where keys of tables are looked for, as part of a function with a large frame.
  return buildOnce(typed, facts, { ...options, hasSharedMaps: true }, passes);
}

function buildOnce(typed: TypedProgram, facts: KernelFacts, options: BuildOptions, passes: PassTrial): Built {
  const lowered = lowerProgram(typed, facts, options);
  const { module } = lowered;
  const compiler = new ProgramCompiler(module, { facts, onStackLimit: typed.config.onStackLimit, options, passes });
  const programs = compiler.compileAll(lowered.programs);
  const hubs = lowered.hubs.hubs.map(({ ir }) => compiler.finish(ir));
  return { lowered, ir: programs.map(({ ir }) => ir), generated: programs.map(({ generated }) => generated), hubs };
}

interface Compiled {
  readonly ir: IrProgram;
  readonly generated: GeneratedProgram;
}

interface CompilerOptions {
  readonly facts: KernelFacts;
  readonly onStackLimit: number;
  readonly options: BuildOptions;
  readonly passes: PassTrial;
}

/** What a program is compiled with. */
interface Means {
  readonly scratch: ScratchMap;
  readonly optimizing: OptimizeOptions;
}

/** Programs that are alike are not compiled as one. */
class ApartError extends Error {
  override readonly name = "ApartError";
}

/** Scratch memory is that of one program. */
const NO_SCRATCH: ScratchMap = {
  pieces: 1,
  reserve: () => {
    throw new ApartError();
  },
};

/** From lowered programs to instructions. What several programs have is made once. */
class ProgramCompiler {
  readonly #module: ModuleState;
  readonly #options: CompilerOptions;
  readonly #optimizing: OptimizeOptions;
  readonly #generating: GenerateOptions;

  constructor(module: ModuleState, options: CompilerOptions) {
    this.#module = module;
    this.#options = options;
    const opaqueZero = (): MapIndex => module.opaqueZero();
    this.#optimizing = { maps: module.maps, opaqueZero, known: new Map<IrFunction, IrFunction>(), ...options.passes };
    this.#generating = {
      supports: (feature) => options.facts.supports(feature),
      isChecked: options.options.isChecked,
      known: new Map<IrFunction, FunctionCode>(),
    };
  }

  /** Those that differ only in constants are compiled once. */
  compileAll(programs: readonly LoweredProgram[]): readonly Compiled[] {
    const memberships = this.#options.passes.isApart === true ? [] : membershipsOf(programs.map(({ ir }) => ir));
    const shared = new Map<Group, Compiled | "apart">();
    return programs.map((program, i) => {
      const membership = memberships[i];
      if (membership === undefined) return this.#compile(program);
      const { group } = membership;
      const known = shared.get(group) ?? this.#compileJoined(program, group);
      shared.set(group, known);
      if (known === "apart") return this.#compile(program);
      const member = new Member(program.ir, membership);
      return { ir: member.ir(known.ir), generated: member.generated(known.generated) };
    });
  }

  /** "apart": the programs are better, or possible at all, without each other. */
  #compileJoined(first: LoweredProgram, group: Group): Compiled | "apart" {
    const afterRound = (fn: IrFunction): void => {
      if (isWorseForVarying(fn)) throw new ApartError();
    };
    const optimizing = { ...this.#optimizing, afterRound };
    try {
      return this.#compile({ ...first, ir: joined(group) }, { scratch: NO_SCRATCH, optimizing });
    } catch (error) {
      if (error instanceof ApartError || error instanceof ProgramLimitError) return "apart";
      throw error;
    }
  }

  /** Decisions that do not hold are made anew for this program alone. */
  #compile(
    program: LoweredProgram,
    means: Means = { scratch: this.#scratchMap(), optimizing: this.#optimizing },
  ): Compiled {
    const mayHaveTooMany = this.#module.maps.length > MAX_IR_MAPS;
    if (mayHaveTooMany && mapsIn(program.ir).size > MAX_IR_MAPS)
      throw new ProgramLimitError("maps", spanOfProbe(program.probe));
    const { facts } = this.#options;
    const loops = { hasMayGoto: () => facts.supports("may-goto"), hasCallbacks: () => facts.supports("loop") };
    let compiled = this.#fitStack(program, loops, means);
    if (breaksMayGoto(compiled.generated, facts))
      compiled = this.#fitStack(program, { ...loops, hasMayGoto: () => false }, means);
    if (compiled.generated.code.length / INSTRUCTION_BYTES <= MAX_INSTRUCTIONS) return compiled;
    throw new ProgramLimitError("instructions", spanOfProbe(program.probe));
  }

  /** What does not fit the stack is taken from it. */
  #fitStack({ ir, probe }: LoweredProgram, loops: LoopMeans, { scratch, optimizing }: Means): Compiled {
    const settled = settleLoops(ir, loops);
    const placing = { scratch, onStackLimit: this.#options.onStackLimit };
    const compile = (sparesStack: boolean): Compiled =>
      this.finish(placeSlots(settled, { ...placing, sparesStack }), optimizing);
    return unlessOverflow(
      () => compile(false),
      () =>
        unlessOverflow(
          () => compile(true),
          (error) => {
            throw new ProgramLimitError("stack", spanOfProbe(probe), { cause: error });
          },
        ),
    );
  }

  /** Programs whose loops and slots are settled. */
  finish(settled: IrProgram, optimizing = this.#optimizing): Compiled {
    const ir = optimize(settled, optimizing);
    if (this.#options.options.isChecked === true) checkIr(ir);
    return { ir, generated: generate(ir, this.#generating) };
  }

  /** Of one program. */
  #scratchMap(): ScratchMap {
    let map: MapIndex | undefined;
    const pieces = 2 ** Math.ceil(Math.log2(Math.max(1, this.#options.facts.possibleCpus)));
    return {
      pieces,
      reserve: (pieceBytes) => {
        map ??= this.#module.addMap({ name: "scratch", type: "array", keyBytes: 4, valueBytes: 8, maxEntries: 1 });
        this.#module.resize(map, pieceBytes * pieces);
        return map;
      },
    };
  }
}

/** That a program names. */
function mapsIn({ functions }: IrProgram): ReadonlySet<MapIndex> {
  const maps = new Set<MapIndex>();
  for (const { blocks } of functions)
    for (const { instructions } of blocks)
      for (const i of instructions) if (i.op === "map" || i.op === "map-value") maps.add(i.map);
  return maps;
}

function unlessOverflow<T>(run: () => T, otherwise: (error: StackOverflowError) => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof StackOverflowError) return otherwise(error);
    throw error;
  }
}

function checkIr(program: IrProgram): void {
  const [fault] = verifyProgram(program);
  if (fault !== undefined) throw new InternalError("optimize", formatFault(fault));
}

const INSTRUCTION_BYTES = 8;

/** Programs that some kernels would run wrong. */
const breaksMayGoto = ({ mayGotoFrameBytes }: GeneratedProgram, facts: KernelFacts): boolean =>
  mayGotoFrameBytes > LARGEST_SHARED_FRAME_BYTES && !facts.supports("may-goto-in-large-frames");

/** kernel/bpf/verifier.c: frames are rounded up to 16, and from BPF_PRIV_STACK_MIN_SIZE (64) on they are private. */
const LARGEST_SHARED_FRAME_BYTES = 48;
