/**
 * From attach points as written to what exists: parts, providers, wildcards, and one body for all points
 * whose context is the same (probes-and-cli.md 3).
 */
import {
  type AnyNode,
  type AttachPoint,
  context,
  copy,
  DiagnosticBag,
  didYouMean,
  type Extra,
  type Help,
  messageOf,
  type Probe,
  visit,
} from "../../../grammar/index.js";
import type { KernelFacts } from "../../facts.js";
import {
  type ArgsRegistry,
  type AttachWay,
  type BodyUse,
  marked,
  type Notice,
  type Part,
  type Parts,
  type ProbeContext,
  type ProviderDefinition,
  type ProviderOptions,
  type ProviderWay,
  type Refusal,
} from "../../language/provider.js";
import { builtinNamed, type Language, providerNamed } from "../../language/language.js";
import { InternalError } from "../../internal-error.js";
import { globMatcher, hasWildcard } from "../../language/glob.js";
import { TYPE_WORDS } from "../../types/named-types.js";
import type { StructSource } from "../../types/struct-source.js";
import { chooseWays, planAttaching } from "./attach-plan.js";
import { addCalledPrograms, type ExpandedBody } from "./called-programs.js";
import { numberPoints } from "./number-points.js";
import { pairSessions } from "./sessions.js";
import { similarProvider } from "./similar-provider.js";
import { splitAttachPoint } from "./attach-point-text.js";
import type { Config } from "../../config.js";
import { addMacroWords, type CMacros } from "../expansion/expand-c-macros.js";
import type { TailCalls } from "../names/tail-calls.js";
import type { ExpandedPoint, TypedProbe } from "../typed-program.js";

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
  readonly isTargetLater?: boolean | undefined;
  /** Of the script's C definitions. */
  readonly cMacros?: CMacros;
  readonly bag: DiagnosticBag;
}

/** An attach point whose text makes sense. */
interface ParsedPoint {
  readonly provider: ProviderDefinition;
  readonly point: unknown;
  /** As written, if it has a wildcard. */
  readonly pattern: string | undefined;
  readonly source: AttachPoint;
  /** Behind the provider. */
  readonly parts: readonly Part[];
}

export interface ParsedProbe {
  readonly probe: Probe;
  readonly points: readonly ParsedPoint[];
}

/** Syntax of attach points; nothing is looked up yet. */
export function parseAttachPoints(probes: readonly Probe[], input: ExpansionInput): readonly ParsedProbe[] {
  const all = probes.map((probe) => {
    const parsed = probe.attachPoints.map((point) => parseText(point, input));
    checkAlone(probe.attachPoints, parsed, input);
    const [first] = probe.attachPoints;
    const isEmpty = parsed.every((points) => points === undefined);
    if (isEmpty && first !== undefined) input.bag.error("no-attach-points", first.span, {});
    return { probe, points: parsed.flatMap((points) => points ?? []) };
  });
  checkNames(
    all.flatMap(({ points }) => points),
    input,
  );
  return all;
}

function checkNames(points: readonly ParsedPoint[], { bag }: ExpansionInput): void {
  const known = new Map<string, AttachPoint>();
  for (const { provider: definition, point, source } of points) {
    const name = definition.uniqueName?.(point);
    if (name === undefined) continue;
    const provider = definition.name;
    const key = `${provider}:${name}`;
    const other = known.get(key);
    if (other === undefined) known.set(key, source);
    else {
      const contexts = [context("name-used-before", other.span, {})];
      bag.error("name-used-twice", source.span, { name, provider }, { contexts });
    }
  }
}

/** The first one that there is one too many of. */
function checkAlone(
  [, second]: readonly AttachPoint[],
  parsed: readonly (readonly ParsedPoint[] | undefined)[],
  { bag }: ExpansionInput,
): void {
  const alone = parsed.flatMap((points) => points ?? []).find(({ provider }) => provider.isAlone);
  if (second !== undefined && alone !== undefined) {
    bag.error("one-attach-point", second.span, { provider: alone.provider.name });
  }
}

