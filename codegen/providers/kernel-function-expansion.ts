/** Which functions of the kernel an attach point means. Several can have one name, in one module or in several. */
import { didYouMean, inWords } from "../../grammar/index.js";
import type { KernelFacts, KernelFunction } from "../facts.js";
import { globMatcher, hasWildcard } from "../language/glob.js";
import type { Candidate, Expansion, Notice, ProviderOptions } from "../language/provider.js";
import { type FunctionTarget, targetText } from "./function-point.js";
import { helpOnFunction, helpOnModulePattern, missingPartOf } from "./kernel-function-help.js";
import type { KernelFunctionPoint as Point } from "./kernel-function.js";

type SymbolTarget = Extract<FunctionTarget, { readonly kind: "symbol" }>;

interface Asking {
  /** The provider's. */
  readonly name: string;
  readonly facts: KernelFacts;
  readonly options: ProviderOptions;
}

export function expandKernelFunction(point: Point, asking: Asking): Expansion<Point> {
  const { target, module } = point;
  if (target.kind === "address") return { candidates: [candidate(point, asking)], missing: undefined };
  return hasWildcard(target.symbol) || hasWildcard(module ?? "")
    ? { candidates: matchesOf(point, target, asking), missing: undefined, ...patternHelp(point, target, asking) }
    : expandName(point, target, asking);
}

function patternHelp({ module }: Point, { symbol }: SymbolTarget, { facts }: Asking): Partial<Expansion<Point>> {
  const sought = { module, pattern: symbol };
  return {
    missingPart: missingPartOf(sought, facts),
    missingHelp: () => helpOnModulePattern(sought, facts),
  };
}

const candidate = (point: Point, { name }: Asking): Candidate<Point> => ({ point, name: `${name}:${textOf(point)}` });

const textOf = ({ module, target }: Point): string =>
  module === undefined ? targetText(target) : `${module}:${targetText(target)}`;

// ---------------------------------------------------------------- patterns

/** All functions that a pattern matches, those with one name too. */
function matchesOf(point: Point, { symbol, offset }: SymbolTarget, asking: Asking): readonly Candidate<Point>[] {
  const { facts } = asking;
  const matches = globMatcher(point.module === undefined ? symbol : `${point.module}:${symbol}`);
  const named = new Map<string, KernelFunction[]>();
  for (const f of facts.traceableFunctions(symbol) ?? []) {
    const shown = point.module === undefined ? f.name : `${f.module}:${f.name}`;
    if (matches(shown)) named.set(shown, [...(named.get(shown) ?? []), f]);
  }
  // A link cannot be told of modules, only of addresses.
  const isPlain = (same: readonly KernelFunction[]): boolean => point.module === undefined && countOf(same) === 1;
  const sought = [...named.values()].flatMap((same) => (isPlain(same) ? [] : same.map((f) => f.name)));
  const addresses = sought.length === 0 ? undefined : facts.functionAddresses(new Set(sought));
  return [...named.values()].flatMap((same) => {
    const [{ name, module }] = same as [KernelFunction];
    const found = {
      ...point,
      target: { kind: "symbol" as const, symbol: name, offset },
      isMatch: true,
      isListed: true,
    };
    const own = point.module === undefined ? found : { ...found, module };
    const starts = isPlain(same) ? [] : startsOf(name, own.module, addresses);
    // Others than those that are traceable may have the name, and nobody says which.
    const isKnown = starts.length === countOf(same);
    return isKnown
      ? starts.map((start) => candidate({ ...own, start }, asking))
      : [candidate({ ...own, start: undefined }, asking)];
  });
}

const countOf = (functions: readonly KernelFunction[]): number =>
  functions.reduce((sum, { copies = 1 }) => sum + copies, 0);

const startsOf = (
  name: string,
  module: string | undefined,
  addresses: ReturnType<KernelFacts["functionAddresses"]> | undefined,
): readonly bigint[] =>
  (addresses?.get(name) ?? [])
    .filter((found) => module === undefined || found.module === module)
    .map(({ address }) => address);

// ---------------------------------------------------------------- names

