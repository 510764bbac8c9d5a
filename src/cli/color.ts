/** Whether messages have colours. */
import { isatty } from "node:tty";

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