/** Undefined: it stands for nothing at all. */
function parseText(source: AttachPoint, input: ExpansionInput): readonly ParsedPoint[] | undefined {
  const { bag, positional, filtersByPid } = input;
  const split = splitAttachPoint(source, positional, bag);
  if (split === undefined) return undefined;
  const [first, ...rest] = withoutName(split);
  const text = first?.text ?? "";
  if (hasWildcard(text)) {
    const isOfUsers = filtersByPid || rest.some((part) => part.text.includes("/"));
    const providers = matchingProviders(text, isOfUsers ? "user" : "kernel", rest.length, input);
    if (providers.length > 0) return parseForEach(providers, rest, source, input);
    bag.error("no-provider-matched", source.span, { text }, marked(first));
    return undefined;
  }
  const provider = resolveProvider(withoutName(split), source, input);
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
  pattern: string,
  of: "user" | "kernel",
  partCount: number,
  input: ExpansionInput,
): readonly ProviderDefinition[] {
  const matches = globMatcher(pattern);
  return [...input.language.providers.values()].filter(
    (provider) => provider.wildcard === of && matches(provider.name) && takes(provider, partCount, input),
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
  if (!isLocation && definition.judgesPartCount !== true && !takes(definition, parts.length, input)) {
    const allowed = definition.partCounts.join(" or ");
    const hint = definition.hint?.(rest);
    const hints = hint === undefined ? [] : [hint];
    const help = () => (hint === undefined ? partsHelp(definition, rest, input.facts) : {});
    bag.error("part-count", source.span, { provider, allowed, found: rest.length }, { hints, help });
    return [];
  }
  const all: Parts = { all: parts, span: source.span, provider };
  const point = definition.parse(all, bag, optionsOf(input));
  if (point === undefined) return [];
  const text = parts.map((part) => part.text).join(":");
  return [
    { provider: definition, point, pattern: hasWildcard(text) ? `${provider}:${text}` : undefined, source, parts },
  ];
}

function partsHelp(definition: ProviderDefinition, parts: readonly Part[], facts: KernelFacts): Help {
  const own = definition.help?.(parts, facts) ?? {};
  return (own.hints ?? []).length > 0 ? own : { hints: [`For instance \`${exampleOf(definition)}\`.`] };
}

/** The attach point in the example of its documentation. */
const exampleOf = ({ name, doc }: ProviderDefinition): string =>
  doc.example?.split(" ").find((word) => word.startsWith(name)) ?? name;

function takes(
  { partCounts, partCountsWithPid = partCounts, unnamedPartCount }: ProviderDefinition,
  count: number,
  input: ExpansionInput,
): boolean {
  return (input.filtersByPid ? partCountsWithPid : partCounts).includes(count) || count === unnamedPartCount;
}

/** `name=provider` is accepted; the name is not used. */
function withoutName(parts: readonly Part[]): readonly Part[] {
  const [first, ...rest] = parts;
  const equals = first?.text.indexOf("=") ?? -1;
  if (first === undefined || equals < 0 || equals === first.text.length - 1) return parts;
  return [{ ...first, text: first.text.slice(equals + 1) }, ...rest];
}

function resolveProvider(
  parts: readonly Part[],
  source: AttachPoint,
  { language, facts, bag }: ExpansionInput,
): ProviderDefinition | undefined {
  const [first] = parts;
  const text = first?.text ?? "";
  const provider = providerNamed(language, text);
  if (provider !== undefined) return provider;
  const isShoutedAlias = text !== text.toLowerCase() && providerNamed(language, text.toLowerCase()) !== undefined;
  if (isShoutedAlias) {
    const help = () => ({ hints: didYouMean(text, [text.toLowerCase()]) });
    bag.error("invalid-provider", source.span, { text: text.toLowerCase() }, marked(first, help));
  } else {
    const hints = hintsOfFormer(text, language);
    const help = () => (hints.length > 0 ? {} : similarProvider(parts, language, facts));
    bag.error("invalid-probe-type", source.span, { text: text.toLowerCase() }, { ...marked(first, help), hints });
  }
  return undefined;
}

function hintsOfFormer(text: string, { providers }: Language): readonly string[] {
  const name = text.toLowerCase();
  return [...providers.values()].flatMap(({ formerNames }) => formerNames?.get(name) ?? []);
}

const optionsOf = ({ isUnsafe, pid, filtersByPid, config, facts }: ExpansionInput): ProviderOptions => ({
  isUnsafe,
  pid,
  runningPid: filtersByPid ? pid : undefined,
  missingProbes: config.missingProbes,
  arch: facts.arch,
});

// ---------------------------------------------------------------- expansion

/**
 * What exists, with a body for each context. Probes without attach points left are reported or dropped.
 *
 * @param tailCalls - of the same probes; a body can see what those see that it goes on to
 */
export function expandProbes(
  probes: readonly ParsedProbe[],
  tailCalls: TailCalls,
  input: ExpansionInput,
): readonly TypedProbe[] {
  const found: Found[] = [];
  for (const { probe, points } of probes) {
    const expansions = points.map((point) => expandPoint(point, input));
    const existing = expansions.flatMap(({ found }) => found);
    const bodies = [probe, ...tailCalls.reachedFrom(probe).map(({ body }) => body)];
    if (existing.length > 0) found.push({ probe, points: existing, use: useOf(bodies, input) });
    else if (!input.bag.hasErrors) reportEmpty(probe, expansions[0]?.extra ?? {}, input);
  }
  const wayOf = waysFor(found, input);
  const expanded = found.flatMap((one) => bodiesFor(one, wayOf, input));
  checkProgramLimit(
    expanded.map(({ typed }) => typed),
    input,
  );
  return pairSessions(addCalledPrograms(expanded, tailCalls, input), input);
}

/** What exists of a probe's attach points. */
interface Found {
  readonly probe: Probe;
  readonly points: readonly FoundPoint[];
  readonly use: Use;
}

type FoundPoint = Omit<ExpandedPoint, "entry">;
type WayOf = (point: FoundPoint) => ProviderWay<unknown>;

/** What is best for a point may depend on all that a script has of its provider. */
function waysFor(found: readonly Found[], input: ExpansionInput): WayOf {
  const choices = new Map<string, (point: unknown) => ProviderWay<unknown>>();
  return ({ provider, point }) => {
    let choose = choices.get(provider);
    if (choose === undefined) {
      const bodies = found.map(({ points, use }) => ({
        points: points.filter((other) => other.provider === provider).map((other) => other.point),
        use: use.context,
      }));
      choose = chooseWays(definitionOf(provider, input), bodies, input.facts);
      choices.set(provider, choose);
    }
    return choose(point);
  };
}

/** What a pattern finds and no link takes in one go costs the kernel a program or an event each. */
function checkProgramLimit(probes: readonly TypedProbe[], { config, bag }: ExpansionInput): void {
  let total = 0;
  for (const { points, plan } of probes) {
    const counted = points.filter(({ pattern }, i) => pattern !== undefined && plan.ways[i]?.isMulti !== true);
    total += counted.length;
    const place = counted.at(-1)?.span;
    if (total <= config.maxBpfProgs || place === undefined) continue;
    const hints = ["You can increase the limit through the BPFTRACE_MAX_BPF_PROGS environment variable."];
    return bag.error("too-many-programs", place, { count: total, limit: config.maxBpfProgs }, { hints });
  }
}

/** Has already been said of every attach point that was given by its exact name. */
function reportEmpty(probe: Probe, extra: Extra, { config, bag }: ExpansionInput): void {
  const place = probe.attachPoints[0]?.span ?? probe.span;
  if (config.missingProbes === "error") bag.error("empty-probe", place, {}, extra);
  else if (config.missingProbes === "warn") bag.warning("empty-probe-removed", place, {}, extra);
}

function expandPoint(
  { provider: definition, point, pattern, source, parts }: ParsedPoint,
  input: ExpansionInput,
): { readonly found: readonly FoundPoint[]; readonly extra: Extra } {
  const provider = definition.name;
  const { bag } = input;
  const expansion = definition.expand(point, input.facts, optionsOf(input));
  const {
    candidates,
    missing,
    missingTarget: target,
    targetTrouble,
    targetHelp,
    refused = [],
    warned = [],
    wrong = [],
  } = expansion;
  const place = { source, parts };
  for (const { code, args, ...more } of wrong) bag.error(code, source.span, args, extraOf(more, parts));
  if (target !== undefined) {
    const hints = targetTrouble === undefined ? [] : [targetTrouble];
    bag.error("target-missing", source.span, { provider, target }, { ...marked(parts[0], targetHelp), hints });
  }
  for (const { code, args, ...more } of warned) bag.warning(code, source.span, args, extraOf(more, parts));
  const { missingPart = -1, missingHelp } = expansion;
  const extra = marked(parts.at(missingPart), missingHelp);
  if (missing !== undefined) reportMissing({ provider, target: missing }, extra, source, input);
  reportRefused(refused, place, input);
  const found = candidates.map((candidate) => ({ ...candidate, provider, pattern, span: source.span }));
  return { found, extra };
}

function reportMissing(
  what: { readonly provider: string; readonly target: string },
  extra: Extra,
  source: AttachPoint,
  { config, bag }: ExpansionInput,
): void {
  if (config.missingProbes === "error") bag.error("no-matches", source.span, what, extra);
  else if (config.missingProbes === "warn") bag.warning("no-matches-skipped", source.span, what, extra);
}

const extraOf = (
  { hints = [], part, help }: Pick<Notice, "hints" | "part" | "help">,
  parts: readonly Part[],
): Extra => ({
  ...marked(part === undefined ? undefined : parts.at(part), help),
  hints,
});

/** So many of the points that a pattern leaves out are named. */
const MAX_NAMED = 10;

interface Place {
  readonly source: AttachPoint;
  readonly parts: readonly Part[];
}

function reportRefused(refused: readonly Refusal[], place: Place, { config, bag }: ExpansionInput): void {
  const { span } = place.source;
  if (config.missingProbes === "ignore") return;
  for (const { name, notice } of refused.filter(({ isOfPattern }) => !isOfPattern)) {
    const { code, args, hints = [] } = notice;
    const extra = extraOf(notice, place.parts);
    if (config.missingProbes === "error") bag.error(code, span, args, { ...extra, hints: [...hints, MAY_BE_EXPECTED] });
    else bag.warning(code, span, args, { ...extra, hints: [`Unable to attach probe: ${name}. Skipping.`] });
  }
  const leftOut = refused.filter(({ isOfPattern }) => isOfPattern);
  if (leftOut.length === 0) return;
  const named = leftOut.slice(0, MAX_NAMED).map(({ notice: { code, args } }) => messageOf(code, args));
  const others = leftOut.length > MAX_NAMED ? [`... and so for ${leftOut.length - MAX_NAMED} more.`] : [];
  const hints = [`${leftOut.length} of what the pattern matches ${leftOut.length === 1 ? "is" : "are"} left out.`];
  bag.warning("points-left-out", span, { reasons: [...named, ...others].join("\n") }, { hints });
}

const MAY_BE_EXPECTED = "If this is expected, set the 'missing_probes' config variable to 'warn'.";

/** What of its context a body can see decides which points can share it. */
interface Use {
  readonly context: BodyUse;
  readonly probe: boolean;
  readonly target: boolean;
  /** Something is decided when the script is compiled, perhaps by the name of the probe. */
  readonly comptime: boolean;
}

/** @param bodies - a probe, and what it goes on to */
function useOf(bodies: readonly Probe[], { cMacros, language }: ExpansionInput): Use {
  const names = new Set<string>();
  let comptime = false;
  const argsMembers = new Set<string>();
  let wholeArgs = 0;
  let namesTypes = false;
  const note = (node: AnyNode): void => {
    namesTypes ||= node.kind === "named-type" && (node.tag !== undefined || !TYPE_WORDS.includes(node.name));
    namesTypes ||= node.kind === "identifier" && builtinNamed(language, node.name) === undefined;
    if (node.kind === "identifier" || node.kind === "call") names.add(node.name);
    comptime ||= node.kind === "comptime";
    if (node.kind === "identifier" && node.name === "args") wholeArgs++;
    if (node.kind !== "field" || typeof node.name !== "string") return;
    if (node.object.kind !== "identifier" || node.object.name !== "args") return;
    argsMembers.add(node.name);
    wholeArgs--;
  };
  for (const body of bodies) visit(body, note);
  const ownWords = names.size;
  if (cMacros !== undefined) addMacroWords(cMacros, names, language);
  // Macros may do anything with them.
  const knowsMembers = wholeArgs === 0 && names.size === ownWords;
  const target = names.has("uaddr") || names.has("elf_is_exe");
  // The types of slots are worth knowing where they do not tell points from each other.
  const hasSlots = bodies[0]?.attachPoints.length === 1 && [...names].some((name) => /^arg\d+$/.test(name));
  const context = {
    usesArgs: names.has("args") || names.has("retval") || hasSlots,
    namesArgs: names.has("args"),
    namesTypes,
    argsMembers: knowsMembers ? argsMembers : undefined,
    usesKernelStack: names.has("kstack"),
  };
  return { context, probe: names.has("probe"), target, comptime };
}

interface Group {
  readonly context: ProbeContext;
  readonly points: ExpandedPoint[];
}

function bodiesFor({ probe, points, use }: Found, wayOf: WayOf, input: ExpansionInput): readonly ExpandedBody[] {
  const groups = new Map<string, Group>();
  const ways = new Map<ExpandedPoint, AttachWay>();
  const contexts = new Contexts(use, input);
  for (const found of points) {
    const way = wayOf(found);
    const planned = way.plan?.(found.point, input.facts);
    const point = { ...found, ...planned, entry: way.entry?.(found.point, input.facts) };
    ways.set(point, way);
    const { context, key } = contexts.of(point, way);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { context, points: [point] });
    else group.points.push(point);
  }
  return [...groups].map(([key, { context, points }], i) => {
    const own = i === 0 ? probe : copy(probe);
    const probeNames = use.probe ? points.map(({ name }) => name) : [];
    const argumentSites = once(() => points.flatMap((point) => point.sites?.all() ?? []));
    const typed: TypedProbe = {
      probe: own,
      predicate: own.predicate,
      body: own.body,
      context: { ...context, probeNames, argumentSites },
      points: numberPoints(points),
      plan: planAttaching(
        points,
        points.flatMap((point) => ways.get(point) ?? []),
        input.facts,
      ),
    };
    return { source: probe, key, typed };
  });
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

function definitionOf(provider: string, { language }: Pick<ExpansionInput, "language">): ProviderDefinition {
  const definition = language.providers.get(provider);
  if (definition === undefined) throw new InternalError("analysis", `no provider is called ${provider}`);
  return definition;
}

interface KeyedContext {
  readonly context: ProbeContext;
  /** Points with equal keys share a body. */
  readonly key: string;
}

/** Those of the points of one body. */
class Contexts {
  readonly #use: Use;
  readonly #input: ExpansionInput;
  readonly #shared = new Map<string, KeyedContext>();

  constructor(use: Use, input: ExpansionInput) {
    this.#use = use;
    this.#input = input;
  }

  of(point: ExpandedPoint, way: ProviderWay<unknown>): KeyedContext {
    if (!this.#isShared(point, way)) return this.#make(point, way);
    const place = `${point.provider} ${way.name}`;
    const context = this.#shared.get(place) ?? this.#make(point, way);
    this.#shared.set(place, context);
    return context;
  }

  #isShared({ provider }: ExpandedPoint, way: ProviderWay<unknown>): boolean {
    const { context, probe, comptime, target } = this.#use;
    const isOfPoint = target || (probe && comptime) || way.context !== undefined;
    return !isOfPoint && definitionOf(provider, this.#input).hasOneContext?.(context) === true;
  }

  #make(point: ExpandedPoint, way: ProviderWay<unknown>): KeyedContext {
    const context = contextOf(point, way, this.#use, this.#input);
    return { context, key: keyOf(context, this.#use.probe && this.#use.comptime ? point.name : "") };
  }
}

function contextOf(expanded: ExpandedPoint, way: ProviderWay<unknown>, use: Use, input: ExpansionInput): ProbeContext {
  const { provider, point, target, name, span } = expanded;
  const { facts, structs, pid, filtersByPid, isTargetLater = false, bag } = input;
  const { context, pidFilter, schedule } = definitionOf(provider, input);
  const parts = context(point, facts, structs, { ...use.context, target: () => target?.() });
  if (typeof parts.argsTrouble === "object") {
    bag.error("args-unparsable", span, { probe: name, reason: parts.argsTrouble.reason });
  }
  return {
    ...(way.context?.(parts, point, facts) ?? parts),
    provider,
    schedule: way.schedule ?? schedule,
    target: use.target ? target?.() : undefined,
    pidFilter: pidFilter !== "program" ? undefined : isTargetLater ? "later" : filtersByPid ? pid : undefined,
    childPid: isTargetLater ? "later" : filtersByPid ? undefined : pid,
    probeNames: [],
    argumentSites: () => [],
  };
}

function keyOf({ provider, programType, space, args, target, program }: ProbeContext, name: string): string {
  const place = target === undefined ? "" : `${target.executable.path} ${target.address}`;
  return JSON.stringify([provider, programType, space, args?.struct.name, place, program, name]);
}
