/** A system call that failed, as the native addon throws it, and as people are told of it. */
import { strerror } from "../output/index.js";

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

/** As the C library names an error, and what to try. Numbers of Node's are negative. */
export const reasonOf = ({ code, errno }: SystemCallFailure): string =>
  strerror(Math.abs(errno)) + (code === "EMFILE" ? REMEDIES["EMFILE"] : "");

const remedyFor = ({ code }: SystemCallFailure): string => REMEDIES[code] ?? "";

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
