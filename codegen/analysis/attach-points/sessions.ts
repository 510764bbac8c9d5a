/**
 * Pairs of bodies for the same functions, one where they are entered and one where they return: where the kernel has it,
 * one program and one link do for both (probes-and-cli.md 3.1).
 */
import { someNode } from "../../../grammar/index.js";
import { isReturnKfunc } from "../../btf/index.js";
import type { KernelFacts } from "../../facts.js";
import type { Language } from "../../language/language.js";
import type { Session } from "../../language/provider.js";
import { arrayOfTailCall } from "../../language/tail-call.js";
import type { TypedProbe } from "../typed-program.js";
import { planSession } from "./attach-plan.js";

interface Half {
  readonly probe: TypedProbe;
  readonly session: Session<unknown>;
  /** Of all its functions. */
  readonly key: string;
}

/** The same bodies, with those that found each other marked. */
export function pairSessions(
  probes: readonly TypedProbe[],
  { language, facts }: { readonly language: Language; readonly facts: KernelFacts },
): readonly TypedProbe[] {
  const halves = probes.flatMap((probe) => halfOf(probe, probes, language) ?? []);
  if (halves.length < 2 || isReturnKfunc(facts.btf) === undefined) return probes;
  const marked = new Map<TypedProbe, TypedProbe>();
  for (const [number, entry] of halves.entries()) {
    if (entry.session.isReturn) continue;
    const alike = halves.filter(({ session, key }) => session.way === entry.session.way && key === entry.key);
    const back = alike.find(({ session }) => session.isReturn);
    // Of several for the same functions nobody says which belong together.
    if (back === undefined || alike.length !== 2) continue;
    const plan = planSession(entry.session.way, entry.probe.points, facts);
    if (plan === undefined) continue;
    marked.set(entry.probe, { ...entry.probe, plan, session: { number, isReturn: false } });
    marked.set(back.probe, { ...back.probe, plan, session: { number, isReturn: true } });
  }
  return marked.size === 0 ? probes : probes.map((probe) => marked.get(probe) ?? probe);
}

/** Only a probe with one attach point, and one body for all that this stands for. */
function halfOf(probe: TypedProbe, all: readonly TypedProbe[], language: Language): Half | undefined {
  const session = language.providers.get(probe.context.provider)?.session;
  const { attachPoints } = probe.probe;
  if (session === undefined || attachPoints.length !== 1) return undefined;
  // A body that is a function of a program would have half a stack before a tail call.
  if (someNode(probe.body, (node) => arrayOfTailCall(language, node) !== undefined)) return undefined;
  if (all.some((other) => other !== probe && other.probe.attachPoints[0] === attachPoints[0])) return undefined;
  const places = probe.points.map(({ point }) => session.place(point));
  return places.includes(undefined) ? undefined : { probe, session, key: places.join(" ") };
}
