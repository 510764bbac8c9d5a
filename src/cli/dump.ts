/** `-d STAGE`: what the stages of the compiler made. */
import type { TypedProgram } from "../../codegen/analysis/typed-program.js";
import type { Compilation } from "../../codegen/compile.js";
import { disassemble } from "../../codegen/bpf/assembly/disassemble.js";
import type { PassTrial } from "../../codegen/optimize/index.js";
import type { BpfObject, ProgramLoad } from "../../codegen/object.js";
import { printProgram } from "../../codegen/ir/print.js";
import { typeName } from "../../codegen/types/type.js";
import { type Expr, format, type Program } from "../../grammar/index.js";

/**
 * In the order of the compiler. With `check` it looks whether what it made is right; `verifier` is the log of the kernel's
 * verifier, which the loader hands over.
 */
export const DUMP_STAGES = ["ast", "types", "ir", "check", "bytecode", "plan", "verifier"] as const;
export type DumpStage = (typeof DUMP_STAGES)[number];

export interface DumpSinks {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

const RULE = "--------------------------------------";
const section = (title: string, text: string): string => `${title}\n${RULE}\n${text.replace(/\n*$/, "\n")}\n`;

export function dumpCompilation(
  compilation: Compilation,
  stages: ReadonlySet<DumpStage>,
  { out, err }: DumpSinks,
): void {
  if (stages.has("ast")) err(section("AST:", format(compilation.program, [])));
  const { typed } = compilation;
  if (stages.has("types") && typed !== undefined) out(section("Types:", typesText(compilation.program, typed)));
  if (stages.has("ir"))
    for (const program of compilation.ir)
      out(section(`IR of ${program.functions[0]?.name ?? ""}:`, printProgram(program)));
  const { object } = compilation;
  if (object === undefined) return;
  if (stages.has("check")) out(section("Checks:", checks(compilation)));
  dumpObject(object, stages, out);
}

/** What needs no text of the script. */
export function dumpObject(object: BpfObject, stages: ReadonlySet<DumpStage>, out: DumpSinks["out"]): void {
  if (stages.has("bytecode"))
    for (const { name, code } of object.programs) out(section(`BPF bytecode of ${name}:`, disassemble(code)));
  if (stages.has("plan")) out(section("Attachments:", attachPlan(object)));
}

/** What `--dump-after` and `--without-pass` ask of the optimiser. */
export function passTrial(
  dumpsAfter: ReadonlySet<string>,
  disabled: ReadonlySet<string>,
  { out }: Pick<DumpSinks, "out">,
): PassTrial {
  return {
    disabled,
    isApart: dumpsAfter.size + disabled.size > 0,
    afterPass: (pass, fn) => {
      if (dumpsAfter.has(pass)) out(section(`IR of ${fn.name} after ${pass}:`, printProgram({ functions: [fn] })));
    },
  };
}

/** The program that is lowered, macros expanded and constants folded: maps first, types as comments. */
function typesText(program: Program, typed: TypedProgram): string {
  const maps = typed.maps.map(({ name, key, value }) => {
    const parts = key?.kind === "tuple" ? key.elements : [key];
    const keyText = key === undefined ? "" : `[${parts.map((part) => part && typeName(part)).join(", ")}]`;
    return `// ${name}${keyText}: ${typeName(value)}\n`;
  });
  const items = typed.probes.map(({ probe, predicate, body, called }) =>
    called === undefined ? { ...probe, predicate, body } : { ...called, body },
  );
  const bare: Program = { ...program, config: undefined, cDefinitions: [], imports: [], items };
  const noteOn = (expr: Expr): string | undefined => {
    const type = typed.typeIfAny(expr);
    return type && typeName(type);
  };
  return maps.join("") + format(bare, [], noteOn);
}

/** It does not come to this when one of them fails. */
function checks({ ir }: Compilation): string {
  const functions = ir.reduce((sum, program) => sum + program.functions.length, 0);
  return `${functions} functions: the IR is well formed, and each use of a register or a spilled value sees its value`;
}

/** How each program is attached or entered, and for what. */
function attachPlan({ programs, attachments }: BpfObject): string {
  const lines = programs.flatMap(({ name, loads, schedule }, program) => {
    const isEntered = schedule.runs === "called";
    const own = attachments.flatMap(({ slot, ...attachment }) => {
      const target = isEntered ? slot : attachment;
      return target?.program === program ? [{ ...attachment, load: target.load }] : [];
    });
    const isTold = own.some(({ cookie }) => cookie !== undefined);
    return [
      `${name}: ${ways(loads)}${isTold ? ", told apart by cookie" : ""}`,
      ...own.map((attachment) => `    ${attachment.name}${loads.length > 1 ? ` (${attachment.load + 1})` : ""}`),
    ];
  });
  return lines.join("\n");
}

/** A program that is loaded more than once says how often. */
function ways(loads: readonly ProgramLoad[]): string {
  const names = new Set(loads.map(({ way }) => way)).size;
  const text = [...new Set(loads.map(({ way }) => way))].join(" and ");
  return loads.length > names ? `${text}, loaded ${loads.length} times` : text;
}

export const verifierSection = (program: string, log: string): string =>
  section(`BPF verifier log for ${program}:`, log);
