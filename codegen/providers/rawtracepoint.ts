import { record, cString } from "../codec/index.js";
import { didYouMean, type Help, suggestion } from "../../grammar/index.js";
import type { KernelFacts } from "../facts.js";
import { slotMembers } from "./context-slots.js";
import { BARE } from "./contexts.js";
import { type ArgsAccess, type ArgsRegistry, defineProvider, type ListEntry } from "../language/provider.js";
import { helpOnMissingModule, missingPartOf } from "./kernel-function-help.js";
import { globMatcher, hasWildcard } from "../language/glob.js";
import { eventsOf, type KernelEvent, moduleOfEvent, modulesOfEvent, parametersOf, typedefOf } from "./kernel-events.js";
import { BTF_TRACEPOINT } from "./ways.js";
import { btfOf, parameterText } from "./parameter-text.js";

export type RawtracepointPoint = KernelEvent;

interface Written {
  /** Undefined: the first that has such an event. */
  readonly module: string | undefined;
  readonly event: string;
}

export const rawtracepoint = defineProvider<RawtracepointPoint, Written>({
  name: "rawtracepoint",
  aliases: ["rt"],
  otherWords: ["raw_tracepoint", "raw_tp", "tp_btf"],
  doc: {
    summary: "Fires at a tracepoint with its arguments as the kernel passes them.",
    example: "rawtracepoint:sched_switch { @[args.prev.comm] = count(); }",
  },
  partCounts: [2, 1],
  parse: (parts, bag) => {
    const [module, event] = parts.all.length > 1 ? parts.all.map((p) => p.text) : [undefined, parts.all[0]?.text];
    if (event !== undefined && event !== "") return { module, event };
    bag.error("rawtracepoint-target", parts.span, {});
    return undefined;
  },
  wildcard: "kernel",
  expand: (written, facts) => {
    if (facts.btf === undefined) {
      return { candidates: [], missing: undefined, wrong: [{ code: "rawtracepoint-needs-btf", args: {} }] };
    }
    const points = matching(written, facts);
    const text = `${written.module ?? "*"}:${written.event}`;
    return {
      candidates: points.map((point) => ({
        point,
        name: nameOf(point),
        attachTo: { kind: "kernel", module: point.module, btfId: typedefOf(point, facts) },
      })),
      missing: points.length > 0 || hasWildcard(text) ? undefined : text,
      missingPart: missingPartOf({ module: written.module, pattern: written.event }, facts),
      missingHelp: () => helpOnMissingModule(written.module, facts) ?? helpOnEvent(written.event, facts),
    };
  },
  list: (facts, search) => {
    const [module, event = "*"] =
      search.all.length > 1 ? search.all.map((p) => p.text) : [undefined, search.all[0]?.text];
    return matching({ module, event }, facts).map((point) => entry(point, facts));
  },
  listed: ({ point }, facts) => entry(point, facts),
  modules: (points) => points.map(({ module }) => module),
  context: (point, facts, structs, use) => ({
    ...BARE,
    probeType: "rawtracepoint",
    programType: "tracing",
    space: "kernel",
    isTyped: true,
    args: use.usesArgs ? argsOf(point, facts, structs) : undefined,
    hasArgN: "slots",
    allows: ["signal"],
  }),
  codec: record<RawtracepointPoint>({ module: cString, event: cString }),
  pidFilter: "program",
  schedule: { runs: "attached", order: "forward", isSlowToDetach: false },
  ways: [BTF_TRACEPOINT],
});

const nameOf = ({ module, event }: RawtracepointPoint): string => `rawtracepoint:${module}:${event}`;

const entry = (point: RawtracepointPoint, facts: KernelFacts): ListEntry => ({
  text: nameOf(point),
  args: () => {
    const btf = btfOf(point.module, facts);
    return btf === undefined
      ? []
      : parametersOf(btf, point.event).map(({ type, name }) => parameterText(btf, type, name));
  },
});

/** The raw form of tracepoints has no categories, and one event for all system calls. */
function helpOnEvent(event: string, facts: KernelFacts): Help {
  const [, which, call] = /^sys_(enter|exit)_(\w+)$/.exec(event) ?? [];
  if (which !== undefined) {
    const own = facts.tracepointFormat("syscalls", event) === undefined ? [] : [`tracepoint:syscalls:${event}`];
    const number = facts.syscallNumber(call ?? "");
    const all = `\`rawtracepoint:sys_${which}\` is for all system calls`;
    const hint =
      number === undefined || which === "exit" ? `${all}.` : `${all}: \`/args.id == ${number}/\` is this one.`;
    return { hints: [...suggestion(own), hint] };
  }
  const names = eventsOf(facts, () => true).map((known) => known.event);
  return { hints: didYouMean(event, names) };
}

/** An event of which the name alone is known is looked for until it is found; a pattern of modules means all that have it. */
function matching({ module, event }: Written, facts: KernelFacts): readonly RawtracepointPoint[] {
  const isOf = globMatcher(module ?? "*");
  if (hasWildcard(event)) {
    const matches = globMatcher(event);
    return eventsOf(facts, isOf).filter((found) => matches(found.event));
  }
  if (module !== undefined && hasWildcard(module)) return modulesOfEvent(event, facts, isOf);
  const owner = moduleOfEvent(event, facts, isOf);
  return owner === undefined ? [] : [{ module: owner, event }];
}

function argsOf(
  { module, event }: RawtracepointPoint,
  facts: KernelFacts,
  structs: ArgsRegistry,
): ArgsAccess | undefined {
  const btf = btfOf(module, facts);
  if (btf === undefined) return undefined;
  const name = `struct rawtracepoint:${module}:${event}_args`;
  const struct = structs.defineArgs(name, () => slotMembers({ btf, module }, parametersOf(btf, event)), "kernel");
  return { kind: "context-slots", struct };
}
