/** `-d STAGE`: what the stages of the compiler made. */
import type { Compilation } from "../../codegen/compile.js";
import { disassemble } from "../../codegen/bpf/disassemble.js";
import { printProgram } from "../../codegen/ir/print.js";
import { format } from "../../grammar/format/index.js";

/** In the order of the compiler. `verifier` is the log of the kernel's verifier, which the loader hands over. */
export const DUMP_STAGES = ["ast", "ir", "bytecode", "verifier"] as const;
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
  if (!stages.has("bytecode")) return;
  for (const { name, code } of compilation.object?.programs ?? []) {
    out(section(`BPF bytecode of ${name}:`, disassemble(code)));
  }
}

export const verifierSection = (program: string, log: string): string =>
  section(`BPF verifier log for ${program}:`, log);
