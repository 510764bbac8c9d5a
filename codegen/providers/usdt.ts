import { big, cString, list, optional, record, u32 } from "../codec/index.js";
import { type DiagnosticBag, type Help, nearestNames, suggestion } from "../../grammar/index.js";
import type { Executable, KernelFacts, ProgramArchitecture, UsdtPlace } from "../facts.js";
import type { ArgumentSite } from "../language/argument-place.js";
import {
  type Candidate,
  defineProvider,
  type Expansion,
  type ListEntry,
  type Notice,
  type Part,
  type Parts,
  type ProviderOptions,
} from "../language/provider.js";
import { siteProbe } from "./contexts.js";
import { refuse } from "./function-point.js";
import { similarFiles } from "./user-function-help.js";
import { globMatcher, hasWildcard } from "../language/glob.js";
import { argumentLines } from "./usdt-argument-lines.js";
import { argumentPlaces } from "./usdt-places.js";
import { PERF_EVENTS, UPROBE_MULTI } from "./ways.js";
import { executableAt } from "./user-sites.js";
import { namedTypes } from "./user-types.js";
import { usdtTargets } from "./usdt-targets.js";

/** All places of one probe in one file. */
export interface UsdtPoint {
  /** Resolved; `ARCHIVE!/MEMBER` for a member of an archive. */
  readonly path: string;
  /** The file that the kernel is told of. */
  readonly filePath: string;
  readonly sites: readonly UsdtSite[];
  readonly pid: number | undefined;
}

/** In the file: the instruction, and the counter of those who listen. */
export interface UsdtSite {
  readonly offset: bigint;
  readonly semaphoreOffset: bigint | undefined;
}

/** As written: each may be a pattern. */
interface UsdtPattern {
  /** Empty with `-p`: whatever the process has mapped. */
  readonly path: string;
  readonly namespace: string;
  readonly name: string;
}

export const usdt = defineProvider<UsdtPoint, UsdtPattern>({
  name: "usdt",
  aliases: ["U"],
  otherWords: ["sdt", "dtrace"],
  doc: {
    summary: "Fires where a program or library has a probe of its own, made with sys/sdt.h.",
    example: "usdt:/usr/bin/python3:python:function__entry { @[str(arg1)] = count(); }",
  },
  partCounts: [2, 3],
  partCountsWithPid: [1, 2, 3],
  parse,
  wildcard: "user",
  expand,
  list: (facts, search, options) => {
    const pattern = patternOf(withTarget(search.all));
    const lookup = usdtTargets(pattern.path, facts, options);
    if (lookup.kind === "missing") return [];
    return lookup.targets.flatMap(({ written }) => candidatesIn(written, pattern, options)).map(entryOf);
  },
  listed: entryOf,
  context: (_, _facts, structs, use) => ({ ...siteProbe("usdt"), ...namedTypes(use, structs) }),
  codec: record<UsdtPoint>({
    path: cString,
    filePath: cString,
    sites: list(record<UsdtSite>({ offset: big, semaphoreOffset: optional(big) })),
    pid: optional(u32),
  }),
  objectionTo,
  pidFilter: "attacher",
  schedule: { runs: "attached", order: "reverse", isSlowToDetach: true },
  ways: [UPROBE_MULTI, PERF_EVENTS],
});

/** Whoever made the file says where its probes are. */
function objectionTo({ path, filePath, sites }: UsdtPoint, facts: KernelFacts): Notice | undefined {
  const executable = executableAt(path, facts);
  const places = executable?.filePath === filePath ? executable.usdt().places : [];
  const isKnown = ({ offset, semaphoreOffset }: UsdtSite): boolean =>
    places.some((place) => place.fileOffset === offset && place.semaphore?.fileOffset === semaphoreOffset);
  const unknown = sites.find((site) => !isKnown(site));
  return unknown && { code: "uprobe-unresolved", args: { place: `${filePath}:0x${unknown.offset.toString(16)}` } };
}

/** A name alone is one in any file. */
function withTarget(parts: readonly Part[]): readonly Part[] {
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? [{ ...only, text: "" }, only] : parts;
}

function patternOf(parts: readonly Part[]): UsdtPattern {
  const [path = "", ...rest] = parts.map(({ text }) => text);
  const [namespace = "", name = ""] = rest.length === 1 ? ["", ...rest] : rest;
  return { path, namespace: namespace === "" ? "*" : namespace, name };
}

function parse({ all, span }: Parts, bag: DiagnosticBag, { runningPid }: ProviderOptions): UsdtPattern | undefined {
  const pattern = patternOf(withTarget(all));
  if (pattern.name === "") return refuse(() => bag.error("usdt-needs-name", span, {}));
  if (pattern.path === "" && runningPid === undefined) return refuse(() => bag.error("usdt-needs-target", span, {}));
  return pattern;
}

// ---------------------------------------------------------------- what exists

