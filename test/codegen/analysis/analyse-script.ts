/** Runs a script through the compiler's stages up to types. */
import {
  analyse,
  checkControlFlow,
  checkDeprecated,
  checkUnstable,
  expandMacros,
} from "../../../codegen/analysis/index.js";
import { FULL_LANGUAGE } from "../../../codegen/full-language.js";
import { expandProbes, parseAttachPoints } from "../../../codegen/analysis/attach-points/attach-points.js";
import { TailCalls } from "../../../codegen/analysis/names/tail-calls.js";
import { ProgramStructs } from "../../../codegen/analysis/names/program-structs.js";
import { readConfig } from "../../../codegen/analysis/read-config.js";
import type { TypedProgram } from "../../../codegen/analysis/typed-program.js";
import type { KernelFacts } from "../../../codegen/facts.js";
import { type Diagnostic, DiagnosticBag, parse, positionOf, type Span } from "../../../grammar/index.js";
import { savedFacts } from "../../fixtures/facts.js";

const FACTS = savedFacts();

export interface AnalysedScript {
  readonly typed: TypedProgram | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

export interface ScriptOptions {
  readonly positional?: readonly string[];
  readonly isUnsafe?: boolean;
  readonly facts?: KernelFacts;
  /** Object-like C macros: name to text. */
  readonly cMacros?: Readonly<Record<string, string>>;
}

export function analyseScript(text: string, options: ScriptOptions = {}): AnalysedScript {
  const bag = new DiagnosticBag();
  const typed = stages(text, bag, options);
  return { typed, diagnostics: bag.all };
}

function stages(text: string, bag: DiagnosticBag, options: ScriptOptions): TypedProgram | undefined {
  const { positional = [], isUnsafe = false, facts = FACTS, cMacros = {} } = options;
  const program = parse({ name: "stdin", text }, bag);
  if (bag.hasErrors) return undefined;
  const config = readConfig(program.config, new Map(), bag);
  if (bag.hasErrors) return undefined;
  checkUnstable(program, FULL_LANGUAGE, config, bag);
  if (bag.hasErrors) return undefined;
  checkDeprecated(program, bag);
  const structs = new ProgramStructs(facts);
  const input = {
    language: FULL_LANGUAGE,
    facts,
    structs,
    config,
    positional,
    isUnsafe,
    pid: undefined,
    filtersByPid: false,
    bag,
  };
  const probes = program.items.filter((item) => item.kind === "probe");
  const parsed = parseAttachPoints(probes, input);
  for (const item of program.items) if (item.kind !== "map-declaration") checkControlFlow(item, FULL_LANGUAGE, bag);
  if (bag.hasErrors) return undefined;
  const macros = program.items.filter((item) => item.kind === "macro");
  const bodies = expandMacros(probes, macros, FULL_LANGUAGE, bag);
  if (bag.hasErrors) return undefined;
  const expanded = expandProbes(
    parsed.map((p, i) => ({ ...p, probe: bodies[i] ?? p.probe })),
    new TailCalls(FULL_LANGUAGE, bodies, []),
    input,
  );
  if (bag.hasErrors) return undefined;
  const mapDeclarations = program.items.filter((item) => item.kind === "map-declaration");
  const textOf = (name: string): string | undefined => cMacros[name];
  return analyse({
    language: FULL_LANGUAGE,
    probes: expanded,
    mapDeclarations,
    macroNames: macros.map(({ name }) => name),
    config,
    facts,
    structs,
    positional,
    named: new Map(),
    isUnsafe,
    bag,
    cMacros: { textOf, callOf: () => undefined, names: () => Object.keys(cMacros) },
  });
}

/** `1:9-16 text`, as the reference lists them; `1-3 text` for a range over several lines. */
export function listed({ span, message }: { readonly span: Span | undefined; readonly message: string }): string {
  return span === undefined ? message : `${placeOf(span)} ${message}`;
}

export function placeOf(span: Span): string {
  const start = positionOf(span.file, span.start);
  const end = positionOf(span.file, span.end);
  return start.line === end.line ? `${start.line}:${start.column}-${end.column}` : `${start.line}-${end.line}`;
}
