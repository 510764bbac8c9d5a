/** What `software` and `hardware` have in common: an event that is counted, and after how many of them the probe fires. */
import { big, integer, record } from "../codec/index.js";
import { didYouMean, type DiagnosticBag, inWords, parseIntegerText } from "../../grammar/index.js";
import type { Doc } from "../language/function.js";
import { type AttachedProvider, defineProvider, marked, type Parts } from "../language/provider.js";
import { timer } from "./contexts.js";
import { PERF_EVENTS } from "./ways.js";
import { globMatcher, hasWildcard } from "../language/glob.js";

/** One kind of event (`PERF_COUNT_SW_*` or `PERF_COUNT_HW_*` of linux/perf_event.h). */
export interface CounterEvent {
  readonly config: number;
  readonly alias?: string;
  /** Events between two firings when the script does not say. */
  readonly period: bigint;
}

export interface CounterPoint {
  readonly config: number;
  /** Events between two firings. */
  readonly period: bigint;
}

/** As written. */
interface WrittenCounter {
  readonly event: string;
  readonly counter: CounterEvent;
  /** 0: the event's own period. */
  readonly count: bigint;
}

/** Wildcards are for listing only: each event wants a period of its own. */
export function defineCounter(
  name: string,
  alias: string,
  {
    doc,
    otherWords,
    events,
    countName,
  }: {
    readonly doc: Doc;
    readonly otherWords?: readonly string[];
    readonly events: Events;
    readonly countName: string;
  },
): AttachedProvider<CounterPoint, WrittenCounter> {
  const entryOf = (event: string): string => `${name}:${event}:`;
  return defineProvider<CounterPoint, WrittenCounter>({
    name,
    aliases: [alias],
    otherWords,
    doc,
    partCounts: [1, 2],
    parse: (parts, bag) => parse(parts, bag, events, countName),
    wildcard: "kernel",
    expand: ({ event, counter, count }) => {
      const point = { config: counter.config, period: count === 0n ? counter.period : count };
      const text = count === 0n ? `${name}:${event}` : `${name}:${event}:${count}`;
      return { candidates: [{ point, name: text }], missing: undefined };
    },
    list: (_facts, { all }) => {
      const matches = globMatcher(all.map((part) => part.text).join(":") || "*");
      return namesOf(events).flatMap((event) => (matches(`${event}:`) ? [{ text: entryOf(event) }] : []));
    },
    listed: (candidate) => ({ text: entryOf(candidate.name.split(":")[1] ?? "") }),
    context: () => ({ ...timer(name), allows: ["signal"] }),
    codec: record<CounterPoint>({ config: integer, period: big }),
    pidFilter: "attacher",
    schedule: { runs: "attached", order: "forward", isSlowToDetach: false },
    ways: [PERF_EVENTS],
  });
}

export type Events = Readonly<Record<string, CounterEvent>>;

/** Aliases too, sorted bytewise by what follows them in a line of `-l`. */
const namesOf = (events: Events): readonly string[] =>
  Object.entries(events)
    .flatMap(([name, { alias }]) => (alias === undefined ? [name] : [name, alias]))
    .sort((a, b) => (`${a}:` < `${b}:` ? -1 : 1));

const eventNamed = (events: Events, text: string): CounterEvent | undefined =>
  Object.hasOwn(events, text) ? events[text] : Object.values(events).find(({ alias }) => alias === text);

function eventHints(text: string, events: Events): readonly string[] {
  const near = didYouMean(text, namesOf(events));
  return near.length > 0 ? near : [`There are ${inWords(Object.keys(events), "and")}.`];
}

const MAX_COUNT = 2n ** 63n;

/** `EVENT`, or `EVENT:COUNT`; a count of `*` is none. */
function parse(parts: Parts, bag: DiagnosticBag, events: Events, countName: string): WrittenCounter | undefined {
  const [event, count] = parts.all;
  const { provider, span } = parts;
  const text = event?.text ?? "";
  if (hasWildcard(text)) return void bag.error("counter-wildcard", span, { provider }, marked(event));
  const counter = eventNamed(events, text);
  const period = count === undefined || count.text === "*" ? 0n : parseIntegerText(count.text);
  if (typeof period !== "bigint")
    return void bag.error("invalid-count", span, { provider, error: period.error }, marked(count));
  if (counter === undefined) {
    const help = () => ({ hints: eventHints(text, events) });
    return void bag.error("unknown-event", span, { provider, event: text }, marked(event, help));
  }
  if (period < 0n || period >= MAX_COUNT)
    return void bag.error("count-not-positive", span, { provider, countName }, marked(count));
  return { event: text, counter, count: period };
}
