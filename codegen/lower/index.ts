/** Lowering: typed bodies to IR, with the maps and event schemas that they need. */
import { someNode } from "../../grammar/index.js";
import type { TypedProbe, TypedProgram } from "../analysis/typed-program.js";
import type { KernelFacts } from "../facts.js";
import type { IrProgram } from "../ir/ir.js";
import { isDivergingCall } from "../language/diverging.js";
import { ModuleState } from "./module.js";
import { type ProbeOptions, ProbeLowering } from "./probe-lowering.js";
import { programName } from "./program-name.js";

export interface LoweringOptions extends Pick<ProbeOptions, "warnsOfReads"> {
  /** Programs, by number, whose loops are callbacks even where the kernel has `may_goto`. */
  readonly withCallbacks: ReadonlySet<number>;
  /** Programs, by number, that would not fit the stack. */
  readonly sparingStack: ReadonlySet<number>;
}

export interface LoweredProgram {
  readonly probe: TypedProbe;
  readonly name: string;
  readonly ir: IrProgram;
  /** It does different things on different points. */
  readonly asksForPoint: boolean;
}

export interface Lowered {
  readonly module: ModuleState;
  readonly programs: readonly LoweredProgram[];
}

export function lowerProgram(typed: TypedProgram, facts: KernelFacts, options: LoweringOptions): Lowered {
  const module = new ModuleState(typed);
  const scriptExits = typed.probes.some((probe) => callsExit(typed, probe));
  const programs = typed.probes.map((probe, i) => {
    const name = programName(probe.points[0]?.name ?? probe.context.provider, i + 1);
    const probeOptions = {
      ...options,
      scriptExits,
      hasCallbackLoops: options.withCallbacks.has(i),
      sparesStack: options.sparingStack.has(i),
    };
    const lowering = new ProbeLowering(typed, probe, module, facts, probeOptions, name);
    return { probe, name, ir: lowering.lower(), asksForPoint: lowering.asksForPoint };
  });
  module.finish();
  return { module, programs };
}

/** `exit()` is what ends a firing and is no `return`. */
const callsExit = ({ language }: TypedProgram, { body, predicate }: TypedProbe): boolean =>
  [body, ...(predicate === undefined ? [] : [predicate])].some((part) =>
    someNode(part, (node) => isDivergingCall(language, node)),
  );
