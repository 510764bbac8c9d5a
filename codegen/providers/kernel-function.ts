/** `kprobe` and `kretprobe`: the same but for the return. */
import { big, bool, optional, record, cString, union } from "../codec/index.js";
import type { DiagnosticBag } from "../../grammar/index.js";
import { findFunction } from "../btf/index.js";
import type { KernelFacts } from "../facts.js";
import { functionProbe } from "./contexts.js";
import {
  type AttachedProvider,
  defineProvider,
  marked,
  type Parts,
  type ProviderOptions,
} from "../language/provider.js";
import type { Doc } from "../language/function.js";
import { type FunctionTarget, parseFunction, refuse } from "./function-point.js";
import { globMatcher, isEverything, NEVER_MATCHED } from "../language/glob.js";
import { expandKernelFunction } from "./kernel-function-expansion.js";
import { KPROBE_MULTI, KPROBE_SESSION, PERF_EVENTS } from "./ways.js";
import { btfOf, parameterText } from "./parameter-text.js";

export interface KernelFunctionPoint {
  readonly module: string | undefined;
  readonly target: FunctionTarget;
  readonly isReturn: boolean;
  /** A pattern has found it. */
  readonly isMatch: boolean;
  /** It is among the functions that the kernel lists. */
  readonly isListed: boolean;
  /** Where the function starts, if its name alone does not tell it from others. */
  readonly start: bigint | undefined;
}

interface Own {
  readonly doc: Doc;
  readonly otherWords: readonly string[];
  readonly isReturn: boolean;
}

const POINT = record<KernelFunctionPoint>({
  module: optional(cString),
  target: union<FunctionTarget, "kind">("kind", {
    symbol: record({ symbol: cString, offset: big }),
    address: record({ address: big }),
  }),
  isReturn: bool,
  isMatch: bool,
  isListed: bool,
  start: optional(big),
});

export const defineKernelFunction = (
  name: string,
  alias: string,
  { doc, otherWords, isReturn }: Own,
): AttachedProvider<KernelFunctionPoint> =>
  defineProvider<KernelFunctionPoint>({
    name,
    aliases: [alias],
    otherWords,
    recognise: isReturn
      ? undefined
      : ([name = "", ...rest], facts) => (rest.length === 0 && isKnown(name, facts) ? [name] : []),
    doc,
    partCounts: [1, 2],
    parse: (parts, bag, options) => parse(parts, bag, options, isReturn),
    wildcard: isReturn ? "none" : "kernel",
    expand: (point, facts, options) => expandKernelFunction(point, { name, facts, options }),
    list: (facts, search) => {
      const args = (text: string): readonly string[] => argumentsOf(text.slice(name.length + 1), isReturn, facts);
      return list(search, facts).map((target) => ({ text: `${name}:${target}`, args }));
    },
    listText: (facts, search) => {
      const isOfAll = search.all.length === 1 && isEverything(search.all[0]?.text ?? "");
      if (isOfAll) return facts.traceableFunctionText({ prefix: `${name}:`, without: NEVER_MATCHED }) ?? "";
      return list(search, facts)
        .map((target) => `${name}:${target}`)
        .join("\n");
    },
    listed: (candidate, facts) => ({
      text: candidate.name,
      args: (text) => argumentsOf(text.slice(name.length + 1), isReturn, facts),
    }),
    modules: modulesOf,
    context: () => functionProbe(name, { of: "kernel", isReturn }),
    hasOneContext: () => true,
    codec: POINT,
    pidFilter: "program",
    // The probes of an entry run in the opposite order of attaching, those of a return in the order.
    schedule: { runs: "attached", order: isReturn ? "forward" : "reverse", isSlowToDetach: true },
    ways: [{ ...KPROBE_MULTI, takes: () => (point) => point.isMatch && isForLink(point) }, PERF_EVENTS],
    session: { way: KPROBE_SESSION, isReturn, place: (point) => (isForLink(point) ? placeOf(point) : undefined) },
  });

/** A link knows names without their modules. */
const isForLink = ({ isListed, module, start, target }: KernelFunctionPoint): boolean =>
  isListed && target.kind === "symbol" && target.offset === 0n && (module === undefined || start !== undefined);

const placeOf = ({ module, target, start }: KernelFunctionPoint): string =>
  `${module ?? ""}:${target.kind === "symbol" ? target.symbol : ""}:${start ?? ""}`;

const isKnown = (name: string, facts: KernelFacts): boolean =>
  facts.traceableFunctions(name)?.some((f) => f.name === name) ?? facts.hasKernelSymbol(name);

// ---------------------------------------------------------------- listing

/** `FUNCTION`, or `MODULE:FUNCTION` when a module is asked for. */
function list(search: Parts, facts: KernelFacts): readonly string[] {
  const matches = globMatcher(search.all.map((p) => p.text).join(":"));
  const named = search.all.at(-1)?.text;
  if (search.all.length === 1) return (facts.traceableFunctionNames(named) ?? []).filter(matches);
  return (facts.traceableFunctions(named) ?? []).map((f) => `${f.module}:${f.name}`).filter(matches);
}

function argumentsOf(target: string, isReturn: boolean, facts: KernelFacts): readonly string[] {
  const [name = "", module = moduleOf(target, facts)] = target.split(":").reverse();
  const btf = btfOf(module, facts);
  const proto = btf === undefined ? undefined : findFunction(btf, name)?.proto;
  if (btf === undefined || proto === undefined) return [];
  if (!isReturn) return proto.params.map(({ type }, i) => parameterText(btf, type, `arg${i}`));
  return [proto.result === 0 ? "void" : parameterText(btf, proto.result, "retval")];
}

/** The kernel itself, if it has a function of that name. */
function moduleOf(name: string, facts: KernelFacts): string {
  if (facts.btf?.findOwn("func", name) !== undefined) return "vmlinux";
  return facts.traceableFunctions(name)?.find((f) => f.name === name)?.module ?? "vmlinux";
}

// ---------------------------------------------------------------- types

/** To look for so many names costs less than to read what the kernel lists. */
const FEW = 8;

/** Those that are named, and those that have functions of the names. */
function modulesOf(points: readonly KernelFunctionPoint[], facts: KernelFacts): readonly string[] {
  const named = points.flatMap(({ module }) => module ?? []);
  const loose = points.filter(({ module }) => module === undefined);
  const symbols = new Set(loose.map(({ target }) => (target.kind === "symbol" ? target.symbol : "")));
  const sought = symbols.size > FEW ? ["*"] : [...symbols];
  const functions = sought.flatMap((name) => facts.traceableFunctions(name) ?? []);
  return [...named, ...functions.filter(({ name }) => symbols.has(name)).map(({ module }) => module)];
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
    return refuse(() => bag.error("address-needs-unsafe", parts.span, {}, marked(last)));
  if (isReturn && target.kind === "symbol" && target.offset !== 0n)
    return refuse(() => bag.error("offset-not-allowed", parts.span, {}, marked(last)));
  return { module, target, isReturn, isMatch: false, isListed: false, start: undefined };
}
