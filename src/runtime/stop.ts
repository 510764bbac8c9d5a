/** Somebody's wish that a run end: a signal, a call, a key. */
export interface Stop {
  /** This changes while nothing returns to the event loop, too, if it can. */
  readonly hasCome: boolean;
  /** A descriptor that is readable once it has come, for what waits elsewhere; or -1. */
  readonly fd: number;
  /** Calls back when it comes; at once when it has. */
  onStop(callback: () => void): void;
}
