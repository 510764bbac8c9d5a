/** `uprobe` and `uretprobe`: the same but for the return. */
import { type DiagnosticBag, type Help, inWords } from "../../grammar/index.js";
import { big, bool, optional, record, cString, text, u32 } from "../codec/index.js";
import type { Architecture, CodeFunction, Executable, ExecutableLookup, KernelFacts, SourcePlace } from "../facts.js";
import type { Doc } from "../language/function.js";
import {
  type ArgsRegistry,
  type AttachedProvider,
  type Candidate,
  type ContextParts,
  defineProvider,
  type Expansion,
  type ListEntry,
  marked,
  type Notice,
  type Parts,
  type ProbeTarget,
  type ProviderOptions,
  type Refusal,
} from "../language/provider.js";
import { PERF_EVENTS, UPROBE_MULTI } from "./ways.js";
import { functionProbe } from "./contexts.js";
import { cppMatcher, declarationOrSymbol } from "./cpp-names.js";
import { type FunctionTarget, parseFunction, refuse, targetText } from "./function-point.js";
import { globMatcher, hasWildcard } from "../language/glob.js";
import { helpOnInline, helpOnUserFunction, similarFiles } from "./user-function-help.js";
import { namedTypes } from "./user-types.js";
import { shownArguments, userArguments } from "./user-arguments.js";
import { isLocation, lineTrouble, parseLocation } from "./source-location.js";
import { executableAt, objectionTo, type UserSite } from "./user-sites.js";

/** A place in a file, and the file in the words of the user. */
export interface UserFunctionPoint {
  /** Resolved; `ARCHIVE!/MEMBER` for a member of an archive. */
  readonly path: string;
  /** The file that the kernel is told of, and where in it the code is. */
  readonly filePath: string;
  readonly offset: bigint;
  /** `FUNCTION+OFFSET` or an address, for messages. */
  readonly target: string;
  readonly isReturn: boolean;
  readonly pid: number | undefined;
}

/** As written: path and function may be patterns. */
interface UserFunctionPattern {
  /** Undefined: the program of the process that `-p` names. */
  readonly path: string | undefined;
  /** Functions are named as in C++, without their parameters. */
  readonly isCpp: boolean;
  readonly target: FunctionTarget | LineTarget | InlineTarget;
  readonly isReturn: boolean;
  readonly pid: number | undefined;
}

interface LineTarget {
  readonly kind: "line";
  readonly place: SourcePlace;
}

/** All copies of a function that was put where it is called. */
interface InlineTarget {
  readonly kind: "inline";
  readonly symbol: string;
}

const POINT = record<UserFunctionPoint>({
  path: cString,
  filePath: cString,
  offset: big,
  target: text,
  isReturn: bool,
  pid: optional(u32),
});

export const defineUserFunction = (
  name: string,
  alias: string,
  {
    doc,
    otherWords,
    isReturn,
  }: { readonly doc: Doc; readonly otherWords: readonly string[]; readonly isReturn: boolean },
): AttachedProvider<UserFunctionPoint, UserFunctionPattern> =>
  defineProvider<UserFunctionPoint, UserFunctionPattern>({
    name,
    aliases: [alias],
    otherWords,
    recognise: isReturn
      ? undefined
      : (texts) => (texts.length > 1 && texts[0]?.startsWith("/") ? [texts.join(":")] : []),
    doc,
    partCounts: [2, 3],
    partCountsWithPid: [1, 2, 3],
    acceptsLocation: true,
    parse: (parts, bag, options) => parse(parts, bag, options, isReturn),
    wildcard: isReturn ? "none" : "user",
    expand: (pattern, facts, options) => new Search(name, pattern, facts, options).run(),
    list: (facts, search, options) => list(name, isReturn, facts, search, options),
    listTrouble,
    listed: (candidate, facts) => ({
      text: withDeclaration(candidate.name, facts),
      ...(isReturn ? {} : shownFor(candidate.target?.())),
    }),
    context: (_, { arch }, structs, use) => {
      const context = { ...functionProbe(name, { of: "user", isReturn }), ...namedTypes(use, structs) };
      const probed = use.namesArgs && !isReturn ? use.target() : undefined;
      return probed === undefined ? context : { ...context, ...argumentsAt(name, probed, arch, structs) };
    },
    hasOneContext: ({ namesArgs, namesTypes }) => !namesTypes && (isReturn || !namesArgs),
    codec: POINT,
    objectionTo: (point, facts, isUnsafe) => objectionToPoint(name, point, facts, isUnsafe),
    pidFilter: "attacher",
    schedule: { runs: "attached", order: "reverse", isSlowToDetach: true },
    ways: [UPROBE_MULTI, PERF_EVENTS],
  });