function expandName(point: Point, target: SymbolTarget, asking: Asking): Expansion<Point> {
  const { facts, options } = asking;
  const { symbol } = target;
  const { module } = point;
  const functions = facts.traceableFunctions(symbol);
  const named = (functions ?? []).filter((f) => f.name === symbol);
  const known = named.filter((f) => module === undefined || f.module === module);
  const notices = {
    wrong: module === undefined || facts.loadedModules().includes(module) ? [] : [notLoaded(module, symbol, asking)],
    warned:
      functions === undefined || named.length > 0 || options.missingProbes === "ignore" ? [] : [notTraceable(symbol)],
  };
  const found = candidate({ ...inItsModule(point, symbol, named, facts), isListed: known.length > 0 }, asking);
  if (countOf(known) > 1) {
    return refusal(found.name, ambiguous(point, symbol, known, asking));
  }
  const outside = module === undefined || module === "vmlinux" ? outsideOf(target, facts) : undefined;
  if (outside !== undefined) return refusal(found.name, outside);
  const isBlacklisted = known.length === 0 && facts.isBlacklisted(symbol);
  // Where the kernel does not say what is traceable, any function of its may be.
  if (known.length > 0 || (functions === undefined && facts.hasKernelSymbol(symbol)) || options.isUnsafe) {
    const trouble = isBlacklisted ? { trouble: blacklisted(symbol) } : {};
    return { candidates: [{ ...found, ...trouble }], missing: undefined, ...notices };
  }
  const missing = module === undefined ? symbol : `${module}:${symbol}`;
  return {
    candidates: [],
    missing,
    missingHelp: () => helpOnFunction({ symbol, module, provider: asking.name, isTrampoline: false, facts }),
    ...notices,
  };
}

const refusal = (name: string, notice: Notice): Expansion<Point> => ({
  candidates: [],
  missing: undefined,
  refused: [{ name, notice, isOfPattern: false }],
});

/** The kernel would take it, and probe the function behind. */
function outsideOf({ symbol, offset }: SymbolTarget, facts: KernelFacts): Notice | undefined {
  const bytes = offset === 0n ? 0n : (facts.kernelFunctionBytes(symbol) ?? 0n);
  return bytes === 0n || offset < bytes ? undefined : { code: "function-outside", args: { symbol, bytes } };
}

/** The kernel takes no names of its own functions that functions of modules have, too. */
function inItsModule(point: Point, symbol: string, named: readonly KernelFunction[], facts: KernelFacts): Point {
  if (point.module === undefined || countOf(named) < 2) return point;
  const starts = startsOf(symbol, point.module, facts.functionAddresses(new Set([symbol])));
  return starts.length === 1 ? { ...point, start: starts[0] } : point;
}

const notLoaded = (module: string, symbol: string, { name, facts }: Asking): Notice => ({
  part: 0,
  help: () => ({ hints: didYouMean(module, facts.loadedModules()) }),
  code: "module-not-loaded",
  args: { module, name: `${name}:${module}:${symbol}` },
});

const notTraceable = (symbol: string): Notice => ({ code: "kprobe-not-traceable", args: { symbol } });

const blacklisted = (symbol: string): string =>
  `The kernel forbids kprobes on ${symbol}: it is on the blacklist (/sys/kernel/debug/kprobes/blacklist).`;

/** The kernel takes such a name from nobody; it takes an address, and the name of a module that has one of the functions. */
function ambiguous(point: Point, symbol: string, known: readonly KernelFunction[], { name, facts }: Asking): Notice {
  const places = (facts.functionAddresses(new Set([symbol])).get(symbol) ?? []).filter(
    (place) => point.module === undefined || place.module === point.module,
  );
  const shown = places.map(({ module, address }) => `0x${address.toString(16)} (${module})`);
  const modules = known.filter(({ copies = 1 }) => copies === 1).map(({ module }) => `${name}:${module}:${symbol}`);
  const [first] = places;
  const hints = [
    shown.length === 0 ? "The kernel does not show where they are." : `They are at ${inWords(shown, "and")}.`,
    ...(modules.length > 0 ? [`Name the module: ${inWords(modules, "or")}.`] : []),
    ...(first === undefined ? [] : [`Probe one by address: ${name}:0x${first.address.toString(16)} (with --unsafe).`]),
    ...(point.module === undefined ? [`Probe all of them with a pattern: ${name}:*:${symbol}.`] : []),
  ];
  return { code: "kprobe-ambiguous", args: { symbol, count: countOf(known) }, hints };
}
