/** `kprobe` and `kretprobe`: the same but for the return. */
import type { DiagnosticBag } from "../../grammar/index.js";
import { findFunction } from "../btf/index.js";
import type { KernelFacts, KernelFunction } from "../facts.js";
import { functionProbe } from "./contexts.js";
import {
  type AttachedProvider,
  type Candidate,
  defineProvider,
  type Expansion,
  type ListEntry,
  type Notice,
  type Parts,
  type ProviderOptions,
} from "../language/provider.js";
import type { Doc } from "../language/function.js";
import { type FunctionTarget, parseFunction, refuse, targetText } from "./function-point.js";
import { globMatcher, hasWildcard } from "../language/glob.js";
import { KPROBE_MULTI, PERF_EVENTS } from "./ways.js";
import { btfOf, parameterText } from "./parameter-text.js";

export interface KernelFunctionPoint {
  readonly module: string | undefined;
  readonly target: FunctionTarget;
  readonly isReturn: boolean;
  /** A pattern has found it, among the functions that the kernel lists. */
  readonly isMatch: boolean;
  /** Where it starts, if its name alone does not tell it from others. */
  readonly start: bigint | undefined;
}

export const defineKernelFunction = (
  name: string,
  alias: string,
  { doc, isReturn }: { readonly doc: Doc; readonly isReturn: boolean },
): AttachedProvider<KernelFunctionPoint> =>
  defineProvider<KernelFunctionPoint>({
    name,
    aliases: [alias],
    doc,
    partCounts: [1, 2],
    parse: (parts, bag, options) => parse(parts, bag, options, isReturn),
    wildcard: isReturn ? "none" : "kernel",
    expand: (point, facts, options) => expand(name, point, facts, options),
    list: (facts, search) => list(search, facts).map((text) => entry(`${name}:${text}`, text, isReturn, facts)),
    listed: (candidate, facts) => entry(candidate.name, candidate.name.slice(name.length + 1), isReturn, facts),
    context: () => functionProbe(name, { of: "kernel", isReturn }),
    pidFilter: "program",
    // The probes of an entry run in the opposite order of attaching, those of a return in the order.
    schedule: { runs: "attached", order: isReturn ? "forward" : "reverse", isSlowToDetach: true },
    ways: [{ ...KPROBE_MULTI, takes: isForMulti }, PERF_EVENTS],
  });

/** The kernel is told of functions by name or by where they start, of all in one way. */
const isForMulti = ({ isMatch, module, start, target }: KernelFunctionPoint): boolean =>
  isMatch && target.kind === "symbol" && target.offset === 0n && (module === undefined || start !== undefined);

// ---------------------------------------------------------------- listing

/** `FUNCTION`, or `MODULE:FUNCTION` when a module is asked for. */
function list(search: Parts, facts: KernelFacts): readonly string[] {
  const isModule = search.all.length > 1;
  const matches = globMatcher(search.all.map((p) => p.text).join(":"));
  const names = (facts.traceableFunctions() ?? []).map((f) => (isModule ? `${f.module}:${f.name}` : f.name));
  return [...new Set(names.filter(matches))];
}

const entry = (text: string, target: string, isReturn: boolean, facts: KernelFacts): ListEntry => ({
  text,
  args: () => argumentsOf(target, isReturn, facts),
});

function argumentsOf(target: string, isReturn: boolean, facts: KernelFacts): readonly string[] {
  const [module, name] = target.includes(":") ? target.split(":") : ["vmlinux", target];
  const btf = btfOf(module ?? "", facts);
  const proto = btf === undefined ? undefined : findFunction(btf, name ?? "")?.proto;
  if (btf === undefined || proto === undefined) return [];
  if (!isReturn) return proto.params.map(({ type }, i) => parameterText(btf, type, `arg${i}`));
  return [proto.result === 0 ? "void" : parameterText(btf, proto.result, "retval")];
}

// ---------------------------------------------------------------- attach points

function parse(
  parts: Parts,
  bag: DiagnosticBag,
  options: ProviderOptions,
  isReturn: boolean,
): KernelFunctionPoint | undefined {
  const last = parts.all.at(-1);
  const module = parts.all.length > 1 ? parts.all[0]?.text : undefined;
  if (last === undefined || last.text === "") return refuse(() => bag.error("kprobe-target", parts.span, {}));
  const target = parseFunction(last.text, last.isQuoted, parts, bag);
  if (target === undefined) return undefined;
  if (target.kind === "address" && !options.isUnsafe)
    return refuse(() => bag.error("address-needs-unsafe", parts.span, {}));
  if (isReturn && target.kind === "symbol" && target.offset !== 0n)
    return refuse(() => bag.error("offset-not-allowed", parts.span, {}));
  return { module, target, isReturn, isMatch: false, start: undefined };
}

