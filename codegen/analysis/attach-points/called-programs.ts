/**
 * Programs that others go on to (`prog`). They run where the probes run that they are reached from, so they find the
 * same things there. What tells attach points from each other is the same in all of them.
 */
import { context, type Probe } from "../../../grammar/index.js";
import { planAttaching } from "./attach-plan.js";
import { numberPoints } from "./number-points.js";
import type { ArgumentSite } from "../../language/argument-place.js";
import type { AttachWay } from "../../language/provider.js";
import type { CalledProgram, TailCalls } from "../names/tail-calls.js";
import type { NumberedPoint, TypedProbe } from "../typed-program.js";
import type { ExpansionInput } from "./attach-points.js";

export interface ExpandedBody {
  readonly typed: TypedProbe;
  /** The probe that it is the body of, or one of several. */
  readonly source: Probe;
  /** Bodies with the same key find the same things around them. */
  readonly key: string;
}

/** A body that goes on to others, and to which. */
interface Caller extends ExpandedBody {
  readonly reached: readonly CalledProgram[];
}

/** The same bodies, and those of the programs behind them. */
export function addCalledPrograms(
  bodies: readonly ExpandedBody[],
  tailCalls: TailCalls,
  input: ExpansionInput,
): readonly TypedProbe[] {
  const callers = bodies.flatMap((body): readonly Caller[] => {
    const reached = tailCalls.reachedFrom(body.source);
    return reached.length === 0 ? [] : [{ ...body, reached }];
  });
  for (const program of tailCalls.programs) checkCallers(program, callers, input);
  const joined = new Map<TypedProbe, TypedProbe>();
  const called: TypedProbe[] = [];
  for (const [number, family] of familiesOf(callers).entries()) {
    const members = joinFamily(family, number, input);
    for (const [i, { typed }] of family.entries()) joined.set(typed, members[i] ?? typed);
    for (const program of tailCalls.programs) {
      const own = members.filter((_, i) => family[i]?.reached.includes(program));
      const body = bodyFor(program, own);
      if (body !== undefined) called.push(body);
    }
  }
  const inOrder = tailCalls.programs.flatMap(({ prog }) => called.find((body) => body.called === prog) ?? []);
  return [...bodies.map(({ typed }) => joined.get(typed) ?? typed), ...inOrder];
}

/** All that come to a program have to find the same things there. */
function checkCallers({ prog }: CalledProgram, callers: readonly Caller[], { bag }: ExpansionInput): void {
  const [first, ...others] = callers.filter(({ reached }) => reached.some((program) => program.prog === prog));
  if (first === undefined)
    return bag.warning("program-unreached", prog.nameSpan, { name: prog.name }, { isConsequence: true });
  const other = others.find(({ key }) => key !== first.key);
  const [a, b] = [first.typed.points[0], other?.typed.points[0]];
  if (a === undefined || b === undefined) return;
  const contexts = [a, b].map(({ span, name }) => context("program-reached-here", span, { probe: name }));
  bag.error("program-contexts", prog.nameSpan, { name: prog.name, first: a.name, second: b.name }, { contexts });
}

/** Callers that come to the same programs belong together, and so do those that come to one of theirs … */
function familiesOf(callers: readonly Caller[]): readonly (readonly Caller[])[] {
  let families: Caller[][] = [];
  for (const caller of callers) {
    const isRelated = (family: readonly Caller[]): boolean =>
      family.some(({ reached }) => reached.some((program) => caller.reached.includes(program)));
    const own = families.filter(isRelated);
    families = [...families.filter((family) => !own.includes(family)), [...own.flat(), caller]];
  }
  return families.map((family) => callers.filter((caller) => family.includes(caller)));
}

/** Numbers the points of all together, and has all told in the same way which one it is. */
function joinFamily(family: readonly Caller[], number: number, { facts }: ExpansionInput): readonly TypedProbe[] {
  const points = numberPoints(family.flatMap(({ typed }) => typed.points));
  const ways = family.flatMap(({ typed }) => typed.plan.ways);
  const { tells } = planAttaching(points, ways, facts);
  let sites: readonly ArgumentSite[] | undefined;
  const argumentSites = (): readonly ArgumentSite[] =>
    (sites ??= family.flatMap(({ typed }) => typed.points.flatMap((point) => point.sites?.all() ?? [])));
  let next = 0;
  return family.map(({ typed }) => {
    const start = next;
    next += typed.points.length;
    return {
      ...typed,
      context: { ...typed.context, argumentSites },
      points: points.slice(start, next),
      plan: { ...typed.plan, tells },
      family: number,
    };
  });
}

/** Undefined: nobody of these comes to it. */
function bodyFor({ prog, body: probe }: CalledProgram, callers: readonly TypedProbe[]): TypedProbe | undefined {
  const [first] = callers;
  if (first === undefined) return undefined;
  const points: readonly NumberedPoint[] = callers.flatMap((caller) => caller.points);
  const ways: readonly AttachWay[] = callers.flatMap(({ plan }) => plan.ways);
  return {
    probe,
    predicate: undefined,
    body: probe.body,
    // Who calls has kept out other processes.
    context: {
      ...first.context,
      schedule: {
        runs: "called",
        ...(callers.some(({ context }) => context.schedule.runs === "before") ? { isBefore: true } : {}),
      },
      pidFilter: undefined,
      probeNames: callers.flatMap((caller) => caller.context.probeNames),
    },
    points,
    plan: { ways, tells: first.plan.tells },
    called: prog,
    family: first.family ?? 0,
  };
}
