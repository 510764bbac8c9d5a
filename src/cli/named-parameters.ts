/** `--name=value` behind `--`: options of the script itself (probes-and-cli.md 13.1). */
import type { NamedParameters, ScriptOption } from "../../codegen/analysis/expansion/script-options.js";
import { didYouMean, renderHint } from "../../grammar/index.js";
import { ExitError } from "./exit-error.js";

/** @param words as given, with their dashes; a value may hold further `=` */
export function namedParameters(words: readonly string[]): NamedParameters {
  return new Map(
    words.map((word): readonly [string, string | true] => {
      const text = word.replace(/^--/, "");
      const equals = text.indexOf("=");
      return equals < 0 ? [text, true] : [text.slice(0, equals), text.slice(equals + 1)];
    }),
  );
}

/** @throws {@link ExitError} for `--help`, and for what the script does not ask for */
export function checkNamedParameters(words: readonly string[], options: readonly ScriptOption[]): void {
  if (words.includes("--help")) throw new ExitError(helpOf(options), 1);
  const known = new Set(options.map(({ name }) => name));
  const unexpected = [...namedParameters(words).keys()].filter((name) => !known.has(name));
  if (unexpected.length === 0) return;
  const names = unexpected.map((name) => `--${name}`).join(", ");
  const meant = unexpected.flatMap((name) => didYouMean(name, known, (near) => `--${near}`)).map(renderHint);
  throw new ExitError(
    `ERROR: unexpected program command line options: ${names}\n${hintOf(options)}${meant.join("")}`,
    1,
  );
}

const hintOf = (options: readonly ScriptOption[]): string =>
  options.length === 0
    ? "HINT: no custom program options defined.\n"
    : `HINT: expected program options: ${options.map(({ name }) => `--${name}`).join(": ")}\n`;

const helpOf = (options: readonly ScriptOption[]): string =>
  `HINT: expected program options:\n${options
    .map(({ name, description }) => `--${name}${description === undefined ? "" : `: ${description}`}\n`)
    .join("")}`;