/** Of the file it is known where functions are: that an instruction starts in one is looked at, whoever has said so. */
function objectionToPoint(
  provider: string,
  { path, filePath, offset, target, isReturn }: UserFunctionPoint,
  facts: KernelFacts,
  isUnsafe: boolean,
): Notice | undefined {
  const executable = executableAt(path, facts);
  const address = executable?.filePath === filePath ? executable.addressOf(offset) : undefined;
  if (executable === undefined || address === undefined)
    return { code: "uprobe-unresolved", args: { place: `${filePath}:${target}` } };
  const name = `${provider}:${path}:${target}`;
  const site = { executable, name, function: executable.functionAt(address), address, isKnownStart: false, isReturn };
  const objection = objectionTo(site);
  return isUnsafe && objection?.unsafe !== undefined ? undefined : objection?.notice;
}

function argumentsAt(
  provider: string,
  { executable, address, around, copy }: ProbeTarget,
  arch: Architecture,
  structs: ArgsRegistry,
): Pick<ContextParts, "args" | "argsTrouble"> {
  const place = around && { entered: around, address, copy };
  const isEntry = address === around?.address && copy === undefined;
  const where = isEntry ? "" : copy === undefined ? `+${address - (around?.address ?? 0n)}` : ":inline";
  const name = `${provider}:${executable.path}:${around?.name ?? ""}${where}`;
  return userArguments(name, executable, place, arch, structs);
}

// ---------------------------------------------------------------- as written

const CPP = "cpp";

const OTHER_LANGUAGES = `\`${CPP}\` finds functions of C++, Rust, D and Swift by their names without parameters; those of C, Go and all other languages are named as in the symbol table.`;

function parse(
  parts: Parts,
  bag: DiagnosticBag,
  options: ProviderOptions,
  isReturn: boolean,
): UserFunctionPattern | undefined {
  if (isLocation(parts)) {
    if (isReturn) return refuse(() => bag.error("uprobe-source-location", parts.span, {}));
    const location = parseLocation(parts, bag, options);
    if (location === undefined) return undefined;
    const target = { kind: "line", place: location.place } as const;
    return { path: location.path, isCpp: false, target, isReturn, pid: options.pid };
  }
  const inline = parseInline(parts, bag, options, isReturn);
  if (inline !== undefined) return inline === "wrong" ? undefined : inline;
  const found = parts.all.at(-1);
  const before = parts.all.slice(0, -1).map((part) => part.text);
  const language =
    before.length === 2 || (before[0] === CPP && options.runningPid !== undefined) ? before.pop() : undefined;
  if (language !== undefined && language !== CPP)
    return refuse(() =>
      bag.error(
        "uprobe-language",
        parts.span,
        { language },
        marked(parts.all.at(-2), () => ({ hints: [OTHER_LANGUAGES] })),
      ),
    );
  const path = options.runningPid === undefined ? (before[0] ?? "") : before[0] || undefined;
  if (path === "") return refuse(() => bag.error("uprobe-needs-target", parts.span, {}));
  if (found === undefined || found.text === "") return refuse(() => bag.error("uprobe-target", parts.span, {}));
  const target = parseFunction(found.text, found.isQuoted, parts, bag);
  if (target === undefined) return undefined;
  if (target.kind === "address" && hasWildcard(path ?? ""))
    return refuse(() => bag.error("wildcard-with-address", parts.span, {}, marked(parts.all[0])));
  if (isReturn && target.kind === "symbol" && target.offset !== 0n)
    return refuse(() => bag.error("offset-not-allowed", parts.span, {}, marked(found)));
  return { path, isCpp: language === CPP, target, isReturn, pid: options.pid };
}

