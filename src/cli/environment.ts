/** What the environment says: read when tsbt starts, never when it is built into a snapshot. */
import { isatty } from "node:tty";

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

export interface ColorChoice {
  readonly color: boolean;
  /** A message about a value that means nothing. */
  readonly warning: string | undefined;
}

/** `BPFTRACE_COLOR`: by default on when both output streams are terminals. */
export function chooseColor(value: string | undefined): ColorChoice {
  const automatic = (): boolean => isatty(1) && isatty(2);
  switch (value) {
    case "always":
      return { color: true, warning: undefined };
    case "never":
      return { color: false, warning: undefined };
    case "auto":
    case undefined:
      return { color: automatic(), warning: undefined };
    default:
      return {
        color: automatic(),
        warning:
          "Invalid env value! The valid values of `BPFTRACE_COLOR` are [auto|always|never]. " +
          `The current value is ${value}!`,
      };
  }
}
