/** The process whose end ends the run: that of `-p`, or the child of `-c`. */
import { type Child, type ExitStatus, type Fd, type Native } from "../kernel/native.js";

export interface TracedProcess {
  readonly pid: number;
  /** Everything is attached: a child may begin. */
  release(): void;
  onEnd(callback: () => void): void;
  /** The script called `exit()`: a child is asked to end. Settles when it has. */
  terminate(): Promise<void>;
  /** A child that still lives does not outlive the run. */
  close(): void;
}

/** A process that was there before us and stays there after. */
export function existingProcess(pid: number, pidfd: Fd, native: Native): TracedProcess {
  let watcher: { close(): void } | undefined;
  const close = (): void => {
    watcher?.close();
    watcher = undefined;
  };
  return {
    pid,
    release: () => {},
    onEnd(callback) {
      watcher = native.watch(pidfd, () => {
        close();
        callback();
      });
    },
    terminate: () => Promise.resolve(),
    close() {
      close();
      pidfd.close();
    },
  };
}

/** @param onExit - told how the child ended */
export function childProcess(child: Child, onExit: (status: ExitStatus) => void): TracedProcess {
  let hasEnded = false;
  let isReleased = false;
  const ended = (status: ExitStatus): void => {
    hasEnded = true;
    onExit(status);
  };
  let end: Promise<void> | undefined;
  const untilEnd = (): Promise<void> =>
    (end ??= new Promise((resolve) => {
      child.onExit((status) => {
        ended(status);
        resolve();
      });
    }));
  return {
    pid: child.pid,
    release() {
      child.release();
      isReleased = true;
    },
    onEnd(callback) {
      void untilEnd().then(callback);
    },
    async terminate() {
      if (!hasEnded) child.kill("SIGTERM");
      await untilEnd();
    },
    close() {
      if (isReleased && !hasEnded) {
        child.kill("SIGKILL");
        ended(child.wait());
      }
      child.close();
    },
  };
}
