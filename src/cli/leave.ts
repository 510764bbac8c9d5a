/** The end of the process, at once. */
import { constants } from "node:os";
import { AddonError, native } from "../kernel/index.js";
import { standardOutputHasLostReader } from "../output/index.js";

/**
 * When nobody reads standard output any more (`tsbt … | head`) others have been killed by SIGPIPE; we have let go of everything first, and
 * then end as they do. Who ignores that signal does not want it of us either.
 *
 * @param ignored - numbers of signals
 */
export function leave(status: number, ignored: readonly number[]): never {
  if (standardOutputHasLostReader() && !ignored.includes(constants.signals.SIGPIPE)) endBySignal("SIGPIPE");
  try {
    return native().exitNow(status);
  } catch (error) {
    if (!(error instanceof AddonError)) throw error;
    process.exit(status);
  }
}

/** Node ignores some; what has been listened to and is no more has its default action. */
function endBySignal(signal: NodeJS.Signals): void {
  const listener = (): void => {};
  process.on(signal, listener);
  process.removeListener(signal, listener);
  process.kill(process.pid, signal);
}