const INLINE = "inline";

/** `TARGET:FUNCTION:inline`; C has no function of that name. */
function parseInline(
  { all, span }: Parts,
  bag: DiagnosticBag,
  { pid }: ProviderOptions,
  isReturn: boolean,
): UserFunctionPattern | "wrong" | undefined {
  const [path, symbol, word] = all;
  if (all.length !== 3 || word?.text !== INLINE || word.isQuoted || path === undefined || symbol === undefined)
    return undefined;
  if (symbol.text === CPP) return undefined;
  if (isReturn) {
    bag.error("inline-return", span, {}, marked(word));
    return "wrong";
  }
  if (hasWildcard(symbol.text)) {
    bag.error("inline-wildcard", span, {}, marked(symbol));
    return "wrong";
  }
  return { path: path.text, isCpp: false, target: { kind: INLINE, symbol: symbol.text }, isReturn, pid };
}

// ---------------------------------------------------------------- what exists

class Search {
  readonly #provider: string;
  readonly #pattern: UserFunctionPattern;
  readonly #facts: KernelFacts;
  readonly #options: ProviderOptions;
  readonly #candidates: Candidate<UserFunctionPoint>[] = [];
  readonly #refused: Refusal[] = [];
  readonly #warned: Notice[] = [];

  constructor(provider: string, pattern: UserFunctionPattern, facts: KernelFacts, options: ProviderOptions) {
    this.#provider = provider;
    this.#pattern = pattern;
    this.#facts = facts;
    this.#options = options;
  }

  run(): Expansion<UserFunctionPoint> {
    const { path } = this.#pattern;
    const lookup = executablesOf(path, this.#facts, this.#options);
    if (lookup.kind === "missing") {
      return {
        candidates: [],
        missing: undefined,
        missingTarget: path ?? "the program",
        targetTrouble: lookup.reason,
        targetHelp: () => similarFiles(lookup),
      };
    }
    const isPattern = hasWildcard(path ?? "");
    const [first] = lookup.executables;
    const count = lookup.executables.length;
    if (!isPattern && first !== undefined && count > 1) {
      this.#warned.push({ code: "several-targets", args: { provider: this.#provider, path: first.path, count } });
    }
    for (const executable of isPattern ? lookup.executables : lookup.executables.slice(0, 1))
      this.#searchIn(executable);
    const isFound = this.#candidates.length > 0 || this.#refused.length > 0;
    return {
      candidates: this.#candidates,
      missing: isFound ? undefined : this.#missing(first?.path ?? path ?? ""),
      missingHelp: () => this.#help(first),
      refused: this.#refused,
      warned: this.#warned,
    };
  }

  /** Of a pattern nothing is missing. */
  #missing(path: string): string | undefined {
    const { target } = this.#pattern;
    if (target.kind === "inline") return `${path}:${target.symbol}:${INLINE}`;
    if (target.kind === "symbol") return this.#isPattern ? undefined : `${path}:${target.symbol}`;
    return this.#isPattern || target.kind === "line" ? undefined : `${path}:${targetText(target)}`;
  }

