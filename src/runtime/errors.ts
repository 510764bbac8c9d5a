/**
 * What can go wrong with the machine: permission, a missing feature, a full table. Thrown, never
 * printed here; `src/cli` shows the message and ends with the status.
 */
import type { Span } from "../../grammar/index.js";
import { strerror } from "../output/strerror.js";

/** As the native addon throws it. */
export interface SystemCallFailure {
  readonly code: string;
  readonly errno: number;
  readonly syscall: string;
}

/** A system call failed. `code` is the errno name, such as "EPERM". */
export class SystemError extends Error {
  override readonly name: string = "SystemError";
  readonly syscall: string;
  readonly code: string;
  readonly errno: number;
  /** What was being done, for messages of one's own. */
  readonly doing: string;

  /** @param remedy - what to try, instead of what is known of the error */
  constructor(failure: SystemCallFailure, doing: string, options: ErrorOptions = {}, remedy = remedyFor(failure)) {
    super(`${doing}: ${strerror(failure.errno)}${remedy}`, options);
    this.syscall = failure.syscall;
    this.code = failure.code;
    this.errno = failure.errno;
    this.doing = doing;
  }
}

/** What to try, by the name of the error. */
const REMEDIES: Readonly<Record<string, string>> = {
  EPERM: " (root or CAP_BPF and CAP_PERFMON are needed)",
  E2BIG: " (smaller maps, or fewer, need less: see max_map_keys and perf_rb_pages)",
  ENOMEM: " (smaller maps, or fewer, need less: see max_map_keys and perf_rb_pages)",
  EMFILE: " (the limit of open files is too low: ulimit -n)",
};

const remedyFor = ({ code }: SystemCallFailure): string => REMEDIES[code] ?? "";

/** The kernel lacks something that the script needs. */
export class UnsupportedFeatureError extends Error {
  override readonly name = "UnsupportedFeatureError";
  readonly feature: string;
  /** The first kernel version that has it. */
  readonly since: string;

  constructor(feature: string, since: string, options: ErrorOptions = {}) {
    super(`${feature} needs Linux ${since} or later`, options);
    this.feature = feature;
    this.since = since;
  }
}

/** The kernel did not make a map. */
export class MapError extends SystemError {
  override readonly name = "MapError";
  /** Where a map of the script is declared, or met first. */
  readonly span: Span | undefined;
  /** What to try. */
  readonly hint: string | undefined;

  constructor(
    failure: SystemCallFailure,
    doing: string,
    { span, hint, ...options }: ErrorOptions & { readonly span: Span | undefined; readonly hint: string | undefined },
  ) {
    super(failure, doing, options, hint === undefined ? undefined : "");
    this.span = span;
    this.hint = hint;
  }
}

/** The kernel refused a program. */
export class VerifierError extends SystemError {
  override readonly name = "VerifierError";
  /** The program as the kernel knows it. */
  readonly program: string;
  readonly log: string;
  /** The script text that the refused instruction came from. */
  readonly span: Span | undefined;
  /** What the verifier said last. */
  readonly lastWords: string;

  constructor(failure: SystemCallFailure, details: VerifierDetails, options: ErrorOptions = {}) {
    super(failure, `Error loading BPF program for ${details.program}`, options);
    this.program = details.program;
    this.log = details.log;
    this.span = details.span;
    this.lastWords = details.lastWords;
  }
}

export interface VerifierDetails {
  readonly program: string;
  readonly log: string;
  readonly span: Span | undefined;
  readonly lastWords: string;
}

export function isSystemCallFailure(error: unknown): error is Error & SystemCallFailure {
  return error instanceof Error && "errno" in error && "syscall" in error && "code" in error;
}

/** Runs `call`; a failing system call in it becomes a {@link SystemError} that says what was being done. */
export function doing<T>(what: string, call: () => T): T {
  try {
    return call();
  } catch (error) {
    if (isSystemCallFailure(error) && !(error instanceof SystemError))
      throw new SystemError(error, what, { cause: error });
    throw error;
  }
}
