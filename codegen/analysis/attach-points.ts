/**
 * From attach points as written to what exists: parts, providers, wildcards, and one body for all points
 * whose context is the same (probes-and-cli.md 3).
 */
import { type AttachPoint, copy, type DiagnosticBag, type Probe, visit } from "../../grammar/index.js";
import type { KernelFacts } from "../facts.js";
import type {
  ArgsRegistry,
  ContextParts,
  Part,
  Parts,
  ProbeContext,
  ProviderDefinition,
  ProviderOptions,
} from "../language/provider.js";
import { type Language, providerNamed } from "../language/language.js";
import { InternalError } from "../internal-error.js";
import { globMatcher, hasWildcard } from "../providers/glob.js";
import type { StructSource } from "../types/struct-source.js";
import { splitAttachPoint } from "./attach-point-text.js";
import type { Config } from "../config.js";
import { addMacroWords, type CMacros } from "./expand-c-macros.js";
import type { ExpandedPoint, TypedProbe } from "./typed-program.js";

export interface ExpansionInput {
  readonly language: Language;
  readonly facts: KernelFacts;
  readonly structs: StructSource & ArgsRegistry;
  readonly config: Config;
  readonly positional: readonly string[];
  readonly isUnsafe: boolean;
  readonly pid: number | undefined;
  /** Events are filtered by `pid` in the program where the kernel does not do it. */
  readonly filtersByPid: boolean;
  /** Of the script's C definitions. */
  readonly cMacros?: CMacros;
  readonly bag: DiagnosticBag;
}

/** An attach point whose text makes sense. */
interface ParsedPoint {
  readonly provider: ProviderDefinition;
  readonly point: unknown;
  readonly source: AttachPoint;
}

export interface ParsedProbe {
  readonly probe: Probe;
  readonly points: readonly ParsedPoint[];
}

/** Syntax of attach points; nothing is looked up yet. */
export function parseAttachPoints(probes: readonly Probe[], input: ExpansionInput): readonly ParsedProbe[] {
  return probes.map((probe) => {
    const parsed = probe.attachPoints.map((point) => parseText(point, input));
    const [first] = probe.attachPoints;
    const isEmpty = parsed.every((points) => points === undefined);
    if (isEmpty && first !== undefined) input.bag.error("no-attach-points", first.span, {});
    return { probe, points: parsed.flatMap((points) => points ?? []) };
  });
}

/** Undefined: it stands for nothing at all. */
function parseText(source: AttachPoint, input: ExpansionInput): readonly ParsedPoint[] | undefined {
  const { language, bag, positional, filtersByPid } = input;
  const split = splitAttachPoint(source, positional, bag);
  if (split === undefined) return undefined;
  const [first, ...rest] = withoutName(split);
  const text = first?.text ?? "";
  if (hasWildcard(text)) {
    const isOfUsers = filtersByPid || rest.some((part) => part.text.includes("/"));
    const providers = matchingProviders(language, text, isOfUsers ? OF_USERS : OF_KERNEL, rest.length);
    if (providers.length > 0) return providers.flatMap((provider) => parsePoint(provider, rest, source, input));
    bag.error("no-provider-matched", source.span, { text });
    return undefined;
  }
  const provider = resolveProvider(text, source, input);
  return provider === undefined ? [] : parsePoint(provider, rest, source, input);
}

/** What a wildcard in place of a provider may stand for. */
const OF_USERS: ReadonlySet<string> = new Set(["uprobe", "uretprobe", "usdt"]);
const OF_KERNEL: ReadonlySet<string> = new Set([
  "kprobe",
  "kretprobe",
  "fentry",
  "fexit",
  "tracepoint",
  "rawtracepoint",
]);

function matchingProviders(
  { providers }: Language,
  pattern: string,
  names: ReadonlySet<string>,
  partCount: number,
): readonly ProviderDefinition[] {
  const matches = globMatcher(pattern);
  return [...providers.values()].filter(
    ({ name, partCounts }) => names.has(name) && matches(name) && partCounts.includes(partCount),
  );
}

function parsePoint(
  definition: ProviderDefinition,
  rest: readonly Part[],
  source: AttachPoint,
  input: ExpansionInput,
): readonly ParsedPoint[] {
  const { bag } = input;
  const provider = definition.name;
  const parts = toleratedParts(provider, rest);
  const isLocation = definition.acceptsLocation === true && parts.some((part) => part.text === "@");
  if (!isLocation && !definition.partCounts.includes(parts.length)) {
    const allowed = definition.partCounts.join(" or ");
    bag.error("part-count", source.span, { provider, allowed, found: rest.length });
    return [];
  }
  const all: Parts = { all: parts, span: source.span, provider };
  const point = definition.parse(all, bag, optionsOf(input));
  return point === undefined ? [] : [{ provider: definition, point, source }];
}

/** `name=provider` is accepted; the name is not used. */
function withoutName(parts: readonly Part[]): readonly Part[] {
  const [first, ...rest] = parts;
  const equals = first?.text.indexOf("=") ?? -1;
  if (first === undefined || equals < 0 || equals === first.text.length - 1) return parts;
  return [{ ...first, text: first.text.slice(equals + 1) }, ...rest];
}

