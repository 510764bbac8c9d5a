/**
 * The stages of language.md 18.3 behind the parser, in their order. A stage that reports errors is the last one.
 */
import type { Expr, Variable } from "../../grammar/index.js";
import { InternalError } from "../internal-error.js";
import type { MapInfo } from "../language/map-info.js";
import { checkAvailability } from "./checks/availability.js";
import { checkCalls, checkLibraryCalls } from "./checks/call-shapes.js";
import { expandCMacros } from "./expansion/expand-c-macros.js";
import { fold } from "./folding/fold.js";
import { infer, type Types } from "./typing/infer.js";
import type { AnalysisInput, ProbeBody } from "./input.js";
import { checkResolved } from "./checks/check-resolved.js";
import { Locks } from "./folding/locks.js";
import { checkMapDeclarations, mapInfos } from "./typing/map-infos.js";
import { collectMaps, type Maps } from "./names/maps.js";
import { checkPinnedIterators } from "./checks/pinned-iterators.js";
import { checkTailCalls } from "./checks/tail-calls.js";
import { checkPlacement } from "./checks/placement.js";
import { hasQueries, resolveQueries } from "./folding/resolve-queries.js";
import { expandOptions, type ScriptOption } from "./expansion/script-options.js";
import { resolveVariables, type Variables } from "./names/scopes.js";
import type { TypedProgram, VariableInfo } from "./typed-program.js";
import { StagedBag } from "./typing/staged-bag.js";
import { BodyTyping, type ProgramTyping } from "./typing/body-typing.js";
import { seenFrom } from "../types/struct-source.js";
import { RULES } from "./typing/rules.js";
import { typeProbe } from "./typing/probe.js";

export type { AnalysisInput, ProbeBody } from "./input.js";
export { checkControlFlow } from "./checks/control-flow.js";
export { expandMacros } from "./expansion/expand-macros.js";
export { checkPrograms } from "./checks/programs.js";
export { checkDeprecated } from "./checks/deprecated.js";
export { checkUnstable } from "./checks/unstable.js";

/** `undefined`: errors were reported. */
export function analyse(input: AnalysisInput): TypedProgram | undefined {
  const { language, bag } = input;
  checkLibraryCalls(input.probes, language, bag);
  if (bag.hasErrors) return undefined;

  checkAvailability(input.probes, input);
  if (bag.hasErrors) return undefined;

  const folded = input.probes.map((probe) => foldProbe(input, probe));
  if (bag.hasErrors) return undefined;

  const withMacros = folded.map((probe) => expandProbe(input, probe));
  if (bag.hasErrors) return undefined;
  const { probes, options } = expandOptions(withMacros, { ...input, maxStrlen: input.config.maxStrlen });
  if (bag.hasErrors) return undefined;
  checkAvailability(
    withMacros.filter((probe, i) => probe !== folded[i]),
    input,
  );
  if (bag.hasErrors) return undefined;

  checkPlacement(probes, language, bag);
  if (bag.hasErrors) return undefined;

  const variables = resolveVariables(probes, bag);
  checkCalls(probes, input);
  checkTailCalls(probes, input);
  checkPinnedIterators(probes, input);
  if (bag.hasErrors) return undefined;

  const maps = collectMaps(input, probes);
  checkMapDeclarations(input.mapDeclarations, maps, bag);
  const resolved = resolveTypes(input, { probes, maps, variables });
  const types: Types = new Map();
  const program = programTyping(input, resolved);
  infer(program, resolved.probes);
  const staged = new StagedBag(bag);
  for (const probe of resolved.probes) typeProbe(BodyTyping.checking(program, probe.context, types, staged), probe);
  const infos = mapInfos({ ...input, bag: staged }, program, resolved.probes, types);
  staged.finish();
  if (!bag.hasErrors) checkResolved(resolved, bag);
  if (bag.hasErrors) return undefined;
  return typedProgram(input, resolved, types, infos, options);
}

