/** What the environment says: read when tsbt starts, never when it is built into a snapshot. */
import { isatty } from "node:tty";
import { toBytes } from "./byte-text.js";

const PREFIX = "BPFTRACE_";

/** All `BPFTRACE_…` variables, as byte strings. */
export const traceVariables = (environment: NodeJS.ProcessEnv): ReadonlyMap<string, string> =>
  new Map(
    Object.entries(environment).flatMap(([name, value]) =>
      name.startsWith(PREFIX) && value !== undefined ? [[name, toBytes(value)] as const] : [],
    ),
  );

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
          `The current value is ${toBytes(value)}!`,
      };
  }
}
