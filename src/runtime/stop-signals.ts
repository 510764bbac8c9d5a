/** SIGINT and SIGTERM end a run; a second one ends the process at once, by its default action. */
const SIGNALS = ["SIGINT", "SIGTERM"] as const;

export interface StopSignals {
  readonly hasCome: boolean;
  /** Calls back when one comes; at once when one has. */
  onStop(callback: () => void): void;
  /** Gives the signals back their default action. */
  restore(): void;
}

export function catchStopSignals(): StopSignals {
  let hasCome = false;
  let notify = (): void => {};
  const listener = (): void => {
    hasCome = true;
    restore();
    notify();
  };
  const restore = (): void => {
    for (const signal of SIGNALS) process.removeListener(signal, listener);
  };
  for (const signal of SIGNALS) process.on(signal, listener);
  // Without a listener Node opens its debugger to whoever connects.
  process.on("SIGUSR1", () => {});
  return {
    get hasCome() {
      return hasCome;
    },
    onStop(callback) {
      notify = callback;
      if (hasCome) callback();
    },
    restore,
  };
}
