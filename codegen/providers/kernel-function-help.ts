/** Why a function of the kernel cannot be probed, and what can instead. */
import { didYouMean, type Help, inWords, nearestNames, suggestion } from "../../grammar/index.js";
import type { KernelFacts } from "../facts.js";
import { ARGUMENT_REGISTERS } from "../kernel/pt-regs.js";
import { btfOf } from "./parameter-text.js";
import { hasWildcard } from "../language/glob.js";
import { helpOnPattern } from "./pattern-help.js";
import { findFunction } from "../btf/index.js";

export interface SoughtFunction {
  readonly symbol: string;
  readonly module: string | undefined;
  /** Of the attach point. */
  readonly provider: string;
  readonly isTrampoline: boolean;
  readonly facts: KernelFacts;
}

/** The first that has something to say. Each looks for more than the one before. */
export function helpOnFunction(sought: SoughtFunction): Help {
  for (const explain of EXPLANATIONS) {
    const hints = explain(sought);
    if (hints.length > 0) return { hints };
  }
  return {};
}

/** `PATTERN` or `MODULE:PATTERN`. */
interface SoughtPattern {
  readonly module: string | undefined;
  readonly pattern: string;
}

const isNoModule = ({ module }: SoughtPattern, facts: KernelFacts): boolean =>
  module !== undefined && !hasWildcard(module) && !facts.loadedModules().includes(module);

/** Which part of the attach point is wrong. */
export const missingPartOf = (sought: SoughtPattern, facts: KernelFacts): number =>
  isNoModule(sought, facts) ? 0 : -1;

export function helpOnModulePattern(sought: SoughtPattern, facts: KernelFacts): Help {
  const { module, pattern } = sought;
  return helpOnMissingModule(module, facts) ?? { hints: helpOnPattern(pattern, functionNames(facts)) };
}

/** Undefined: it is not the module that is missing. */
export function helpOnMissingModule(module: string | undefined, facts: KernelFacts): Help | undefined {
  if (module === undefined || !isNoModule({ module, pattern: "" }, facts)) return undefined;
  const meant = didYouMean(module, facts.loadedModules());
  return {
    hints: meant.length > 0 ? meant : [`The module ${module} is not loaded: \`lsmod\` shows those that are.`],
  };
}

type Explanation = (sought: SoughtFunction) => readonly string[];

const EXPLANATIONS: readonly Explanation[] = [
  isOfOtherModule,
  isOfNoModule,
  isForbidden,
  hasClones,
  isInlined,
  isSystemCall,
  isNoTarget,
  isMisspelt,
  isBeginning,
];

function isOfNoModule({ module, facts }: SoughtFunction): readonly string[] {
  return helpOnMissingModule(module, facts)?.hints ?? [];
}

/** The function is there, and traceable, but not where it was said to be. */
function isOfOtherModule({ symbol, module, provider, isTrampoline, facts }: SoughtFunction): readonly string[] {
  const found = (facts.traceableFunctions(symbol) ?? []).filter((f) => f.name === symbol);
  if (found.length === 0) return [];
  const elsewhere = found.filter((f) => module !== undefined && f.module !== module);
  if (elsewhere.length > 0) return suggestion(elsewhere.map((f) => `${provider}:${f.module}:${symbol}`).slice(0, 3));
  return isTrampoline ? whyNoTrampoline(symbol, found[0]?.module ?? "vmlinux", facts) : [];
}

/** Kprobes want to know nothing of a function, trampolines everything. */
function whyNoTrampoline(symbol: string, module: string, facts: KernelFacts): readonly string[] {
  const btf = btfOf(module, facts);
  const proto = btf === undefined ? undefined : findFunction(btf, symbol)?.proto;
  const limit = ARGUMENT_REGISTERS[facts.arch].length;
  const why =
    proto === undefined
      ? `The kernel's BTF does not describe \`${symbol}\``
      : proto.params.length > limit
        ? `\`${symbol}\` has ${proto.params.length} parameters, more than the ${limit} that are passed in registers`
        : `The kernel has no trampoline for \`${symbol}\`, or not for what it passes`;
  return [`${why}: \`kprobe:${symbol}\` works.`];
}