  #help(executable: Executable | undefined): Help {
    const { target, path } = this.#pattern;
    if (executable !== undefined && target.kind === "inline") return helpOnInline(executable, target.symbol);
    if (executable === undefined || target.kind !== "symbol") return {};
    const { isReturn } = this.#pattern;
    const place = { provider: this.#provider, path: path ?? executable.path, isReturn };
    return helpOnUserFunction({ symbol: target.symbol, ...place, executable, facts: this.#facts });
  }

  /** It stands for what happens to be there. */
  get #isPattern(): boolean {
    const { path, target, isCpp } = this.#pattern;
    return isCpp || hasWildcard(path ?? "") || (target.kind === "symbol" && hasWildcard(target.symbol));
  }

  #searchIn(executable: Executable): void {
    const { target } = this.#pattern;
    if (target.kind === "line") return this.#searchLine(executable, target.place);
    if (target.kind === "inline") return this.#searchInline(executable, target.symbol);
    if (target.kind === "address") {
      this.#consider(executable, target, executable.functionAt(target.address), target.address);
      return;
    }
    for (const found of this.#functions(executable, target.symbol)) {
      this.#consider(executable, { ...target, symbol: found.name }, found, found.address + target.offset);
    }
    if (this.#isPattern || this.#candidates.length === 0) return;
    this.#warnOfClones(executable, target.symbol);
    this.#warnOfCopies(executable, target.symbol);
  }

  /** Calls with certain arguments come to copies that are made for those. */
  #warnOfClones(executable: Executable, symbol: string): void {
    // A part is entered by way of its function.
    const clones = executable.clonesOf(symbol).filter((name) => !name.includes(".part."));
    if (clones.length === 0) return;
    const { path = executable.path } = this.#pattern;
    const shown = clones.slice(0, 3).map((name) => `\`${this.#provider}:${path}:${name}\``);
    const hint = `Probe ${inWords(shown, "and")} too.`;
    this.#warned.push({ code: "also-cloned", args: { symbol, count: clones.length }, hints: [hint] });
  }

  /** Who asks for a function by its name means all calls of it. */
  #warnOfCopies(executable: Executable, symbol: string): void {
    const count = new Set(executable.inlined(symbol, "little")?.places.map(({ address }) => address)).size;
    if (count === 0) return;
    const { isReturn, path = executable.path } = this.#pattern;
    const all = `\`uprobe:${path}:${symbol}:${INLINE}\``;
    const hint = isReturn ? `Copies do not return. ${all} is where they begin.` : `${all} is on all of them.`;
    this.#warned.push({ code: "also-inlined", args: { symbol, count }, hints: [hint] });
  }

  /** Several copies may begin with the same instruction. */
  #searchInline(executable: Executable, symbol: string): void {
    const known = new Set<bigint>();
    for (const { address, copy } of executable.inlined(symbol)?.places ?? []) {
      if (known.has(address) || executable.fileOffset(address) === undefined) continue;
      known.add(address);
      const around = executable.functionAt(address);
      const name = `${this.#provider}:${executable.path}:${symbol}:${INLINE}`;
      this.#consider(executable, { kind: "address", address }, around, address, { name, copy });
    }
  }

  #searchLine(executable: Executable, place: SourcePlace): void {
    const lookup = executable.sourceLine(place);
    if (lookup.kind === "found") {
      for (const address of lookup.addresses) {
        const found = executable.functionAt(address);
        this.#consider(executable, { kind: "address", address }, found, address);
      }
      return;
    }
    const name = `${this.#provider}:${executable.path}:${place.file}:${place.line}`;
    this.#refused.push({ name, notice: lineTrouble(lookup, executable.path, place), isOfPattern: false });
  }

  #functions(executable: Executable, symbol: string): readonly CodeFunction[] {
    if (this.#pattern.isCpp) return executable.functionsMatching(cppMatcher(symbol, this.#facts));
    return hasWildcard(symbol) ? executable.functionsMatching(globMatcher(symbol)) : executable.functionsNamed(symbol);
  }

  #consider(
    executable: Executable,
    target: FunctionTarget,
    found: CodeFunction | undefined,
    address: bigint,
    inlined?: { readonly name: string; readonly copy: number },
  ): void {
    const { isCpp, isReturn } = this.#pattern;
    const { path, filePath } = executable;
    const name = inlined?.name ?? `${this.#provider}:${path}:${isCpp ? `${CPP}:` : ""}${targetText(target)}`;
    const isKnownStart = this.#pattern.target.kind === "line" || inlined !== undefined;
    const site: UserSite = { executable, name, function: found, address, isKnownStart, isReturn };
    if (!this.#isAllowed(site)) return;
    const { pid } = this.#pattern;
    const offset = executable.fileOffset(address) ?? address;
    this.#candidates.push({
      name,
      point: { path, filePath, offset, target: targetText(target), isReturn, pid },
      target: () => ({
        executable,
        address,
        entered: address === found?.address && inlined === undefined ? found : undefined,
        around: found,
        copy: inlined?.copy,
      }),
    });
  }

  #isAllowed(site: UserSite): boolean {
    const objection = objectionTo(site);
    if (objection === undefined) return true;
    const { notice, unsafe } = objection;
    if (!this.#options.isUnsafe || unsafe === undefined) {
      this.#refused.push({ name: site.name, notice, isOfPattern: this.#isPattern });
      return false;
    }
    if (unsafe !== "nothing") this.#warned.push(unsafe);
    return true;
  }
}

