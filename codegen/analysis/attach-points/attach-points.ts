/**
 * From attach points as written to what exists: parts, providers, wildcards, and one body for all points
 * whose context is the same (probes-and-cli.md 3).
 */
import { type AttachPoint, copy, DiagnosticBag, messageOf, type Probe, visit } from "../../../grammar/index.js";
import type { KernelFacts } from "../../facts.js";
import type {
  ArgsRegistry,
  Part,
  Parts,
  ProbeContext,
  ProviderDefinition,
  ProviderOptions,
  Refusal,
} from "../../language/provider.js";
import { type Language, providerNamed } from "../../language/language.js";
import { InternalError } from "../../internal-error.js";
import { globMatcher, hasWildcard } from "../../language/glob.js";
import type { StructSource } from "../../types/struct-source.js";
import { splitAttachPoint } from "./attach-point-text.js";
import type { Config } from "../../config.js";
import { addMacroWords, type CMacros } from "../expansion/expand-c-macros.js";
import type { ExpandedPoint, NumberedPoint, TypedProbe } from "../typed-program.js";

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
    const providers = matchingProviders(language, text, isOfUsers ? "user" : "kernel", rest.length);
    if (providers.length > 0) return parseForEach(providers, rest, source, input);
    bag.error("no-provider-matched", source.span, { text });
    return undefined;
  }
  const provider = resolveProvider(text, source, input);
  return provider === undefined ? [] : parsePoint(provider, rest, source, input);
}

/** Providers that can make nothing of the parts drop out; when none can, the first one says why. */
function parseForEach(
  providers: readonly ProviderDefinition[],
  rest: readonly Part[],
  source: AttachPoint,
  input: ExpansionInput,
): readonly ParsedPoint[] {
  const points = providers.flatMap((provider) =>
    parsePoint(provider, rest, source, { ...input, bag: new DiagnosticBag() }),
  );
  const [first] = providers;
  return points.length > 0 || first === undefined ? points : parsePoint(first, rest, source, input);
}