function foldProbe(input: AnalysisInput, probe: ProbeBody): ProbeBody {
  const cx = { ...input, structs: seenFrom(input.structs, probe.context.program), context: probe.context };
  return {
    ...probe,
    predicate: probe.predicate === undefined ? undefined : fold<Expr>(cx, probe.predicate),
    body: fold(cx, probe.body),
  };
}

/** C macros may bring literals, which fold with what stands around them. */
function expandProbe(input: AnalysisInput, probe: ProbeBody): ProbeBody {
  const { cMacros } = input;
  if (cMacros === undefined) return probe;
  const predicate = probe.predicate === undefined ? undefined : expandCMacros<Expr>(cMacros, probe.predicate, input);
  const body = expandCMacros(cMacros, probe.body, input);
  const isSame = predicate === probe.predicate && body === probe.body;
  return isSame ? probe : foldProbe(input, { ...probe, predicate, body });
}

interface Resolved {
  readonly probes: readonly ProbeBody[];
  readonly maps: Maps;
  readonly variables: Variables;
}

/**
 * Constants that types decide become literals, and what they decide is decided: `if comptime` loses its dead branch
 * before that branch is typed. Each round may make the types of the next one known.
 */
function resolveTypes(input: AnalysisInput, start: Resolved): Resolved {
  const locks = new Locks();
  let known = start;
  let isForced = false;
  while (known.probes.some((probe) => hasQueries(input.language, probe))) {
    const types: Types = new Map();
    infer(programTyping(input, known), known.probes, types);
    const before = known.probes;
    const after = before.map((probe) => {
      const { language, config, facts } = input;
      const structs = seenFrom(input.structs, probe.context.program);
      const cx = { language, types, names: known, locks, isForced, structs, config, facts, context: probe.context };
      return foldProbe(input, resolveProbe(cx, probe));
    });
    const isSame = after.every((probe, i) => probe.body === before[i]?.body && probe.predicate === before[i].predicate);
    if (isSame && isForced) break;
    isForced = isSame;
    known = {
      probes: after,
      maps: collectMaps(input, after),
      variables: resolveVariables(after, input.bag),
    };
    locks.apply(known);
  }
  return known;
}

const resolveProbe = (cx: Parameters<typeof resolveQueries>[0], probe: ProbeBody): ProbeBody => ({
  ...probe,
  predicate: probe.predicate === undefined ? undefined : resolveQueries<Expr>(cx, probe.predicate),
  body: resolveQueries(cx, probe.body),
});

/** The slots are new: what an earlier round found out counts no more. */
const programTyping = (input: AnalysisInput, { maps, variables }: Resolved): ProgramTyping => ({
  rules: RULES,
  language: input.language,
  words: {
    language: input.language,
    macroNames: input.macroNames,
    structs: input.structs,
    constants: () => input.cMacros?.names() ?? [],
  },
  maps,
  variables,
  config: input.config,
  facts: input.facts,
  structs: input.structs,
  aggregationCopies: new Set(),
});

function typedProgram(
  input: AnalysisInput,
  { probes, variables }: Resolved,
  types: Types,
  maps: readonly MapInfo[],
  options: readonly ScriptOption[],
): TypedProgram {
  const infos = new Map<Variable, VariableInfo>();
  for (const [node, { id, name, span, slot }] of variables) infos.set(node, { id, name, span, type: slot.type });
  const byName = new Map(maps.map((map) => [map.name, map]));
  return {
    language: input.language,
    options,
    probes,
    maps,
    config: input.config,
    structs: input.structs,
    typeOf: (expr) => found(types.get(expr), expr.kind, expr),
    typeIfAny: (expr) => types.get(expr),
    variableOf: (variable) => found(infos.get(variable), variable.name, variable),
    mapNamed: (name) => found(byName.get(name), name, undefined),
  };
}

function found<T>(answer: T | undefined, what: string, node: Expr | undefined): T {
  if (answer === undefined) throw new InternalError("analysis", `nothing is known of ${what}`, node?.span);
  return answer;
}