function expand(
  name: string,
  point: KernelFunctionPoint,
  facts: KernelFacts,
  options: ProviderOptions,
): Expansion<KernelFunctionPoint> {
  const { target, module } = point;
  const text = module === undefined ? targetText(target) : `${module}:${targetText(target)}`;
  if (target.kind === "address") return { candidates: [{ point, name: `${name}:${text}` }], missing: undefined };
  if (hasWildcard(target.symbol) || hasWildcard(module ?? "")) {
    const matches = globMatcher(text);
    const functions = (facts.traceableFunctions() ?? []).filter((f) => matches(shownName(f, module)));
    return { candidates: candidatesFor(name, point, functions, facts), missing: undefined };
  }
  const known = (facts.traceableFunctions() ?? []).filter(
    (f) => f.name === target.symbol && (module === undefined || f.module === module),
  );
  const copies = countOf(known) > 1 && target.offset === 0n ? known : [];
  const found = copies.length > 0 ? candidatesFor(name, point, copies, facts) : [{ point, name: `${name}:${text}` }];
  const notices = noticesOf(name, point, target.symbol, known.length > 0, { facts, options });
  if (known.length > 0 || isThere(target.symbol, facts) || options.isUnsafe) {
    return { candidates: found, missing: undefined, ...notices };
  }
  const missingHint = facts.isBlacklisted(target.symbol) ? blacklisted(target.symbol) : undefined;
  return { candidates: [], missing: text, missingHint, ...notices };
}

const shownName = ({ name, module }: KernelFunction, asked: string | undefined): string =>
  asked === undefined ? name : `${module}:${name}`;

const countOf = (functions: readonly KernelFunction[]): number =>
  functions.reduce((sum, { copies = 1 }) => sum + copies, 0);

/** Where the kernel does not say what is traceable, any function of its may be. */
const isThere = (symbol: string, facts: KernelFacts): boolean =>
  (facts.traceableFunctions() ?? []).length === 0 && facts.hasKernelSymbol(symbol);

const blacklisted = (symbol: string): string =>
  `The kernel forbids kprobes on ${symbol}: it is on the blacklist (/sys/kernel/debug/kprobes/blacklist).`;

/** What is said of a function that was given by name, whether it is probed or not. */
function noticesOf(
  provider: string,
  { module }: KernelFunctionPoint,
  symbol: string,
  isTraceable: boolean,
  { facts, options }: { readonly facts: KernelFacts; readonly options: ProviderOptions },
): Pick<Expansion<KernelFunctionPoint>, "wrong" | "warned"> {
  const wrong: Notice[] = [];
  const warned: Notice[] = [];
  if (module !== undefined && !facts.loadedModules().includes(module)) {
    wrong.push({ code: "module-not-loaded", args: { module, name: `${provider}:${module}:${symbol}` } });
  }
  if (!isTraceable && options.missingProbes !== "ignore") {
    warned.push({ code: "kprobe-not-traceable", args: { symbol } });
  }
  return { wrong, warned };
}

/** One for each name; of a name that several functions have, one for each of them. */
function candidatesFor(
  name: string,
  point: KernelFunctionPoint,
  functions: readonly KernelFunction[],
  facts: KernelFacts,
): readonly Candidate<KernelFunctionPoint>[] {
  const byName = new Map<string, KernelFunction[]>();
  for (const f of functions) {
    const shown = shownName(f, point.module);
    const same = byName.get(shown);
    if (same === undefined) byName.set(shown, [f]);
    else same.push(f);
  }
  const groups = [...byName];
  const ambiguous = groups.filter(([, same]) => point.module !== undefined || countOf(same) > 1);
  const names = new Set(ambiguous.flatMap(([, same]) => same.map((f) => f.name)));
  const addresses = names.size === 0 ? new Map<string, never>() : facts.functionAddresses(names);
  return groups.flatMap(([shown, same]) => {
    const [first] = same;
    if (first === undefined) return [];
    const module = point.module === undefined ? undefined : first.module;
    const starts = (names.has(first.name) ? (addresses.get(first.name) ?? []) : []).filter((found) => module === undefined || found.module === module);
    const found = (start: bigint | undefined): Candidate<KernelFunctionPoint> => ({
      point: {
        ...point,
        module,
        target: { kind: "symbol", symbol: first.name, offset: offsetOf(point.target) },
        isMatch: true,
        start,
      },
      name: `${name}:${shown}`,
    });
    // Others than those may have the name too, and nobody says which.
    const isKnown = starts.length === countOf(same);
    return isKnown ? starts.map(({ address }) => found(address)) : [found(undefined)];
  });
}

const offsetOf = (target: FunctionTarget): bigint => (target.kind === "symbol" ? target.offset : 0n);
