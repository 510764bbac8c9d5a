/**
 * How the points of a script are attached. This is decided here alone, from what the kernel has (and `--no-feature`
 * denies): `-v` and `-d plan` show it.
 */
import type { KernelFacts } from "../../facts.js";
import {
  type AttachWay,
  type BodyPoints,
  type ProviderDefinition,
  type ProviderWay,
  siteCount,
} from "../../language/provider.js";
import type { ExpandedPoint } from "../typed-program.js";

export interface AttachPlan {
  /** Of each point. */
  readonly ways: readonly AttachWay[];
  /**
   * How the code can be told which of its points has fired: by the cookie of its attachment, by a number that is
   * written into it when it is loaded, once for each point, or by the slot of the hub that it was entered through (and
   * a number that says which hub).
   */
  readonly tells: "cookie" | "load" | "slot";
}

/** @param bodies - all that a script has of the provider */
export function chooseWays(
  { ways }: Pick<ProviderDefinition, "ways">,
  bodies: readonly BodyPoints<unknown>[],
  facts: KernelFacts,
): (point: unknown) => ProviderWay<unknown> {
  const last = ways.at(-1);
  if (last === undefined) throw new RangeError("a provider has no way to be attached");
  const others = ways.slice(0, -1).map((way) => ({ way, takes: way.takes?.(bodies, facts) ?? ((): boolean => true) }));
  // What the kernel has is found out by trying: only for what would be used.
  return (point) => others.find(({ way, takes }) => takes(point) && hasAll(way.needs, facts))?.way ?? last;
}

/** @param points - of one body */
export function planAttaching(
  points: readonly ExpandedPoint[],
  ways: readonly AttachWay[],
  facts: Pick<KernelFacts, "supports">,
): AttachPlan {
  if (points.some(({ entry }) => entry !== undefined)) return { ways, tells: "slot" };
  const isMany = points.reduce((sum, point) => sum + siteCount(point), 0) > 1;
  const canTell = ({ cookie }: AttachWay): boolean => cookie !== undefined && hasAll(cookie, facts);
  return { ways, tells: isMany && [...new Set(ways)].every(canTell) ? "cookie" : "load" };
}

/** For two bodies that share a program. */
export function planSession(
  way: AttachWay,
  points: readonly ExpandedPoint[],
  facts: Pick<KernelFacts, "supports">,
): AttachPlan | undefined {
  const ways = points.map(() => way);
  return hasAll(way.needs, facts) ? planAttaching(points, ways, facts) : undefined;
}

const hasAll = (features: AttachWay["needs"], facts: Pick<KernelFacts, "supports">): boolean =>
  features.every((feature) => facts.supports(feature));
