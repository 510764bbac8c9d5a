/** Somebody's wish that a run end: a signal, a call, a key. */
export interface Stop {
  readonly hasCome: boolean;
  /** Calls back when it comes; at once when it has. */
  onStop(callback: () => void): void;
}
