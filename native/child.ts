import { closeSync, readSync, writeSync } from "node:fs";
import type { Addon, Closable } from "./addon.js";
import { Fd } from "./fd.js";
import { type ExitStatus, exitStatusOf, type ProgramToRun, rawProgram } from "./program.js";

export interface SpawnOptions extends ProgramToRun {
  /** Stop once more when the new program is in place, before its first instruction, until `resume()`. */
  readonly stopAtExec: boolean;
}

/** A child process, created but waiting for `release()`. It dies when this process does. */
export class Child {
  readonly #addon: Addon;
  readonly #permission: number;
  readonly #report: number;
  readonly #stopAtExec: boolean;
  readonly #pidfd: Fd;
  #watcher: Closable | undefined;
  #isReleased = false;
  #status: ExitStatus | undefined;
  readonly pid: number;

  constructor(addon: Addon, options: SpawnOptions) {
    const [pid, permission, report] = addon.spawnStopped(rawProgram(options), options.stopAtExec);
    this.#addon = addon;
    this.#permission = permission;
    this.#report = report;
    this.#stopAtExec = options.stopAtExec;
    this.pid = pid;
    try {
      this.#pidfd = new Fd(addon, addon.pidfdOpen(pid));
    } catch (error) {
      this.#abandon();
      throw error;
    }
  }

  /**
   * Lets the child execute its program, and returns when it does.
   *
   * @throws {@link SystemCallError} of `execve`
   */
  release(): void {
    this.#isReleased = true;
    writeSync(this.#permission, "x");
    closeSync(this.#permission);
    const errno = new Int32Array(1);
    const isReported = readSync(this.#report, errno) === errno.byteLength;
    closeSync(this.#report);
    if (isReported) this.#addon.throwErrno("execve", errno[0]!);
    if (this.#stopAtExec) this.#reap(true);
  }

  /**
   * Lets the child execute its program up to its first instruction, when its libraries are loaded: there it stays until
   * {@link Child.resume}. Not before {@link Child.release}.
   *
   * @returns false where it has not come so far: then it runs, or has ended
   * @throws {@link SystemCallError} of `execve` or `ptrace`
   */
  runToEntry(entryOf: (pid: number) => bigint | undefined): boolean {
    this.#addon.ptraceSeize(this.pid);
    this.release();
    // It stops when it has executed the program.
    if (this.#reap(true) !== undefined) return false;
    const entry = entryOf(this.pid);
    if (entry === undefined) {
      this.resume();
      return false;
    }
    const isThere = this.#addon.ptraceRunTo(this.pid, entry);
    if (!isThere) this.#reap(false);
    return isThere;
  }

  /** Ends the stop at exec. */
  resume(): void {
    this.#addon.ptraceDetach(this.pid);
  }

  /** Calls back once, from the event loop, when the child has ended. */
  onExit(callback: (status: ExitStatus) => void): void {
    this.#watcher = new this.#addon.FdWatcher(this.#pidfd.number, () => {
      const status = this.#reap(false);
      if (status === undefined) return;
      this.#unwatch();
      callback(status);
    });
  }

  /** Sends a signal, unless the child has already been seen to have ended. */
  kill(signal: NodeJS.Signals): void {
    if (this.#status === undefined) process.kill(this.pid, signal);
  }

  /** Blocks until the child has ended. */
  wait(): ExitStatus {
    for (;;) {
      const status = this.#reap(true);
      if (status !== undefined) return status;
    }
  }

  /** Lets go of the child, which never runs if it has not been released. */
  close(): void {
    this.#unwatch();
    this.#pidfd.close();
    if (this.#isReleased) return;
    this.#isReleased = true;
    this.#abandon();
  }

  /** Without permission it ends. */
  #abandon(): void {
    closeSync(this.#permission);
    closeSync(this.#report);
    this.wait();
  }

  #unwatch(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
  }

  #reap(block: boolean): ExitStatus | undefined {
    if (this.#status === undefined) {
      const status = this.#addon.waitChild(this.pid, block);
      if (status !== undefined) this.#status = exitStatusOf(status);
    }
    return this.#status;
  }
}
