/**
 * From source text to a BPF object: the stages in order. A pure function of the text, the kernel's facts,
 * the language and the options.
 */
import {
  deepestNode,
  DiagnosticBag,
  type Diagnostic,
  isStackOverflow,
  parse,
  type Probe,
  type Program,
  type SourceFile,
} from "../grammar/index.js";
import {
  analyse,
  checkControlFlow,
  checkDeprecated,
  checkPrograms,
  checkUnstable,
  expandMacros,
} from "./analysis/index.js";
import { type ExpansionInput, expandProbes, parseAttachPoints } from "./analysis/attach-points/attach-points.js";
import { probedModules } from "./analysis/attach-points/probed-modules.js";
import { build, type Built } from "./back-end.js";
import { type Definitions, type HeaderSearch, readDefinitions } from "./c/definitions.js";
import { withHeaderHints } from "./c/header-hints.js";
import { type Config, DEFAULT_CONFIG } from "./config.js";
import { checkImportsInBlocks, type FindImport, mergeImports } from "./analysis/expansion/imports.js";
import { readConfig } from "./analysis/read-config.js";
import { bodyOf, TailCalls } from "./analysis/names/tail-calls.js";
import { ProgramStructs } from "./analysis/names/program-structs.js";
import type { KnownMaps } from "./analysis/input.js";
import type { NamedParameters } from "./analysis/expansion/script-options.js";
import type { TypedProgram } from "./analysis/typed-program.js";
import type { KernelFacts } from "./facts.js";
import type { Language } from "./language/language.js";
import type { IrProgram } from "./ir/ir.js";
import { link } from "./link.js";
import type { BpfObject } from "./object.js";
import type { PassTrial } from "./optimize/index.js";
import { MAX_INSTRUCTIONS, MAX_MAPS, MAX_MEMORY_BYTES, ProgramLimitError } from "./program-limits.js";

export interface CompileOptions {
  /** `$1`, `$2` …: byte strings. */
  readonly positional: readonly string[];
  /** `--name=value` behind `--`; byte strings. */
  readonly named: NamedParameters;
  /** `--unsafe`. */
  readonly isUnsafe: boolean;
  /** `-p`, or the child of `-c`. */
  readonly pid: number | undefined;
  /** Events are filtered by `pid` (`-p` does, `-c` does not). */
  readonly filtersByPid: boolean;
  /** Which process is traced is said when the programs are loaded, and not by {@link pid}: see `target` of `MapRole`. */
  readonly isTargetLater?: boolean;
  /** `-k`: failed reads and lookups are reported at run time. */
  readonly warnsOfReads: boolean;
  /** `BPFTRACE_…` variables. */
  readonly environment: ReadonlyMap<string, string>;
  /** C headers to read before the script's own definitions: `--include`. */
  readonly includes: readonly string[];
  readonly headers: HeaderSearch;
  readonly findImport: FindImport;
  /** Maps that are there already, by name: see {@link KnownMaps}. */
  readonly knownMaps?: KnownMaps;
  /**
   * Others have to do with the maps of the script: programs, which delete keys, whose places a table of ours does not get
   * back, or later scripts, which may do with them what this one does not.
   */
  readonly hasSharedMaps?: boolean;
  /** For those who look for a mistake in the optimiser. */
  readonly passes?: PassTrial;
  /** Asked when all types are known: `false` stops there, before the costly part. */
  readonly isToBeBuilt: (typed: TypedProgram) => boolean;
  /** The compiler checks its own work: `-d check`. */
  readonly isChecked?: boolean;
}

export const DEFAULT_OPTIONS: CompileOptions = {
  positional: [],
  named: new Map(),
  isUnsafe: false,
  pid: undefined,
  filtersByPid: false,
  warnsOfReads: false,
  environment: new Map(),
  includes: [],
  headers: { read: () => undefined, prelude: () => undefined, areOnlySystems: true },
  findImport: () => ({ kind: "missing", checked: [] }),
  isToBeBuilt: () => true,
};

