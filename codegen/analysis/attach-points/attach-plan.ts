/**
 * How the points of one body are attached. This is decided here alone, from what the kernel has (and `--no-feature`
 * denies): `-v` and `-d plan` show it.
 */
import type { KernelFacts } from "../../facts.js";
import { type AttachWay, type ProviderDefinition, siteCount } from "../../language/provider.js";
import type { ExpandedPoint } from "../typed-program.js";

export interface AttachPlan {
  /** Of each point. */
  readonly ways: readonly AttachWay[];
  /**
   * How the code can be told which of its points has fired: by the cookie of its attachment, or by a number that is
   * written into it when it is loaded, once for each point.
   */
  readonly tells: "cookie" | "load";
}

export function planAttaching(
  { ways }: Pick<ProviderDefinition, "ways">,
  points: readonly ExpandedPoint[],
  facts: Pick<KernelFacts, "supports">,
): AttachPlan {
  const supports: KernelFacts["supports"] = (feature) => facts.supports(feature);
  const has = (way: AttachWay): boolean => way.needs.every(supports);
  const known = ways.slice(0, -1).filter(has);
  const last = ways.at(-1);
  const all = points.map(({ point }) => point);
  const chosen = points.map(({ point }) => {
    const way = known.find(({ takes }) => takes?.(point, all, supports) ?? true) ?? last;
    if (way === undefined) throw new RangeError("a provider has no way to be attached");
    return way;
  });
  return planOf(chosen, points, supports);
}

/** For two bodies that share a program. */
export function planSession(
  way: AttachWay,
  points: readonly ExpandedPoint[],
  facts: Pick<KernelFacts, "supports">,
): AttachPlan | undefined {
  const supports: KernelFacts["supports"] = (feature) => facts.supports(feature);
  const ways = points.map(() => way);
  return way.needs.every(supports) ? planOf(ways, points, supports) : undefined;
}

function planOf(
  ways: readonly AttachWay[],
  points: readonly ExpandedPoint[],
  supports: KernelFacts["supports"],
): AttachPlan {
  const canTell = (way: AttachWay): boolean => way.cookie?.every(supports) ?? false;
  const isMany = points.reduce((sum, point) => sum + siteCount(point), 0) > 1;
  const isTold = isMany && [...new Set(ways)].every(canTell);
  return { ways, tells: isTold ? "cookie" : "load" };
}
