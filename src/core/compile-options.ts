/** What the compiler is told beside the script and the kernel's facts, on this machine. Text is byte strings. */
import type { NamedParameters } from "../../codegen/analysis/expansion/script-options.js";
import type { TypedProgram } from "../../codegen/analysis/typed-program.js";
import type { CompileOptions } from "../../codegen/compile.js";
import { findKernelDirs, HeaderFiles } from "../headers/index.js";
import type { Host } from "./host.js";
import { findImport } from "./import-files.js";

export interface ScriptRequest {
  readonly host: Pick<Host, "environment" | "machine">;
  /** As `uname -r` prints it. */
  readonly release: string;
  readonly positional: readonly string[];
  readonly named: NamedParameters;
  readonly isUnsafe: boolean;
  /** Of the process that is traced, if it is one. */
  readonly pid: number | undefined;
  /** Events of other processes are left out. */
  readonly filtersByPid: boolean;
  /** That is said when it is run. */
  readonly isTargetLater?: boolean;
  readonly warnsOfReads: boolean;
  readonly includes: readonly string[];
  readonly includeDirs: readonly string[];
  readonly isToBeBuilt?: (typed: TypedProgram) => boolean;
  readonly isChecked?: boolean;
  readonly hasSharedMaps?: boolean;
}

export function compileOptions({ host, release, includeDirs, ...request }: ScriptRequest): CompileOptions {
  const { environment, machine } = host;
  const headers = new HeaderFiles({
    ownDirs: includeDirs,
    kernel: () => findKernelDirs({ environment, release, machine }),
  });
  return { isToBeBuilt: () => true, ...request, environment: environment.traceVariables(), headers, findImport };
}
