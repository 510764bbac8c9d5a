/** The process whose end ends the run: that of `-p`, or the child of `-c`. */
import { readdirSync, readFileSync } from "node:fs";
import type { Child, ExitStatus, Fd, Native } from "../kernel/index.js";

export interface TracedProcess {
  readonly pid: number;
  /** Whether nothing of it runs any more, as the kernel knows it now: what cannot be attached then has that reason. */
  hasEnded(): boolean;
  /** A child begins, and waits where its libraries are loaded. */
  runToEntry?(): void;
  /** Everything is attached: a child may begin, or go on. */
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
    hasEnded: () => isOver(pid),
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
  let isAtEntry = false;
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
    hasEnded: () => hasEnded || isOver(child.pid),
    runToEntry() {
      isAtEntry = child.runToEntry(entryOf);
      isReleased = true;
    },
    release() {
      if (isAtEntry) child.resume();
      else if (!isReleased) child.release();
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

/** It is not there, or waits for its parent to ask for its status; a first thread that has ended may have left others. */
function isOver(pid: number): boolean {
  try {
    const status = readFileSync(`/proc/${pid}/stat`, "latin1");
    const state = status.charAt(status.lastIndexOf(")") + 2);
    return (state === "Z" || state === "X") && readdirSync(`/proc/${pid}/task`).length <= 1;
  } catch {
    return true;
  }
}

/** AT_ENTRY of `/proc/PID/auxv`, pairs of u64: where the program begins. */
function entryOf(pid: number): bigint | undefined {
  const AT_ENTRY = 9n;
  try {
    const bytes = readFileSync(`/proc/${pid}/auxv`);
    for (let at = 0; at + 16 <= bytes.length; at += 16) {
      if (bytes.readBigUInt64LE(at) === AT_ENTRY) return bytes.readBigUInt64LE(at + 8);
    }
  } catch {
    // Gone already.
  }
  return undefined;
}
