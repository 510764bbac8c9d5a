import { missing, optional, record, text, u32 } from "../codec/index.js";
import { BARE } from "./contexts.js";
import type { KernelFacts, TracepointField } from "../facts.js";
import {
  type Candidate,
  defineProvider,
  type ListEntry,
  type Part,
  type Parts,
  type Planned,
} from "../language/provider.js";
import { globMatcher, hasWildcard } from "../language/glob.js";
import { moduleOfEvent } from "./kernel-events.js";
import { PERF_EVENTS, SYSCALL_HUBS, syscallEventHubs } from "./ways.js";
import { helpOnParts, helpOnTracepoint, isCategory } from "./tracepoint-help.js";
import { tracepointArgs } from "./tracepoint-args.js";
import type { DiagnosticBag } from "../../grammar/index.js";

export interface TracepointPoint extends TracepointName {
  /** By which perf events know it; where there are none nobody asks for it. */
  readonly id: number | undefined;
  /** Of the event that is there for this and others: one is opened for all of them. */
  readonly sharedId?: number | undefined;
}

/** As written it may be a pattern. */
interface TracepointName {
  readonly category: string;
  readonly event: string;
}

export const tracepoint = defineProvider<TracepointPoint, TracepointName>({
  name: "tracepoint",
  aliases: ["t"],
  otherWords: ["tp", "trace", "event"],
  recognise: ([first = "", ...rest], facts) => {
    const isWanted = rest.length > 0 ? (text: string) => text === [first, ...rest].join(":") : endsIn(first);
    return facts.tracepoints().filter(isWanted);
  },
  doc: {
    summary: "Fires at a tracepoint of the kernel.",
    example: 'tracepoint:syscalls:sys_enter_openat { printf("%s\\n", str(args.filename)); }',
  },
  partCounts: [2],
  meant: (parts) => {
    const [only] = parts;
    return parts.length === 1 && only !== undefined && hasWildcard(only.text) ? [{ ...only, text: "*" }, only] : parts;
  },
  parse,
  help: (parts, facts) =>
    helpOnParts(
      parts.map(({ text }) => text),
      facts,
    ),
  wildcard: "kernel",
  expand: (written, facts) => {
    const text = `${written.category}:${written.event}`;
    if (hasWildcard(text)) {
      return {
        candidates: facts.tracepoints().filter(globMatcher(text)).map(fromText).map(candidate),
        missing: undefined,
        missingPart: hasWildcard(written.category) || isCategory(written.category, facts) ? -1 : 0,
        missingHelp: () => (hasWildcard(written.category) ? {} : helpOnTracepoint(written, facts)),
      };
    }
    const exists = facts.tracepointFormat(written.category, written.event) !== undefined;
    if (exists) return { candidates: [candidate(written)], missing: undefined };
    const missingPart = isCategory(written.category, facts) ? 1 : 0;
    return { candidates: [], missing: text, missingPart, missingHelp: () => helpOnTracepoint(written, facts) };
  },
  list: (facts, search) => {
    const [category, event] = search.all.length > 1 ? search.all.map((p) => p.text) : ["*", search.all[0]?.text ?? "*"];
    const texts = facts.tracepoints().filter(globMatcher(`${category}:${event}`));
    return texts.map((text) => entry(fromText(text), facts));
  },
  listed: ({ point }, facts) => entry(point, facts),
  modules: (points, facts) => points.flatMap((point) => moduleOf(point, facts) ?? []),
  context: (point, facts, structs, use) => ({
    ...BARE,
    probeType: "tracepoint",
    programType: "tracepoint",
    space: "kernel",
    args: use.usesArgs ? tracepointArgs(point, facts, structs, use) : undefined,
    // Others who trace the event see no more of it when a program says 0.
    returns: 1,
    allows: ["signal"],
    insteadOf: { ctx: "args", retval: "args.ret" },
    lacks: { argN: `A tracepoint has \`args.NAME\`: \`tsbt -lv '${nameOf(point)}'\` lists the names.` },
  }),
  codec: record<TracepointPoint>({ category: text, event: text, id: optional(u32), sharedId: missing(u32) }),
  pidFilter: "program",
  schedule: { runs: "attached", order: "forward", isSlowToDetach: true },
  ways: [SYSCALL_HUBS, syscallEventHubs("tracepoint"), { ...PERF_EVENTS, plan: withId }],
});

const candidate = (name: TracepointName): Candidate<TracepointPoint> => ({
  point: { ...name, id: undefined },
  name: nameOf(name),
});

/** A pattern may find what is gone again, or what its file does not describe. */
function withId(point: TracepointPoint, facts: KernelFacts): Planned<TracepointPoint> {
  const { category, event } = point;
  const id = facts.tracepointFormat(category, event)?.id;
  return id === undefined
    ? { point, trouble: `Tracepoint not found: ${category}:${event}` }
    : { point: { ...point, id } };
}

/** The module often has another name than the category. Those of system calls are all the kernel's own. */
const moduleOf = ({ category, event }: TracepointName, facts: KernelFacts): string | undefined =>
  category === "syscalls" ? undefined : moduleOfEvent(event, facts);

const endsIn =
  (event: string) =>
  (text: string): boolean =>
    text.endsWith(`:${event}`);

const nameOf = ({ category, event }: TracepointName): string => `tracepoint:${category}:${event}`;

const entry = (name: TracepointName, facts: KernelFacts): ListEntry => ({
  text: nameOf(name),
  args: () =>
    (facts.tracepointFormat(name.category, name.event)?.fields ?? []).filter((field) => !field.isCommon).map(fieldText),
});

function fieldText({ typeText, name, arrayLength }: TracepointField): string {
  const dimension = arrayLength === undefined ? "" : `[${arrayLength === 0 ? "" : arrayLength}]`;
  return `${typeText} ${name}${dimension}`;
}

function fromText(text: string): TracepointName {
  const colon = text.indexOf(":");
  return { category: text.slice(0, colon), event: text.slice(colon + 1) };
}

function parse(parts: Parts, bag: DiagnosticBag): TracepointName | undefined {
  const [category, event] = parts.all as readonly [Part, Part];
  if (category.text !== "" && event.text !== "") return { category: category.text, event: event.text };
  bag.error("tracepoint-target", parts.span, {});
  return undefined;
}
