/** What `interval` and `profile` have in common: a period or a frequency. */
import { type DiagnosticBag, parseIntegerText } from "../../grammar/index.js";
import { type AttachedProvider, defineProvider, type Expansion, type Parts } from "../language/provider.js";
import type { ContextParts } from "../language/provider.js";
import { globMatcher } from "../language/glob.js";
import { PERF_EVENTS } from "./ways.js";
import type { Doc } from "../language/function.js";

export type ClockUnit = "s" | "ms" | "us" | "hz";

export interface ClockPoint {
  readonly unit: ClockUnit;
  /** Of the unit: a period, or for `hz` a frequency. */
  readonly count: bigint;
}

const NS_PER: { readonly [U in Exclude<ClockUnit, "hz">]: bigint } = { s: 1_000_000_000n, ms: 1_000_000n, us: 1_000n };

/** In nanoseconds; undefined for a frequency. */
export const periodNs = ({ unit, count }: ClockPoint): bigint | undefined =>
  unit === "hz" ? undefined : count * NS_PER[unit];

const isUnit = (text: string): text is ClockUnit => text === "hz" || text in NS_PER;

const MIN_PERIOD_NS = 1000n;
const MAX_COUNT = 2n ** 63n;

/** `NS`, or `UNIT:N`. */
function parseClock(parts: Parts, bag: DiagnosticBag): ClockPoint | undefined {
  const [first, second] = parts.all;
  const { provider } = parts;
  const text = second?.text ?? first?.text ?? "";
  const count = parseIntegerText(text);
  if (typeof count !== "bigint") {
    bag.error("invalid-rate", parts.span, { provider, error: count.error });
    return undefined;
  }
  if (second === undefined) return inMicroseconds(count, parts, bag);
  const unit = first?.text ?? "";
  if (!isUnit(unit)) {
    bag.error("unknown-unit", parts.span, { unit });
    return undefined;
  }
  if (count <= 0n || count >= MAX_COUNT) {
    bag.error("rate-not-positive", parts.span, { provider });
    return undefined;
  }
  return { unit, count };
}

function inMicroseconds(ns: bigint, parts: Parts, bag: DiagnosticBag): ClockPoint | undefined {
  if (ns >= MIN_PERIOD_NS) return { unit: "us", count: ns / 1000n };
  bag.error("rate-too-small", parts.span, { provider: parts.provider, found: ns });
  return undefined;
}

export const defineClock = (
  name: string,
  alias: string,
  {
    doc,
    pidFilter,
    context,
  }: {
    readonly doc: Doc;
    readonly pidFilter: AttachedProvider<ClockPoint>["pidFilter"];
    readonly context: ContextParts;
  },
): AttachedProvider<ClockPoint> =>
  defineProvider<ClockPoint>({
    name,
    aliases: [alias],
    doc,
    partCounts: [1, 2],
    parse: parseClock,
    wildcard: "none",
    expand: (point): Expansion<ClockPoint> => ({
      candidates: [{ point, name: `${name}:${point.unit}:${point.count}` }],
      missing: undefined,
    }),
    list: (_facts, { all }) => {
      const matches = globMatcher(all.map((part) => part.text).join(":") || "*");
      return UNITS.flatMap((unit) => (matches(`${unit}:`) ? [{ text: `${name}:${unit}:` }] : []));
    },
    listed: ({ point }) => ({ text: `${name}:${point.unit}:` }),
    context: () => context,
    pidFilter,
    schedule: { runs: "attached", order: "forward", isSlowToDetach: false },
    ways: [PERF_EVENTS],
  });

/** Sorted bytewise. */
const UNITS: readonly ClockUnit[] = ["hz", "ms", "s", "us"];
