import { record, word } from "../codec/index.js";
import { IN_TRACER } from "./contexts.js";
import { TEST_RUN } from "./ways.js";
import { globMatcher } from "../language/glob.js";
import { defineTracerProvider, marked, type Parts } from "../language/provider.js";
import type { DiagnosticBag } from "../../grammar/index.js";

/** bpftrace has one trigger with one signal. */
const TRIGGER = "signal";
const SIGNAL = "SIGUSR1";
const NAME = `self:${TRIGGER}:${SIGNAL}`;

export interface SelfPoint {
  readonly signal: typeof SIGNAL;
}

export const self = defineTracerProvider<SelfPoint>({
  name: "self",
  aliases: [],
  doc: {
    summary: "Runs when the tracer itself gets a signal.",
    example: "tracepoint:sched:sched_switch { @[comm] = count(); } self:signal:SIGUSR1 { print(@); clear(@); }",
  },
  partCounts: [2],
  parse,
  wildcard: "none",
  expand: (point) => ({ candidates: [{ point, name: NAME }], missing: undefined }),
  list: (_facts, { all }) => {
    const pattern = all.map(({ text }) => text).join(":") || "*";
    return globMatcher(pattern)(`${TRIGGER}:${SIGNAL}`) ? [{ text: NAME }] : [];
  },
  listed: () => undefined,
  context: () => IN_TRACER,
  codec: record({ signal: word(SIGNAL) }),
  pidFilter: "none",
  schedule: { runs: "on-signal", signal: SIGNAL },
  ways: [TEST_RUN],
});

function parse(parts: Parts, bag: DiagnosticBag): SelfPoint | undefined {
  const hint = (part: number, only: string) =>
    marked(parts.all[part], () => ({ hints: [`There is \`${only}\` alone.`] }));
  const [trigger = "", signal = ""] = parts.all.map(({ text }) => text);
  if (trigger !== TRIGGER) return void bag.error("self-trigger", parts.span, { trigger }, hint(0, TRIGGER));
  if (signal !== SIGNAL) return void bag.error("self-signal", parts.span, { signal }, hint(1, SIGNAL));
  return { signal };
}
