/** What has been made of the last entry. */
import { disassemble } from "../../../codegen/bpf/assembly/disassemble.js";
import type { Compilation } from "../../../codegen/compile.js";
import { printProgram } from "../../../codegen/ir/print.js";
import type { Shell } from "../shell.js";
import { type Command, CommandError } from "./command.js";

function lastOf({ tracer }: Shell): Compilation {
  if (tracer.last === undefined) throw new CommandError("nothing has been compiled yet");
  return tracer.last;
}

export const DUMP_COMMANDS: readonly Command[] = [
  {
    name: "ir",
    argument: "",
    summary: "the intermediate code of the last entry",
    run: (shell) => {
      for (const program of lastOf(shell).ir) shell.say(`${printProgram(program).trimEnd()}\n\n`);
    },
  },
  {
    name: "bytecode",
    argument: "",
    summary: "the BPF instructions of the last entry",
    run: (shell) => {
      for (const { name, code } of lastOf(shell).object?.programs ?? [])
        shell.say(`${name}:\n${disassemble(code).trimEnd()}\n\n`);
    },
  },
  {
    name: "verifier",
    argument: "",
    summary: "what the kernel's verifier says of the last entry",
    run: (shell) => {
      lastOf(shell);
      shell.tracer.verify((program, log) => shell.say(`${program}:\n${log.trimEnd()}\n\n`));
    },
  },
];
