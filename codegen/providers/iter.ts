import { optional, record, cString, word } from "../codec/index.js";
import { didYouMean } from "../../grammar/index.js";
import { type Btf, type BtfParam, findFunction } from "../btf/index.js";
import type { KernelFacts } from "../facts.js";
import { globMatcher, hasWildcard } from "../language/glob.js";
import {
  type Candidate,
  defineProvider,
  type Expansion,
  type ListEntry,
  marked,
  type Refusal,
} from "../language/provider.js";
import { BARE } from "./contexts.js";
import { parameterText } from "./parameter-text.js";
import { ITERATOR } from "./ways.js";

export interface IterPoint {
  readonly iterator: string;
  /** Where the kernel keeps it for those who read the file. */
  readonly pin: string | undefined;
  /** What has to be said of the walk: which tasks, in which order. */
  readonly over: "tasks" | "cgroups" | "anything";
}

interface Written {
  readonly iterator: string;
  readonly pin: string | undefined;
}

export const iter = defineProvider<IterPoint, Written>({
  name: "iter",
  aliases: ["it"],
  doc: {
    summary:
      "Runs for one thing after the other that the kernel has: tasks, files, maps … The run ends with the last one.",
    example: 'iter:task { printf("%d %s\\n", ctx.task.pid, ctx.task.comm); }',
  },
  partCounts: [1, 2],
  judgesPartCount: true,
  parse: (parts, bag) => {
    if (parts.all.length === 0 || parts.all.length > 2) return void bag.error("iterator-parts", parts.span, {});
    const [iterator = "", pin = ""] = parts.all.map(({ text }) => text);
    if (hasWildcard(iterator)) return void bag.error("iterator-wildcard", parts.span, {}, marked(parts.all[0]));
    if (iterator === "") return void bag.error("iterator-name", parts.span, {});
    return { iterator, pin: pin === "" ? undefined : pin };
  },
  isAlone: true,
  wildcard: "kernel",
  expand,
  list: (facts, search) => {
    const matches = globMatcher(search.all.map(({ text }) => text).join(":") || "*");
    return iteratorsOf(facts)
      .filter(matches)
      .map((name) => entry(name, facts));
  },
  listed: ({ point }, facts) => entry(point.iterator, facts),
  context: ({ iterator, pin }) => ({
    ...BARE,
    probeType: "iter",
    programType: "tracing",
    space: "kernel",
    isTyped: true,
    ctx: `${STRUCT}${iterator}`,
    allows: ["path"],
    seqFile: pin === undefined ? "turns" : "text",
  }),
  codec: record<IterPoint>({
    iterator: cString,
    pin: optional(cString),
    over: word("tasks", "cgroups", "anything"),
  }),
  pidFilter: "attacher",
  schedule: { runs: "attached", order: "forward", isSlowToDetach: false },
  ways: [ITERATOR],
});

/** Every iterator has a function, whose parameters are what programs are told, and a struct of these, their context. */
const FUNCTION = "bpf_iter_";
const STRUCT = "bpf_iter__";

function expand({ iterator, pin }: Written, facts: KernelFacts): Expansion<IterPoint> {
  const { btf } = facts;
  const walk = btf === undefined ? undefined : walkOf(btf, iterator);
  if (btf === undefined || walk === undefined) {
    return { candidates: [], missing: undefined, refused: [unavailable(iterator, facts)] };
  }
  const types = walk.params.map(({ type, name }) => parameterText(btf, type, name));
  if (isOverMap(types)) return { candidates: [], missing: undefined, refused: [overMap(iterator)] };
  const candidate: Candidate<IterPoint> = {
    point: { iterator, pin, over: overOf(types) },
    name: nameOf(iterator),
    attachTo: { kind: "kernel", module: "vmlinux", btfId: walk.id },
  };
  return { candidates: [candidate], missing: undefined };
}

const nameOf = (iterator: string): string => `iter:${iterator}`;

const unavailable = (iterator: string, facts: KernelFacts): Refusal => ({
  name: nameOf(iterator),
  notice: {
    code: "iterator-unavailable",
    args: { name: iterator },
    part: 0,
    help: () => ({ hints: didYouMean(iterator, iteratorsOf(facts)) }),
  },
  isOfPattern: false,
});

interface Walk {
  /** Of its function. */
  readonly id: number;
  /** The first one belongs to the kernel, and is not among them. */
  readonly params: readonly BtfParam[];
}

function walkOf(btf: Btf, iterator: string): Walk | undefined {
  if (btf.find("struct", `${STRUCT}${iterator}`) === undefined) return undefined;
  const found = findFunction(btf, `${FUNCTION}${iterator}`);
  return found === undefined ? undefined : { id: found.id, params: found.proto.params.slice(1) };
}

/** A walk over what is in a map hands out the map, and its keys or values. */
const isOverMap = (params: readonly string[]): boolean => params.length > 1 && params.includes("struct bpf_map * map");

const overMap = (iterator: string): Refusal => ({
  name: nameOf(iterator),
  notice: {
    code: "iterator-over-map",
    args: { name: iterator },
    part: 0,
    hints: ["A map of the script is walked by `for ($kv : @map) { }`."],
  },
  isOfPattern: false,
});

function overOf(params: readonly string[]): IterPoint["over"] {
  if (params.includes("struct task_struct * task")) return "tasks";
  if (params.includes("struct cgroup * cgroup")) return "cgroups";
  return "anything";
}

/** Sorted bytewise. */
function iteratorsOf({ btf }: KernelFacts): readonly string[] {
  if (btf === undefined) return [];
  return Array.from(btf.idsOf("struct"), (id) => btf.nameOf(id))
    .filter((name) => name.startsWith(STRUCT))
    .map((name) => name.slice(STRUCT.length))
    .filter((name) => walkOf(btf, name) !== undefined)
    .sort();
}

const entry = (iterator: string, { btf }: KernelFacts): ListEntry => ({
  text: nameOf(iterator),
  args: () =>
    btf === undefined ? [] : (walkOf(btf, iterator)?.params ?? []).map((p) => parameterText(btf, p.type, p.name)),
});
