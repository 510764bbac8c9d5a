import { BARE } from "./contexts.js";
import { defineProvider, type Part, type Parts } from "../language/provider.js";
import { globMatcher, hasWildcard } from "./glob.js";
import { tracepointArgs } from "./tracepoint-args.js";
import type { DiagnosticBag } from "../../grammar/index.js";

export interface TracepointPoint {
  readonly category: string;
  readonly event: string;
}

export const tracepoint = defineProvider<TracepointPoint>({
  name: "tracepoint",
  aliases: ["t"],
  doc: {
    summary: "Fires at a tracepoint of the kernel.",
    example: 'tracepoint:syscalls:sys_enter_openat { printf("%s\\n", str(args.filename)); }',
  },
  partCounts: [2],
  programType: "tracepoint",
  isListed: true,
  parse,
  expand: (point, facts) => {
    const text = `${point.category}:${point.event}`;
    if (!hasWildcard(text)) {
      const exists = facts.tracepointFormat(point.category, point.event) !== undefined;
      return exists
        ? { candidates: [{ point, name: `tracepoint:${text}` }], missing: undefined }
        : { candidates: [], missing: text };
    }
    const candidates = facts.tracepoints().filter(globMatcher(text)).map(fromText);
    return { candidates: candidates.map((p) => ({ point: p, name: nameOf(p) })), missing: undefined };
  },
  context: (point, facts, structs, use) => ({
    ...BARE,
    probeType: "tracepoint",
    programType: "tracepoint",
    space: "kernel",
    args: use.usesArgs ? tracepointArgs(point, facts, structs) : undefined,
    returns: 1,
  }),
  list: (facts, search) => {
    const [category, event] = search.all.length > 1 ? search.all.map((p) => p.text) : ["*", search.all[0]?.text ?? "*"];
    return facts
      .tracepoints()
      .filter(globMatcher(`${category}:${event}`))
      .map((t) => `tracepoint:${t}`);
  },
});

const nameOf = ({ category, event }: TracepointPoint): string => `tracepoint:${category}:${event}`;

function fromText(text: string): TracepointPoint {
  const colon = text.indexOf(":");
  return { category: text.slice(0, colon), event: text.slice(colon + 1) };
}

function parse(parts: Parts, bag: DiagnosticBag): TracepointPoint | undefined {
  const [category, event] = parts.all as readonly [Part, Part];
  if (category.text !== "" && event.text !== "") return { category: category.text, event: event.text };
  bag.error("tracepoint-target", parts.span, {});
  return undefined;
}