function executablesOf(
  path: string | undefined,
  facts: KernelFacts,
  { runningPid }: ProviderOptions,
): ExecutableLookup {
  if (path !== undefined) return facts.executables(path, { pid: runningPid });
  const program = runningPid === undefined ? undefined : facts.programOf(runningPid);
  return program === undefined ? { kind: "missing", similar: () => [] } : { kind: "found", executables: [program] };
}

// ---------------------------------------------------------------- listing

function list(
  name: string,
  isReturn: boolean,
  facts: KernelFacts,
  search: Parts,
  options: ProviderOptions,
): readonly ListEntry[] {
  const texts = search.all.map((part) => part.text);
  const symbol = texts.at(-1) ?? "*";
  const isCpp = texts.length > 2 && texts[1] === CPP;
  const found = facts.executables(texts.length > 1 ? (texts[0] ?? "*") : "*", { pid: options.runningPid });
  if (found.kind === "missing") return [];
  if (texts.length === 3 && texts[2] === INLINE && !isCpp)
    return isReturn ? [] : found.executables.flatMap((executable) => listInline(name, executable, texts[1] ?? ""));
  return found.executables.flatMap((executable) => {
    // Of several functions of one name the first is shown.
    let known: ReadonlyMap<string, CodeFunction> | undefined;
    const byName = (): ReadonlyMap<string, CodeFunction> =>
      (known ??= new Map(
        executable
          .functionsMatching(globMatcher(symbol))
          .toReversed()
          .map((found) => [found.name, found]),
      ));
    const entry = (text: string, of: () => CodeFunction | undefined): ListEntry => ({
      text: `${name}:${executable.path}:${text}`,
      ...(isReturn ? {} : shownArguments(executable, of)),
    });
    return isCpp
      ? executable
          .functionsMatching(cppMatcher(symbol, facts))
          .map((found) => entry(`${CPP}:${declarationOrSymbol(found.name, facts)}`, () => found))
      : executable
          .functions()
          .filter(globMatcher(symbol))
          .map((text) => entry(text, () => byName().get(text)));
  });
}

/** Of one file: among several there are always some that are none of those that are meant. */
function listTrouble(facts: KernelFacts, search: Parts, options: ProviderOptions): string | undefined {
  const path = search.all.length > 1 ? search.all[0]?.text : undefined;
  if (path === undefined || hasWildcard(path)) return undefined;
  const found = facts.executables(path, { pid: options.runningPid });
  if (found.kind === "missing")
    return found.reason === undefined ? undefined : `Cannot list functions of ${found.reason}`;
  const [executable] = found.executables;
  const trouble = executable?.trouble();
  return trouble === undefined ? undefined : `Cannot list functions of ${path}: ${trouble}`;
}

/** All copies of a function are one attach point. */
function listInline(name: string, executable: Executable, symbol: string): readonly ListEntry[] {
  const [first] = executable.inlined(symbol)?.places ?? [];
  if (first === undefined) return [];
  const { address, copy } = first;
  const entered = { name: symbol, address, bytes: 0n };
  return [
    {
      text: `${name}:${executable.path}:${symbol}:${INLINE}`,
      ...shownArguments(executable, () => entered, { entered, address, copy }),
    },
  ];
}

const shownFor = (target: ProbeTarget | undefined): Omit<ListEntry, "text"> =>
  target === undefined ? {} : shownArguments(target.executable, () => target.entered);

/** `…:cpp:_Z4overi` as `…:cpp:"over(int)"`. */
const withDeclaration = (name: string, facts: KernelFacts): string =>
  name.replace(/(:cpp:)([^:+]+)/, (_, before: string, symbol: string) => before + declarationOrSymbol(symbol, facts));
