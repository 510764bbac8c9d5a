/** What the core is told of the process that it works in: it asks for none of it, and changes none of it. */
import { type Closable, type Fd, native, type ProgramToRun } from "../kernel/index.js";
import type { SignalSource } from "../runtime/index.js";
import type { Environment } from "./environment.js";

export interface Host {
  readonly environment: Environment;
  /** What programs that a script starts shall have. */
  readonly inherited: Pick<ProgramToRun, "env" | "limits" | "ignoredSignals">;
  readonly machine: NodeJS.Architecture;
  /** What scripts may write packets to; undefined: it belongs to somebody else. */
  readonly standardOutput: number | undefined;
  /** For probes of signals to the tracer. */
  readonly signals: SignalSource;
  /** Keeps the event loop alive until it is closed. */
  readonly stayAwake: () => Closable;
  /** Closes what takes the kernel a while, and waits for nothing. */
  readonly letGo: (fds: readonly Fd[]) => void;
}

/**
 * A timer would keep the loop alive as well, but after a start from a snapshot Node counts timers wrongly, and may end at once.
 * A process's own end never comes to be seen.
 *
 * @param pid - of this process
 */
export function watchOwnProcess(pid: number): Closable {
  const process = native().pidfdOpen(pid);
  const watcher = native().watch(process, () => undefined);
  return {
    close() {
      watcher.close();
      process.close();
    },
  };
}
