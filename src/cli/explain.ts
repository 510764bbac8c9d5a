/** What is said when something goes wrong, and the exit status for it. */
import { InternalError } from "../../codegen/internal-error.js";
import { isStackOverflow, renderLocation } from "../../grammar/index.js";
import { toBytes } from "../files/index.js";
import { AddonError, isSystemCallFailure, SystemError } from "../kernel/index.js";
import type { Console } from "./console.js";
import { ExitError } from "./exit-error.js";
import { reasonOf } from "./read-program.js";
import type { Settings } from "./settings.js";

export const MACHINE_FAILED = 255;

/** What the compiler can read may be too deep for what shows it. */
const TOO_DEEP = "the program is nested too deeply";

/** Messages of ours are byte strings; those of Node may hold any character. */
const byteText = (message: string): string => (/[^\0-\xff]/.test(message) ? toBytes(message) : message);

/** A failed call that nobody has put into words is at least named as the C library names it. */
export function messageOf(error: unknown): string {
  if (isSystemCallFailure(error) && !(error instanceof SystemError)) return `${error.syscall}: ${reasonOf(error)}`;
  return error instanceof Error ? byteText(error.message) : String(error);
}

/** Where in our code it happened is shown only with `-v`. */
export function explain(error: unknown, settings: Pick<Settings, "isVerbose">, console: Console): number {
  if (error instanceof ExitError) {
    console.err(error.text);
    return error.status;
  }
  console.error(isStackOverflow(error) ? TOO_DEEP : isBug(error) ? bugMessage(error) : messageOf(error));
  if (settings.isVerbose && error instanceof Error) console.err(byteText(`${error.stack}\n`));
  const isMachines = error instanceof SystemError || error instanceof AddonError || isSystemCallFailure(error);
  return isMachines || isBug(error) ? MACHINE_FAILED : 1;
}

/** No script and no machine may cause these. */
const isBug = (error: unknown): error is Error =>
  !isSystemCallFailure(error) &&
  (error instanceof InternalError || error instanceof TypeError || error instanceof RangeError);

function bugMessage(error: Error): string {
  const span = error instanceof InternalError ? error.span : undefined;
  const place = span === undefined ? "" : `${renderLocation(span)}: `;
  return `${place}${byteText(error.message)} (this is a bug of tsbt)`;
}
