/** `kprobe` and `kretprobe`: the same but for the return. */
import type { DiagnosticBag } from "../../grammar/index.js";
import type { KernelFacts } from "../facts.js";
import { functionProbe } from "./contexts.js";
import {
  defineProvider,
  type Expansion,
  type Parts,
  type ProviderDefinition,
  type ProviderOptions,
} from "../language/provider.js";
import type { Doc } from "../language/function.js";
import { type FunctionTarget, parseFunction, refuse, targetText } from "./function-point.js";
import { globMatcher, hasWildcard } from "./glob.js";

export interface KprobePoint {
  readonly module: string | undefined;
  readonly target: FunctionTarget;
  readonly isReturn: boolean;
}

export const defineKernelFunction = (
  name: "kprobe" | "kretprobe",
  alias: string,
  doc: Doc,
): ProviderDefinition<KprobePoint> => {
  const isReturn = name === "kretprobe";
  return defineProvider<KprobePoint>({
    name,
    aliases: [alias],
    doc,
    partCounts: [1, 2],
    programType: "kprobe",
    isListed: name === "kprobe",
    parse: (parts, bag, options) => parse(parts, bag, options, isReturn),
    expand: (point, facts, options) => expand(name, point, facts, options),
    context: () => functionProbe(name, { space: "kernel", isReturn, func: "kernel" }),
    list: (facts, search) => {
      const isModule = search.all.length > 1;
      const matches = globMatcher(search.all.map((p) => p.text).join(":"));
      const names = (facts.traceableFunctions() ?? []).map((f) => (isModule ? `${f.module}:${f.name}` : f.name));
      return [...new Set(names.filter(matches))].map((text) => `${name}:${text}`);
    },
  });
};

function parse(parts: Parts, bag: DiagnosticBag, options: ProviderOptions, isReturn: boolean): KprobePoint | undefined {
  const last = parts.all.at(-1);
  const module = parts.all.length > 1 ? parts.all[0]?.text : undefined;
  if (last === undefined || last.text === "") return refuse(() => bag.error("kprobe-target", parts.span, {}));
  const target = parseFunction(last.text, last.isQuoted, parts, bag);
  if (target === undefined) return undefined;
  if (target.kind === "address" && !options.isUnsafe)
    return refuse(() => bag.error("address-needs-unsafe", parts.span, {}));
  if (isReturn && target.kind === "symbol" && target.offset !== 0n)
    return refuse(() => bag.error("offset-not-allowed", parts.span, {}));
  return { module, target, isReturn };
}

function expand(
  name: string,
  point: KprobePoint,
  facts: KernelFacts,
  options: ProviderOptions,
): Expansion<KprobePoint> {
  const { target, module } = point;
  const text = module === undefined ? targetText(target) : `${module}:${targetText(target)}`;
  const found = { candidates: [{ point, name: `${name}:${text}` }], missing: undefined };
  if (target.kind === "address") return found;
  if (!hasWildcard(target.symbol) && !hasWildcard(module ?? "")) {
    return exists(point, target.symbol, facts) || options.isUnsafe ? found : { candidates: [], missing: text };
  }
  const matches = globMatcher(module === undefined ? target.symbol : `${module}:${target.symbol}`);
  const functions = (facts.traceableFunctions() ?? []).filter((f) =>
    matches(module === undefined ? f.name : `${f.module}:${f.name}`),
  );
  const seen = new Set<string>();
  const candidates = [];
  for (const f of functions) {
    const shown = module === undefined ? f.name : `${f.module}:${f.name}`;
    if (seen.has(shown)) continue;
    seen.add(shown);
    const symbol = { kind: "symbol" as const, symbol: f.name, offset: target.offset };
    candidates.push({
      point: { ...point, module: module === undefined ? undefined : f.module, target: symbol },
      name: `${name}:${shown}`,
    });
  }
  return { candidates, missing: undefined };
}

/** Traceable, or where the kernel does not say what is, any symbol of its. */
function exists(point: KprobePoint, symbol: string, facts: KernelFacts): boolean {
  const functions = facts.traceableFunctions();
  if (functions === undefined || functions.length === 0) return facts.hasKernelSymbol(symbol);
  return (
    functions.some((f) => f.name === symbol && (point.module === undefined || f.module === point.module)) ||
    facts.hasKernelSymbol(symbol)
  );
}
