/** What the environment says: read when tsbt starts, never when it is built into a snapshot. */
const PREFIX = "BPFTRACE_";

/** Byte strings. The first of two variables with one name counts, as in the C library. */
export class Environment {
  readonly #variables = new Map<string, string>();

  /** @param entries - NAME=value */
  constructor(entries: readonly string[]) {
    for (const entry of entries) {
      const equals = entry.indexOf("=");
      const name = entry.slice(0, equals);
      if (equals > 0 && !this.#variables.has(name)) this.#variables.set(name, entry.slice(equals + 1));
    }
  }

  get(name: string): string | undefined {
    return this.#variables.get(name);
  }

  /** All `BPFTRACE_…` variables. */
  traceVariables(): ReadonlyMap<string, string> {
    return new Map([...this.#variables].filter(([name]) => name.startsWith(PREFIX)));
  }
}
