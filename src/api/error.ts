/** What goes wrong, for programs: nothing of it has to be found in text. */
import type { ScriptDiagnostic } from "./types.js";

export type TsbtErrorCode =
  /** The script is wrong: see `diagnostics`. */
  | "script"
  /** The process may not trace: see `missingCapabilities`. */
  | "privileges"
  /** The kernel's verifier has refused a program: see `verifierLog`. That is a bug of tsbt. */
  | "verifier"
  /** The native addon is not there, or is of another version: the message says what to install. */
  | "addon"
  /** The kernel did not take a map or a program, or lacks something. */
  | "kernel"
  /** Probes could not be attached. */
  | "attach"
  /** An option of another type, or one that there is not. */
  | "option"
  /** A key or a value that a map has not: of another type, or too large. */
  | "value"
  /** The trace has been let go, and its maps with it. */
  | "closed"
  /** Bytes that are not what `save()` has made. */
  | "saved"
  /** A file or a directory cannot be made or written. */
  | "output"
  /** What was compiled is for another kernel, or by another version of tsbt. */
  | "other-kernel"
  /** The process of `pid` is not there, or `command` cannot be started. */
  | "process"
  /** More probes than `BPFTRACE_MAX_PROBES` allows. */
  | "limit";

export interface TsbtErrorDetails extends ErrorOptions {
  readonly diagnostics?: readonly ScriptDiagnostic[];
  readonly missingCapabilities?: readonly string[];
  readonly verifierLog?: string | undefined;
}

export class TsbtError extends Error {
  override readonly name = "TsbtError";
  readonly code: TsbtErrorCode;
  readonly diagnostics: readonly ScriptDiagnostic[];
  readonly missingCapabilities: readonly string[];
  readonly verifierLog: string | undefined;

  constructor(code: TsbtErrorCode, message: string, details: TsbtErrorDetails = {}) {
    super(message, details.cause === undefined ? {} : { cause: details.cause });
    this.code = code;
    this.diagnostics = details.diagnostics ?? [];
    this.missingCapabilities = details.missingCapabilities ?? [];
    this.verifierLog = details.verifierLog;
  }
}