export interface Compilation {
  /** Undefined when there was an error, or nothing to attach. */
  readonly object: BpfObject | undefined;
  /** Errors first. */
  readonly diagnostics: readonly Diagnostic[];
  /** What is wrong with the C definitions, as a C compiler prints it; empty when nothing is. */
  readonly cFailure: string;
  readonly config: Config;
  /** What the stages made, for dumps: as far as they came. */
  readonly program: Program;
  readonly typed: TypedProgram | undefined;
  readonly ir: readonly IrProgram[];
}

export function compile(
  source: SourceFile,
  facts: KernelFacts,
  language: Language,
  options: CompileOptions = DEFAULT_OPTIONS,
): Compilation {
  const bag = new DiagnosticBag();
  const own = parse(source, bag);
  if (bag.hasErrors) return { ...nothingOf(own), diagnostics: bag.all };

  try {
    return compileParsed(own, { facts, language, options, bag });
  } catch (error) {
    if (!isStackOverflow(error)) throw error;
    const { node, levels } = deepestNode(own);
    bag.error("too-deep", node.span, { levels });
    return { ...nothingOf(own), diagnostics: bag.all };
  }
}

const nothingOf = (program: Program): Omit<Compilation, "diagnostics"> => ({
  config: DEFAULT_CONFIG,
  program,
  typed: undefined,
  ir: [],
  object: undefined,
  cFailure: "",
});

interface CompileInput {
  readonly facts: KernelFacts;
  readonly language: Language;
  readonly options: CompileOptions;
  readonly bag: DiagnosticBag;
}

function compileParsed(own: Program, { facts, language, options, bag }: CompileInput): Compilation {
  const result = nothingOf(own);
  const config = readConfig(own.config, options.environment, bag);
  if (bag.hasErrors) return { ...result, config, diagnostics: bag.all };

  const program = mergeImports(own, options.findImport, bag);
  if (bag.hasErrors) return { ...result, config, diagnostics: bag.all };

  checkUnstable(program, language, config, bag);
  if (bag.hasErrors) return { ...result, config, diagnostics: bag.all };

  const structs = new ProgramStructs(facts);
  const definitions = define(program, structs, facts, options);
  const typed = typeProgram(program, { structs, definitions, config, facts, language, options, bag });
  if (typed === undefined || bag.hasErrors) {
    const diagnostics = definitions === undefined ? bag.all : withHeaderHints(bag.all, definitions);
    return { ...result, config, diagnostics, cFailure: bag.hasErrors ? "" : (definitions?.failure ?? "") };
  }

  if (!options.isToBeBuilt(typed)) return { ...result, config, program, typed, diagnostics: bag.all };
  const built = buildWithin(typed, facts, { ...options, config }, bag);
  if (built === undefined) return { ...result, config, program, typed, diagnostics: bag.all };
  const object = link(built, typed);
  return {
    object,
    config,
    program,
    typed,
    ir: [...built.ir, ...built.hubs.map(({ ir }) => ir)],
    diagnostics: bag.all,
    cFailure: "",
  };
}

/** @returns undefined, with a diagnostic, when a probe is more than a kernel takes */
function buildWithin(
  typed: TypedProgram,
  facts: KernelFacts,
  { warnsOfReads, isChecked, passes, config, hasSharedMaps = false }: CompileOptions & Pick<Compilation, "config">,
  bag: DiagnosticBag,
): Built | undefined {
  try {
    return build(typed, facts, { warnsOfReads, isChecked, hasSharedMaps }, passes);
  } catch (error) {
    if (!(error instanceof ProgramLimitError)) throw error;
    if (error.limit === "stack") bag.error("stack-too-large", error.span, {});
    else if (error.limit === "maps") bag.error("too-many-maps", error.span, { maps: MAX_MAPS });
    else if (error.limit === "memory") {
      const isLong = config.maxStrlen > DEFAULT_CONFIG.maxStrlen;
      const hints = isLong ? [`Strings have room for max_strlen bytes, which is ${config.maxStrlen}.`] : [];
      bag.error("memory-too-large", error.span, { bytes: MAX_MEMORY_BYTES }, { hints });
    } else bag.error("probe-too-large", error.span, { instructions: MAX_INSTRUCTIONS });
    return undefined;
  }
}