function expand(pattern: UsdtPattern, facts: KernelFacts, options: ProviderOptions): Expansion<UsdtPoint> {
  const lookup = usdtTargets(pattern.path, facts, options);
  if (lookup.kind === "missing") {
    return {
      candidates: [],
      missing: undefined,
      missingTarget: pattern.path,
      targetTrouble: lookup.reason,
      targetHelp: () => similarFiles(lookup),
    };
  }
  const candidates = lookup.targets.flatMap(({ executable }) => candidatesIn(executable, pattern, options));
  const [only] = lookup.targets;
  if (candidates.length > 0 || only === undefined || hasWildcard(pattern.path))
    return { candidates, missing: undefined };
  const { path } = only.written;
  const [problem] = only.executable.usdt().problems;
  if (problem !== undefined) {
    const args = { provider: "usdt", path, reason: `has USDT notes that cannot be read: ${problem}` };
    const name = `usdt:${path}:${pattern.namespace}:${pattern.name}`;
    const refusal = { name, notice: { code: "target-useless", args }, isOfPattern: false } as const;
    return { candidates, missing: undefined, refused: [refusal] };
  }
  const isExact = options.runningPid === undefined && !hasWildcard(pattern.namespace) && !hasWildcard(pattern.name);
  const missing = isExact ? `${path}:${pattern.name}` : undefined;
  return { candidates, missing, missingHelp: () => helpOnUsdt(pattern, only.executable) };
}

/** Which probe of the file may be meant, if it has any. */
function helpOnUsdt({ namespace, name, path }: UsdtPattern, executable: Executable): Help {
  const { places } = executable.usdt();
  if (places.length === 0) return { hints: [`\`${path}\` has no USDT probes.`] };
  const texts = [...new Set(places.map((place) => `${place.provider}:${place.name}`))];
  const own = places.filter((place) => namespace === "*" || place.provider === namespace);
  const near = nearestNames(
    name,
    own.map((place) => place.name),
  );
  const otherNamespace = texts.filter((text) => nameOf(text) === name);
  if (near.length > 0 || otherNamespace.length > 0)
    return { hints: suggestion(near.length > 0 ? near : otherNamespace) };
  const shown = texts.slice(0, MAX_SHOWN).map((text) => `\`${text}\``);
  const more = texts.length > MAX_SHOWN ? ` and ${texts.length - MAX_SHOWN} more` : "";
  return { hints: [`\`${path}\` has ${shown.join(", ")}${more}.`] };
}

const MAX_SHOWN = 5;

/** `PROVIDER:NAME` without its provider. */
const nameOf = (text: string): string => text.slice(text.indexOf(":") + 1);

/** One for each probe that matches, sorted bytewise. */
function candidatesIn(
  executable: Executable,
  pattern: UsdtPattern,
  { pid }: ProviderOptions,
): readonly Candidate<UsdtPoint>[] {
  const { architecture, places } = executable.usdt();
  if (architecture === undefined) return [];
  const [isNamespace, isName] = [globMatcher(pattern.namespace), globMatcher(pattern.name)];
  const probes = new Map<string, UsdtPlace[]>();
  for (const place of places) {
    if (!isNamespace(place.provider) || !isName(place.name)) continue;
    const probe = `${place.provider}:${place.name}`;
    const known = probes.get(probe);
    if (known === undefined) probes.set(probe, [place]);
    else known.push(place);
  }
  return [...probes]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([probe, places]) =>
      candidate(`usdt:${executable.path}:${probe}`, byArguments(places), executable, { architecture, pid }),
    );
}

/** Places with the same arguments lie side by side, which makes it easy to tell them apart. */
const byArguments = (places: readonly UsdtPlace[]): readonly UsdtPlace[] =>
  places.toSorted((a, b) => (a.args === b.args ? 0 : a.args < b.args ? -1 : 1));

function candidate(
  name: string,
  places: readonly UsdtPlace[],
  executable: Executable,
  { architecture, pid }: { readonly architecture: ProgramArchitecture; readonly pid: number | undefined },
): Candidate<UsdtPoint> {
  const siteOf = (place: UsdtPlace): ArgumentSite => ({
    probe: name,
    address: place.address,
    args: argumentPlaces(place, executable, architecture),
  });
  return {
    name,
    point: {
      path: executable.path,
      filePath: executable.filePath,
      sites: places.map(({ fileOffset, semaphore }) => ({
        offset: fileOffset,
        semaphoreOffset: semaphore?.fileOffset,
      })),
      pid,
    },
    target: () => ({ executable, address: places[0]?.address ?? 0n, entered: undefined, around: undefined }),
    sites: { count: places.length, all: () => places.map(siteOf) },
  };
}

function entryOf({ name, sites }: Candidate<UsdtPoint>): ListEntry {
  return { text: name, args: () => argumentLines(sites?.all() ?? []) };
}
