import { constants } from "node:os";
import { type Closable, native } from "../kernel/index.js";
import type { Stop } from "./stop.js";

/**
 * SIGINT and SIGTERM end a run; a second one ends the process at once, by its default action. What comes within a fifth of a
 * second of the first is the same wish, twice told.
 */
const SIGNALS = ["SIGINT", "SIGTERM"] as const;
const STOPS: ReadonlySet<string> = new Set(SIGNALS);

/** Their default action is to be ignored, or Node ignores them. */
const HARMLESS: ReadonlySet<NodeJS.Signals> = new Set([
  "SIGCHLD",
  "SIGCONT",
  "SIGURG",
  "SIGWINCH",
  "SIGPIPE",
  "SIGXFSZ",
]);

/** As `nohup` and shells ask for it. Those that end a run do so even then: a shell ignores SIGINT for all that it starts with `&`. */
export function keepIgnoring(numbers: readonly number[]): void {
  for (const [name, number] of Object.entries(constants.signals)) {
    const signal = name as NodeJS.Signals;
    const isMeant = numbers.includes(number) && !HARMLESS.has(signal) && !STOPS.has(signal);
    if (isMeant) process.on(signal, () => {});
  }
}

/** Without a listener Node opens its debugger to whoever connects. */
export function closeDebugger(): void {
  process.on("SIGUSR1", () => {});
}

/** The first of them; what comes then has its default action. */
export function catchStopSignals(): Stop {
  const latch = native().stopLatch(SIGNALS.map((name) => constants.signals[name]));
  let watcher: Closable | undefined;
  const unwatch = (): void => {
    watcher?.close();
    watcher = undefined;
  };
  return {
    get hasCome() {
      return latch.hasCome;
    },
    fd: latch.fd,
    onStop(callback) {
      unwatch();
      if (latch.hasCome) return callback();
      watcher = latch.watch(() => {
        unwatch();
        callback();
      });
    },
  };
}