/** Attach points may need the types already; what is wrong with them is told later. */
function define(
  program: Program,
  structs: ProgramStructs,
  facts: KernelFacts,
  options: CompileOptions,
): Definitions | undefined {
  const { headers, includes } = options;
  if (program.cDefinitions.length === 0 && includes.length === 0) return undefined;
  const hasKernelTypes = (): boolean => facts.btf !== undefined;
  const definitions = readDefinitions(program, { headers, includes, kernel: () => structs.kernel, hasKernelTypes });
  structs.define(definitions.structs);
  return definitions;
}

interface TypingInput {
  readonly structs: ProgramStructs;
  readonly definitions: Definitions | undefined;
  readonly config: Config;
  readonly facts: KernelFacts;
  readonly language: Language;
  readonly options: CompileOptions;
  readonly bag: DiagnosticBag;
}

/** Each stage stops the next when it found an error (language.md 18.3). */
function typeProgram(
  program: Program,
  { structs, definitions, config, facts, language, options, bag }: TypingInput,
): TypedProgram | undefined {
  const { positional, isUnsafe } = options;
  const cMacros = definitions === undefined ? {} : { cMacros: definitions.macros };
  const input: ExpansionInput = {
    language,
    facts,
    structs,
    config,
    positional,
    isUnsafe,
    pid: options.pid,
    filtersByPid: options.filtersByPid,
    isTargetLater: options.isTargetLater,
    ...cMacros,
    bag,
  };
  const probes = program.items.filter((item): item is Probe => item.kind === "probe");
  const parsed = parseAttachPoints(probes, input);
  if (bag.hasErrors) return undefined;
  checkDeprecated(program, bag);
  for (const item of program.items) if (item.kind !== "map-declaration") checkControlFlow(item, language, bag);
  const progs = program.items.filter((item) => item.kind === "prog");
  checkPrograms(progs, language, bag);
  if (bag.hasErrors) return undefined;
  const macros = program.items.filter((item) => item.kind === "macro");
  const bodies = expandMacros([...probes, ...progs.map(bodyOf)], macros, language, bag);
  if (bag.hasErrors) return undefined;
  checkImportsInBlocks(bodies, options.findImport, bag);
  if (bag.hasErrors) return undefined;
  const ofProbes = bodies.slice(0, probes.length);
  const programs = bodies.slice(probes.length).flatMap((body, i) => (progs[i] ? [{ prog: progs[i], body }] : []));
  const tailCalls = new TailCalls(language, ofProbes, programs, definitions?.macros);
  structs.definePrograms(progs.map(({ name }) => name));
  const expanded = expandProbes(
    parsed.map((p, i) => ({ ...p, probe: ofProbes[i] ?? p.probe })),
    tailCalls,
    input,
  );
  if (bag.hasErrors || expanded.length === 0 || (definitions?.failure ?? "") !== "") return undefined;
  structs.addModules(() => probedModules(expanded, language, facts));
  const mapDeclarations = program.items.filter((item) => item.kind === "map-declaration");
  return analyse({
    language,
    probes: expanded,
    mapDeclarations,
    macroNames: macros.map(({ name }) => name),
    config,
    facts,
    structs,
    positional,
    named: options.named,
    isUnsafe,
    ...(options.knownMaps === undefined ? {} : { knownMaps: options.knownMaps }),
    bag,
    ...cMacros,
  });
}