/** What the kernel forbids to kprobes is no target of trampolines either, as in bpftrace. */
function isForbidden({ symbol, provider, isTrampoline, facts }: SoughtFunction): readonly string[] {
  if (!facts.isBlacklisted(symbol)) return [];
  const list = "the blacklist (/sys/kernel/debug/kprobes/blacklist)";
  const said = isTrampoline
    ? `The kernel has ${symbol} on ${list} of what is not to be probed.`
    : `The kernel forbids kprobes on ${symbol}: it is on ${list}.`;
  const neighbours = nearestNames(symbol, functionNames(facts)).slice(0, 2);
  const others = neighbours.length > 0 ? neighbours : beginningLike(symbol, facts).slice(0, 3);
  const shown = inWords(
    others.map((name) => `\`${provider}:${name}\``),
    "and",
  );
  return others.length === 0 ? [said] : [said, `Near it ${shown} can be probed.`];
}

/** The compiler has made others of it, for certain arguments: `f.isra.0`. */
function hasClones({ symbol, provider, isTrampoline, facts }: SoughtFunction): readonly string[] {
  const clones = functionNames(facts).filter((name) => name.startsWith(`${symbol}.`) && !name.includes(".cold"));
  if (clones.length === 0 || isTrampoline) return [];
  const shown = [...new Set(clones)].slice(0, 3).map((name) => `\`${provider}:${name}\``);
  return [`The compiler has changed what \`${symbol}\` takes, and its name: ${inWords(shown, "or")}.`];
}

/** There is no code of its own: it has become part of those that call it. */
function isInlined({ symbol, provider, facts }: SoughtFunction): readonly string[] {
  const callers = facts.inlinedInto(symbol);
  if (callers.length === 0) return [];
  const shown = callers.slice(0, 3).map((name) => `\`${provider}:${name}\``);
  const more = callers.length > shown.length ? ` (${callers.length} in all)` : "";
  return [`\`${symbol}\` was inlined: probe what calls it, ${inWords(shown, "or")}${more}.`];
}

/** `sys_read` has had the name of its architecture in front since 4.17. */
function isSystemCall({ symbol, provider, facts }: SoughtFunction): readonly string[] {
  const call = /^(?:sys|SyS|do_sys|ksys|__sys)_(\w+)$/.exec(symbol)?.[1];
  if (call === undefined) return [];
  const prefix = facts.arch === "aarch64" ? "__arm64_sys_" : "__x64_sys_";
  const own = functionNames(facts).includes(`${prefix}${call}`) ? [`${provider}:${prefix}${call}`] : [];
  const event = `syscalls:sys_enter_${call}`;
  return suggestion([
    ...own,
    ...(facts.tracepointFormat("syscalls", `sys_enter_${call}`) ? [`tracepoint:${event}`] : []),
  ]);
}

/** A symbol that is no function, or none that may be traced. */
function isNoTarget({ symbol, facts }: SoughtFunction): readonly string[] {
  if (!facts.hasKernelSymbol(symbol)) return [];
  const isFunction = facts.kernelFunctionNames().includes(symbol);
  // What the kernel itself would say of it is not known.
  if (isFunction && facts.givenFunctions !== undefined) return [`${facts.givenFunctions} does not list \`${symbol}\`.`];
  if (isFunction) {
    const like = beginningLike(symbol, facts).map((name) => `\`${name}\``);
    const said = `The kernel has a function \`${symbol}\` that it lets nobody trace (notrace or noinstr).`;
    return like.length === 0 ? [said] : [said, `It can trace ${inWords(like, "and")}.`];
  }
  return [`\`${symbol}\` is a variable of the kernel, not a function: \`kaddr("${symbol}")\` is where it is.`];
}

function isMisspelt({ symbol, facts }: SoughtFunction): readonly string[] {
  return didYouMean(symbol, functionNames(facts));
}

/** Shorter beginnings say too little. */
const SHORTEST_START = 5;
const MAX_SHOWN = 3;

function isBeginning({ symbol, facts }: SoughtFunction): readonly string[] {
  return symbol.length < SHORTEST_START ? [] : suggestion(startingWith(symbol, facts));
}

/** The shortest names come first. */
const startingWith = (start: string, facts: KernelFacts): readonly string[] =>
  [...new Set(functionNames(facts).filter((name) => name.startsWith(start)))]
    .sort((a, b) => a.length - b.length || (a < b ? -1 : 1))
    .slice(0, MAX_SHOWN);

/** Those that share the most of the beginning, up to a word's end: `do_int3` and `do_int80`. */
function beginningLike(symbol: string, facts: KernelFacts): readonly string[] {
  const start = symbol.slice(0, symbol.lastIndexOf("_") + 1);
  return start.length < SHORTEST_START ? [] : startingWith(start, facts).filter((name) => name !== symbol);
}

/** Those that kprobes may be on; where the kernel does not say which, all. */
const functionNames = (facts: KernelFacts): readonly string[] =>
  facts.traceableFunctionNames() ?? facts.kernelFunctionNames();