/** `begin:*` is tolerated; a lone wildcard of a tracepoint is an event of any category. */
function toleratedParts(provider: string, parts: readonly Part[]): readonly Part[] {
  const [only] = parts;
  if (parts.length !== 1 || only === undefined) return parts;
  if ((provider === "begin" || provider === "end") && only.text === "*") return [];
  if (provider === "tracepoint" && hasWildcard(only.text)) return [{ ...only, text: "*" }, only];
  return parts;
}

function resolveProvider(
  text: string,
  source: AttachPoint,
  { language, bag }: ExpansionInput,
): ProviderDefinition | undefined {
  const provider = providerNamed(language, text);
  if (provider !== undefined) return provider;
  const isShoutedAlias = text !== text.toLowerCase() && providerNamed(language, text.toLowerCase()) !== undefined;
  if (isShoutedAlias) bag.error("invalid-provider", source.span, { text: text.toLowerCase() });
  else bag.error("invalid-probe-type", source.span, { text });
  return undefined;
}

const optionsOf = ({ isUnsafe, pid, config }: ExpansionInput): ProviderOptions => ({
  isUnsafe,
  pid,
  missingProbes: config.missingProbes,
});

// ---------------------------------------------------------------- expansion

/** What exists, with a body for each context. Probes without attach points left are reported or dropped. */
export function expandProbes(probes: readonly ParsedProbe[], input: ExpansionInput): readonly TypedProbe[] {
  const expanded: TypedProbe[] = [];
  for (const { probe, points } of probes) {
    const found = points.flatMap((point) => expandPoint(point, input));
    if (found.length > 0) expanded.push(...bodiesFor(probe, found, input));
    else if (!input.bag.hasErrors) reportEmpty(probe, input);
  }
  return expanded;
}

/** Has already been said of every attach point that was given by its exact name. */
function reportEmpty(probe: Probe, { config, bag }: ExpansionInput): void {
  const place = probe.attachPoints[0]?.span ?? probe.span;
  if (config.missingProbes === "error") bag.error("empty-probe", place, {});
  else if (config.missingProbes === "warn") bag.warning("empty-probe-removed", place, {});
}

function expandPoint(
  { provider: definition, point, source }: ParsedPoint,
  input: ExpansionInput,
): readonly ExpandedPoint[] {
  const provider = definition.name;
  const { candidates, missing, missingTarget } = definition.expand(point, input.facts, optionsOf(input));
  if (missingTarget !== undefined) input.bag.error("target-missing", source.span, { provider, target: missingTarget });
  if (missing !== undefined) reportMissing(provider, missing, source, input);
  return candidates.map((candidate) => ({ provider, point: candidate.point, name: candidate.name, span: source.span }));
}

function reportMissing(provider: string, target: string, source: AttachPoint, { config, bag }: ExpansionInput): void {
  if (config.missingProbes === "error") bag.error("no-matches", source.span, { provider, target });
  else if (config.missingProbes === "warn") bag.warning("no-matches-skipped", source.span, { provider, target });
}

/** What of its context a body can see decides which points can share it. */
interface Use {
  readonly args: boolean;
  readonly probe: boolean;
  readonly target: boolean;
}

function useOf(probe: Probe, { cMacros, language }: ExpansionInput): Use {
  const names = new Set<string>();
  visit(probe, (node) => {
    if (node.kind === "identifier" || node.kind === "call") names.add(node.name);
  });
  if (cMacros !== undefined) addMacroWords(cMacros, names, language);
  const target = names.has("uaddr") || names.has("elf_is_exe");
  return { args: names.has("args"), probe: names.has("probe"), target };
}

interface Group {
  readonly context: ProbeContext;
  readonly points: ExpandedPoint[];
}

function bodiesFor(probe: Probe, points: readonly ExpandedPoint[], input: ExpansionInput): readonly TypedProbe[] {
  const use = useOf(probe, input);
  const groups = new Map<string, Group>();
  for (const point of points) {
    const context = contextOf(point, use, input);
    const key = keyOf(context);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { context, points: [point] });
    else group.points.push(point);
  }
  return [...groups.values()].map((group, i) => {
    const own = i === 0 ? probe : copy(probe);
    return { probe: own, predicate: own.predicate, body: own.body, context: group.context, points: group.points };
  });
}

/** Providers whose events are not filtered by process when they are attached (probes-and-cli.md 11). */
const FILTERED_IN_PROGRAM: ReadonlySet<string> = new Set(["kprobe", "kretprobe", "tracepoint", "rawtracepoint"]);

function contextOf(
  { provider, point, name }: ExpandedPoint,
  use: Use,
  { language, facts, structs, pid, filtersByPid }: ExpansionInput,
): ProbeContext {
  const definition = language.providers.get(provider);
  if (definition === undefined) throw new InternalError("analysis", `no provider is called ${provider}`);
  const parts: ContextParts = definition.context(point, facts, structs, { usesArgs: use.args, usesTarget: use.target });
  return {
    ...parts,
    provider,
    pidFilter: filtersByPid && FILTERED_IN_PROGRAM.has(provider) ? pid : undefined,
    childPid: filtersByPid ? undefined : pid,
    probeName: use.probe ? name : undefined,
  };
}

/** Contexts with equal keys compile to the same program. */
function keyOf(context: ProbeContext): string {
  const { args, attachTo, target } = context;
  return JSON.stringify([
    context.provider,
    context.programType,
    context.space,
    context.probeName,
    args?.struct.name,
    attachTo?.module,
    attachTo?.btfId,
    target?.executable.path,
    target?.address.toString(),
  ]);
}
