/** `-d STAGE`: what the stages of the compiler made. */
import type { Compilation } from "../../codegen/compile.js";
import { disassemble } from "../../codegen/bpf/disassemble.js";
import type { BpfObject, ProgramLoad } from "../../codegen/object.js";
import { printProgram } from "../../codegen/ir/print.js";
import { format } from "../../grammar/format/index.js";

/** In the order of the compiler. `verifier` is the log of the kernel's verifier, which the loader hands over. */
export const DUMP_STAGES = ["ast", "ir", "bytecode", "plan", "verifier"] as const;
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
  if (stages.has("ir"))
    for (const program of compilation.ir)
      out(section(`IR of ${program.functions[0]?.name ?? ""}:`, printProgram(program)));
  const { object } = compilation;
  if (object === undefined) return;
  if (stages.has("bytecode"))
    for (const { name, code } of object.programs) out(section(`BPF bytecode of ${name}:`, disassemble(code)));
  if (stages.has("plan")) out(section("Attachments:", attachPlan(object)));
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
