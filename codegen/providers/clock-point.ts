/** What `interval` and `profile` have in common: a period or a frequency. */
import { big, record, word } from "../codec/index.js";
import { type DiagnosticBag, parseIntegerText, suggestion } from "../../grammar/index.js";
import { type AttachedProvider, defineProvider, type Expansion, marked, type Parts } from "../language/provider.js";
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
    const help = () => ({ hints: rateHints(parts) });
    bag.error("invalid-rate", parts.span, { provider, error: count.error }, marked(second ?? first, help));
    return undefined;
  }
  if (second === undefined) return inMicroseconds(count, parts, bag);
  const unit = first?.text ?? "";
  if (!isUnit(unit)) {
    const help = () => ({ hints: unitHints(unit, text) });
    bag.error("unknown-unit", parts.span, { unit }, marked(first, help));
    return undefined;
  }
  if (count <= 0n || count >= MAX_COUNT) {
    bag.error("rate-not-positive", parts.span, { provider }, marked(second));
    return undefined;
  }
  return { unit, count };
}

/** What was likely meant by parts in another order, or in one. */
function rateHints({ all, provider }: Parts): readonly string[] {
  const text = all.map((part) => part.text).join(":");
  const [, count, unit] = /^(\d+):?([a-z]+)$/i.exec(text) ?? [];
  if (count === undefined || unit === undefined) return text in NS_PER ? suggestion([`${provider}:${text}:1`]) : [];
  return suggestion(unitNamed(unit, count).map((meant) => `${provider}:${meant}`));
}

function unitHints(unit: string, count: string): readonly string[] {
  const meant = unitNamed(unit, count);
  return meant.length > 0 ? suggestion(meant) : ["Units are `s`, `ms`, `us` and, for a frequency, `hz`."];
}

/** The same period in a unit that there is. */
function unitNamed(unit: string, count: string): readonly string[] {
  const word = unit.toLowerCase();
  if (isUnit(word)) return [`${word}:${count}`];
  const inSeconds = SECONDS_PER[word];
  if (inSeconds !== undefined && /^\d+$/.test(count)) return [`s:${BigInt(count) * inSeconds}`];
  const other = OTHER_UNITS[word];
  return other === undefined ? [] : [`${other}:${count}`];
}

const SECONDS_PER: Readonly<Record<string, bigint>> = {
  m: 60n,
  min: 60n,
  minute: 60n,
  minutes: 60n,
  h: 3600n,
  hour: 3600n,
  hours: 3600n,
  d: 86_400n,
  day: 86_400n,
  days: 86_400n,
};

const OTHER_UNITS: Readonly<Record<string, ClockUnit>> = {
  sec: "s",
  secs: "s",
  second: "s",
  seconds: "s",
  msec: "ms",
  msecs: "ms",
  millis: "ms",
  milliseconds: "ms",
  usec: "us",
  usecs: "us",
  micros: "us",
  microseconds: "us",
  hertz: "hz",
};

function inMicroseconds(ns: bigint, parts: Parts, bag: DiagnosticBag): ClockPoint | undefined {
  if (ns >= MIN_PERIOD_NS) return { unit: "us", count: ns / 1000n };
  const help = () => ({
    hints: ns > 0n ? suggestion([`${parts.provider}:hz:${ns}`, `${parts.provider}:s:${ns}`]) : [],
  });
  bag.error("rate-too-small", parts.span, { provider: parts.provider, found: ns }, marked(parts.all[0], help));
  return undefined;
}

export const defineClock = (
  name: string,
  alias: string,
  {
    doc,
    otherWords,
    pidFilter,
    context,
  }: {
    readonly doc: Doc;
    readonly otherWords?: readonly string[];
    readonly pidFilter: AttachedProvider<ClockPoint>["pidFilter"];
    readonly context: ContextParts;
  },
): AttachedProvider<ClockPoint> =>
  defineProvider<ClockPoint>({
    name,
    aliases: [alias],
    otherWords,
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
    codec: record<ClockPoint>({ unit: word("s", "ms", "us", "hz"), count: big }),
    pidFilter,
    schedule: { runs: "attached", order: "forward", isSlowToDetach: false },
    ways: [PERF_EVENTS],
  });

/** Sorted bytewise. */
const UNITS: readonly ClockUnit[] = ["hz", "ms", "s", "us"];
