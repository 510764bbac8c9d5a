import { type Btf, type BtfParam, findFunction, protoOfTypedef, toType } from "../btf/index.js";
import type { KernelFacts } from "../facts.js";
import type { LoadTarget } from "../object.js";
import { sizeOf } from "../types/layout.js";
import type { Member } from "../types/struct-source.js";
import { BARE } from "./contexts.js";
import { type ArgsAccess, type ArgsRegistry, defineProvider, type ListEntry } from "../language/provider.js";
import { globMatcher, hasWildcard } from "../language/glob.js";
import { BTF_TRACEPOINT } from "./ways.js";
import { btfOf, parameterText } from "./parameter-text.js";

export interface RawtracepointPoint {
  readonly module: string;
  readonly event: string;
}

export const rawtracepoint = defineProvider<RawtracepointPoint>({
  name: "rawtracepoint",
  aliases: ["rt"],
  doc: {
    summary: "Fires at a tracepoint with its arguments as the kernel passes them.",
    example: "rawtracepoint:sched_switch { @[args.prev.comm] = count(); }",
  },
  partCounts: [2, 1],
  parse: (parts, bag) => {
    const [module, event] = parts.all.length > 1 ? parts.all.map((p) => p.text) : ["*", parts.all[0]?.text];
    if (event !== undefined && event !== "") return { module: module ?? "*", event };
    bag.error("rawtracepoint-target", parts.span, {});
    return undefined;
  },
  wildcard: "kernel",
  expand: (point, facts) => {
    const matches = globMatcher(`${point.module}:${point.event}`);
    const exact = { module: "vmlinux", event: point.event };
    const found = (hasWildcard(point.event) ? candidatesOf(facts) : isEvent(facts, point.event) ? [exact] : []).filter(
      (c) => matches(`${c.module}:${c.event}`),
    );
    return {
      candidates: found.map((c) => ({ point: c, name: nameOf(c), attachTo: loadTarget(c, facts) })),
      missing: undefined,
    };
  },
  list: (facts, search) => {
    const [module, event] = search.all.length > 1 ? search.all.map((p) => p.text) : ["*", search.all[0]?.text ?? "*"];
    const matches = globMatcher(`${module}:${event}`);
    return candidatesOf(facts)
      .filter((c) => matches(`${c.module}:${c.event}`))
      .map((c) => entry(c, facts));
  },
  listed: ({ point }, facts) => entry(point, facts),
  context: (point, facts, structs, use) => ({
    ...BARE,
    probeType: "rawtracepoint",
    programType: "tracing",
    space: "kernel",
    args: use.usesArgs ? argsOf(point, facts, structs) : undefined,
    hasArgN: "slots",
    allows: ["signal"],
  }),
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

const loadTarget = ({ module, event }: RawtracepointPoint, facts: KernelFacts): LoadTarget => ({
  kind: "kernel",
  module,
  btfId: facts.btf?.find("typedef", `${TYPEDEF}${event}`) ?? 0,
});

/** Every event has a typedef of its prototype. */
const TYPEDEF = "btf_trace_";

const isEvent = (facts: KernelFacts, event: string): boolean =>
  facts.btf?.find("typedef", `${TYPEDEF}${event}`) !== undefined;

/** Sorted bytewise. */
function candidatesOf(facts: KernelFacts): readonly RawtracepointPoint[] {
  const { btf } = facts;
  if (btf === undefined) return [];
  const names = Array.from(btf.idsOf("typedef"), (id) => btf.nameOf(id));
  return names
    .filter((name) => name.startsWith(TYPEDEF))
    .map((name) => ({ module: "vmlinux", event: name.slice(TYPEDEF.length) }))
    .sort((a, b) => (a.event < b.event ? -1 : a.event > b.event ? 1 : 0));
}

function argsOf(
  { module, event }: RawtracepointPoint,
  facts: KernelFacts,
  structs: ArgsRegistry,
): ArgsAccess | undefined {
  const { btf } = facts;
  if (btf === undefined) return undefined;
  const name = `struct rawtracepoint:${module}:${event}_args`;
  const struct = structs.defineArgs(name, () => slotMembers(btf, event), "kernel");
  return { kind: "context-slots", struct };
}

/** The names are those of the probe stub's parameters; the first one belongs to the kernel. */
function parametersOf(btf: Btf, event: string): readonly BtfParam[] {
  const proto =
    findFunction(btf, `__probestub_${event}`)?.proto ??
    findFunction(btf, `__traceiter_${event}`)?.proto ??
    protoOfTypedef(btf, `${TYPEDEF}${event}`);
  return (proto?.params ?? []).slice(1);
}

/** Every parameter takes as many u64 slots as it needs. */
function slotMembers(btf: Btf, event: string): readonly Member[] {
  const members: Member[] = [];
  let slot = 0;
  for (const param of parametersOf(btf, event)) {
    const type = toType({ btf, module: "vmlinux" }, param.type, "kernel");
    members.push({ name: param.name, type, offsetBits: slot * 64, bitSize: undefined });
    slot += Math.max(1, Math.ceil(sizeOf(type) / 8));
  }
  return members;
}
