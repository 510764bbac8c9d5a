/** The process that is traced: one that is there, or one that is started for it and waits. For all clients; the words are theirs. */
import type { Architecture } from "../../codegen/facts.js";
import { type ExitStatus, native } from "../kernel/index.js";
import { childProcess, existingProcess, type TracedProcess } from "../runtime/index.js";
import { executablePaths } from "../symbols/index.js";
import type { Host } from "./host.js";

/** @throws what the system has against it */
export function processOf(pid: number): TracedProcess {
  const kernel = native();
  return existingProcess(pid, kernel.pidfdOpen(pid), kernel);
}

/** Programs that a command's first word stands for: one, none, or with wildcards several. */
export const programsNamed = (
  name: string,
  { arch, searchPath }: { readonly arch: Architecture; readonly searchPath: string | undefined },
): readonly string[] => executablePaths(name, { arch, pid: undefined, searchPath, acceptsAnyFile: false });

/** @param argv - byte strings @throws what the system has against it */
export function startProgram(
  path: string,
  argv: readonly string[],
  { inherited, onExit }: { readonly inherited: Host["inherited"]; readonly onExit: (status: ExitStatus) => void },
): TracedProcess {
  return childProcess(native().spawnStopped({ path, argv, ...inherited, stopAtExec: false }), onExit);
}
