/** Lowering: typed bodies to IR, with the maps and event schemas that they need. */
import { someNode } from "../../grammar/index.js";
import type { TypedProbe, TypedProgram } from "../analysis/typed-program.js";
import type { KernelFacts } from "../facts.js";
import type { IrProgram } from "../ir/ir.js";
import { isDivergingCall } from "../language/diverging.js";
import { type LoweredHubs, lowerHubs } from "./hubs.js";
import { ModuleState } from "./module.js";
import { type ProbeOptions, ProbeLowering } from "./probe-lowering.js";
import { programName } from "./program-name.js";
import { guard, needsGuard } from "./recursion-guard.js";
import { joinSession } from "./session.js";

export type { LoweredHub } from "./hubs.js";
export type { ModuleState } from "./module.js";
export { spanOfProbe } from "./probe-span.js";

export interface LoweringOptions extends Pick<ProbeOptions, "warnsOfReads"> {
  readonly hasSharedMaps: boolean;
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
  readonly hubs: LoweredHubs;
}

export function lowerProgram(typed: TypedProgram, facts: KernelFacts, options: LoweringOptions): Lowered {
  const module = new ModuleState(typed, facts, !options.hasSharedMaps);
  const isGuarded = needsGuard(typed);
  const scriptExits = typed.probes.some((probe) => callsExit(typed, probe));
  const lowered = typed.probes
    .filter(({ session }) => session?.isReturn !== true)
    .map((probe, i) => {
      const name = programName(probe.called?.name ?? probe.points[0]?.name ?? probe.context.provider, i + 1);
      const probeOptions = {
        ...options,
        scriptExits,
      };
      const lower = (body: TypedProbe, function_: string): Omit<LoweredProgram, "probe" | "name"> => {
        const lowering = new ProbeLowering(typed, body, module, facts, probeOptions, function_);
        return { ir: lowering.lower(), asksForPoint: lowering.asksForPoint };
      };
      const back = typed.probes.find(
        ({ session }) => session?.isReturn === true && session.number === probe.session?.number,
      );
      if (back === undefined && isGuarded && probe.called === undefined) {
        const { ir, asksForPoint } = lower(probe, `${name}_body`);
        return { probe, name, ir: guard(name, ir, probe, module), asksForPoint };
      }
      if (back === undefined) return { probe, name, ...lower(probe, name) };
      const entry = lower(probe, `${name}_entry`);
      const exit = lower(back, `${name}_return`);
      const ir = joinSession(name, { entry: entry.ir, back: exit.ir }, { facts, span: probe.points[0]?.span });
      const whole = isGuarded ? guard(name, ir, probe, module) : ir;
      return { probe, name, ir: whole, asksForPoint: entry.asksForPoint || exit.asksForPoint };
    });
  const programs = askTogether(lowered);
  const hubs = lowerHubs(
    typed.probes.filter(({ called }) => called === undefined),
    module,
  );
  module.finish();
  return { module, programs, hubs };
}

/** What one program wants to be told its whole family is told: some come to it from others. */
function askTogether(programs: readonly LoweredProgram[]): readonly LoweredProgram[] {
  const asking = new Set(programs.flatMap(({ probe, asksForPoint }) => (asksForPoint ? (probe.family ?? []) : [])));
  return programs.map((program) => {
    const { family } = program.probe;
    return family !== undefined && asking.has(family) ? { ...program, asksForPoint: true } : program;
  });
}

/** `exit()` is what ends a firing and is no `return`. */
const callsExit = ({ language }: TypedProgram, { body, predicate }: TypedProbe): boolean =>
  [body, ...(predicate === undefined ? [] : [predicate])].some((part) =>
    someNode(part, (node) => isDivergingCall(language, node)),
  );
