/** What the environment says: read when tsbt starts, never when it is built into a snapshot. */
const PREFIX = "BPFTRACE_";
/** There are none: who sets one means another. */
const OWN_PREFIX = "TSBT_";

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

  /** All `BPFTRACE_…` variables, and what may have been meant for such. */
  traceVariables(): ReadonlyMap<string, string> {
    const isOne = (name: string): boolean => name.startsWith(PREFIX) || name.startsWith(OWN_PREFIX);
    return new Map([...this.#variables].filter(([name]) => isOne(name)));
  }
}