/** What a wildcard in place of a provider stands for. */
function matchingProviders(
  { providers }: Language,
  pattern: string,
  of: "user" | "kernel",
  partCount: number,
): readonly ProviderDefinition[] {
  const matches = globMatcher(pattern);
  return [...providers.values()].filter(
    ({ name, wildcard, partCounts }) => wildcard === of && matches(name) && partCounts.includes(partCount),
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
  const parts = definition.meant?.(rest, optionsOf(input)) ?? rest;
  const isLocation = definition.acceptsLocation === true && parts.some((part) => part.text === "@");
  if (!isLocation && !takes(definition, parts.length, input)) {
    const allowed = definition.partCounts.join(" or ");
    bag.error("part-count", source.span, { provider, allowed, found: rest.length });
    return [];
  }
  const all: Parts = { all: parts, span: source.span, provider };
  const point = definition.parse(all, bag, optionsOf(input));
  return point === undefined ? [] : [{ provider: definition, point, source }];
}

function takes(
  { partCounts, partCountsWithPid = partCounts }: ProviderDefinition,
  count: number,
  input: ExpansionInput,
): boolean {
  return (input.filtersByPid ? partCountsWithPid : partCounts).includes(count);
}

/** `name=provider` is accepted; the name is not used. */
function withoutName(parts: readonly Part[]): readonly Part[] {
  const [first, ...rest] = parts;
  const equals = first?.text.indexOf("=") ?? -1;
  if (first === undefined || equals < 0 || equals === first.text.length - 1) return parts;
  return [{ ...first, text: first.text.slice(equals + 1) }, ...rest];
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

const optionsOf = ({ isUnsafe, pid, filtersByPid, config, facts }: ExpansionInput): ProviderOptions => ({
  isUnsafe,
  pid,
  runningPid: filtersByPid ? pid : undefined,
  missingProbes: config.missingProbes,
  arch: facts.arch,
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
  const { bag } = input;
  const expansion = definition.expand(point, input.facts, optionsOf(input));
  const { candidates, missing, missingTarget: target, targetTrouble, refused = [], warned = [] } = expansion;
  if (target !== undefined) {
    const hints = targetTrouble === undefined ? [] : [targetTrouble];
    bag.error("target-missing", source.span, { provider, target }, { hints });
  }
  if (missing !== undefined) reportMissing(provider, missing, source, input);
  reportRefused(refused, source, input);
  for (const { code, args, hints } of warned) bag.warning(code, source.span, args, { hints: hints ?? [] });
  return candidates.map((candidate) => ({ ...candidate, provider, span: source.span }));
}

function reportMissing(provider: string, target: string, source: AttachPoint, { config, bag }: ExpansionInput): void {
  if (config.missingProbes === "error") bag.error("no-matches", source.span, { provider, target });
  else if (config.missingProbes === "warn") bag.warning("no-matches-skipped", source.span, { provider, target });
}

/** So many of the points that a pattern leaves out are named. */
const MAX_NAMED = 10;

function reportRefused(refused: readonly Refusal[], { span }: AttachPoint, { config, bag }: ExpansionInput): void {
  if (config.missingProbes === "ignore") return;
  for (const { name, notice } of refused.filter(({ isOfPattern }) => !isOfPattern)) {
    const { code, args, hints = [] } = notice;
    if (config.missingProbes === "error") bag.error(code, span, args, { hints: [...hints, MAY_BE_EXPECTED] });
    else bag.warning(code, span, args, { hints: [`Unable to attach probe: ${name}. Skipping.`] });
  }
  const leftOut = refused.filter(({ isOfPattern }) => isOfPattern);
  if (leftOut.length === 0) return;
  const named = leftOut.slice(0, MAX_NAMED).map(({ notice: { code, args } }) => messageOf(code, args));
  const others = leftOut.length > MAX_NAMED ? [`… and so for ${leftOut.length - MAX_NAMED} more.`] : [];
  const hints = [`${leftOut.length} of what the pattern matches ${leftOut.length === 1 ? "is" : "are"} left out.`];
  bag.warning("points-left-out", span, { reasons: [...named, ...others].join("\n") }, { hints });
}

const MAY_BE_EXPECTED = "If this is expected, set the 'missing_probes' config variable to 'warn'.";

/** What of its context a body can see decides which points can share it. */
interface Use {
  readonly args: boolean;
  readonly probe: boolean;
  readonly target: boolean;
}

function useOf(probe: Probe, cMacros: CMacros | undefined): Use {
  const names = new Set<string>();
  visit(probe, (node) => {
    if (node.kind === "identifier" || node.kind === "call") names.add(node.name);
  });
  if (cMacros !== undefined) addMacroWords(cMacros, names);
  const target = names.has("uaddr") || names.has("elf_is_exe");
  return { args: names.has("args"), probe: names.has("probe"), target };
}

interface Group {
  readonly context: ProbeContext;
  readonly points: ExpandedPoint[];
}

function bodiesFor(probe: Probe, points: readonly ExpandedPoint[], input: ExpansionInput): readonly TypedProbe[] {
  const use = useOf(probe, input.cMacros);
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
    const points = numbered(group.points);
    const context = {
      ...group.context,
      argumentSites: once(() => points.flatMap((point) => point.sites?.all() ?? [])),
    };
    return { probe: own, predicate: own.predicate, body: own.body, context, points };
  });
}

function numbered(points: readonly ExpandedPoint[]): readonly NumberedPoint[] {
  let firstSite = 0;
  return points.map((point) => {
    const own = { ...point, firstSite };
    firstSite += point.sites?.count ?? 1;
    return own;
  });
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

function contextOf(
  expanded: ExpandedPoint,
  use: Use,
  { language, facts, structs, pid, filtersByPid }: ExpansionInput,
): ProbeContext {
  const { provider, point, name, target } = expanded;
  const definition = language.providers.get(provider);
  if (definition === undefined) throw new InternalError("analysis", `no provider is called ${provider}`);
  const { context, pidFilter, schedule } = definition;
  return {
    ...context(point, facts, structs, { usesArgs: use.args }),
    provider,
    schedule,
    target: use.target ? target?.() : undefined,
    pidFilter: filtersByPid && pidFilter === "program" ? pid : undefined,
    childPid: filtersByPid ? undefined : pid,
    argumentSites: () => [],
    probeName: use.probe ? name : undefined,
  };
}

/** Contexts with equal keys compile to the same program. */
function keyOf(context: ProbeContext): string {
  const { args, target } = context;
  return JSON.stringify([
    context.provider,
    context.programType,
    context.space,
    context.probeName,
    args?.struct.name,
    target?.executable.path,
    target?.address.toString(),
  ]);
}
