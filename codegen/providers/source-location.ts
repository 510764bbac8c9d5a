/** `TARGET@FILE:LINE[:COLUMN]` (probes-and-cli.md 5.11): a line of the source in place of a function. */
import { type DiagnosticBag, parseIntegerText } from "../../grammar/index.js";
import type { SourceLineLookup, SourcePlace } from "../facts.js";
import { hasWildcard } from "../language/glob.js";
import { marked, type Notice, type Part, type Parts, type ProviderOptions } from "../language/provider.js";

export interface SourceLocation {
  /** Undefined: the program of the process that `-p` names. */
  readonly path: string | undefined;
  readonly place: SourcePlace;
}

const AT = "@";

export const isLocation = ({ all }: Parts): boolean => all.some(isAt);

const isAt = ({ text, isQuoted }: Part): boolean => text === AT && !isQuoted;

/** Reports and returns undefined when it is none. */
export function parseLocation(parts: Parts, bag: DiagnosticBag, options: ProviderOptions): SourceLocation | undefined {
  const at = parts.all.findIndex(isAt);
  const path = parts.all[0]?.text ?? "";
  const rest = parts.all.slice(at + 1);
  if (at > 1) {
    const { provider } = parts;
    return void bag.error("part-count", parts.span, { provider, allowed: "2 or 3", found: parts.all.length });
  }
  if (rest.length < 2 || rest.length > 3 || rest.some((part) => part.text === "" || isAt(part)))
    return void bag.error("location-format", parts.span, {});
  const isOfProcess = at === 0 || path === "";
  if (isOfProcess && options.runningPid === undefined) return void bag.error("location-needs-target", parts.span, {});
  if (!isOfProcess && hasWildcard(path))
    return void bag.error("location-wildcard", parts.span, {}, marked(parts.all[0]));
  const [file, line, column] = rest;
  const numbers = { line: parseIntegerText(line?.text ?? ""), column: parseIntegerText(column?.text ?? "0") };
  if (typeof numbers.line !== "bigint")
    return void bag.error("location-line", parts.span, { error: numbers.line.error }, marked(line));
  if (typeof numbers.column !== "bigint")
    return void bag.error("location-column", parts.span, { error: numbers.column.error }, marked(column));
  const place = { file: file?.text ?? "", line: Number(numbers.line), column: Number(numbers.column) };
  return { path: isOfProcess ? undefined : path, place };
}

/** Why a line is not to be found, and what to do about it. @param path - of the program */
export function lineTrouble(
  lookup: Exclude<SourceLineLookup, { kind: "found" }>,
  path: string,
  place: SourcePlace,
): Notice {
  const { file, line, column } = place;
  switch (lookup.kind) {
    case "no-debug-info":
      return { code: "location-no-debug-info", args: { path }, hints: [debugInfoHint(lookup)] };
    case "no-file":
      return { code: "location-no-file", args: { file }, hints: filesHint(lookup.files, file) };
    case "ambiguous":
      return {
        code: "location-ambiguous",
        args: { files: lookup.files.join(", ") },
        hints: ["Name more of the directories that the file is in."],
      };
    case "no-line": {
      const text = `${file}:${line}${column === 0 ? "" : `:${column}`}`;
      return { code: "location-no-line", args: { place: text }, hints: nearHint(lookup, place) };
    }
  }
}

function debugInfoHint({ buildId, trouble }: Extract<SourceLineLookup, { kind: "no-debug-info" }>): string {
  if (trouble !== undefined) return `The file is of no use: ${trouble}.`;
  const compile = "Compile the program with -g";
  if (buildId === undefined) return `${compile}.`;
  const file = `/usr/lib/debug/.build-id/${buildId.slice(0, 2)}/${buildId.slice(2)}.debug`;
  return `${compile}, or install its debug file, ${file}.`;
}

/** So many are named. */
const MAX_NAMED = 5;

/** Those of that name come first, then those that begin alike. */
function filesHint(files: readonly string[], wanted: string): readonly string[] {
  const name = baseName(wanted).toLowerCase();
  const similarity = (path: string): number => commonStart(baseName(path).toLowerCase(), name);
  const near = [...files].sort((a, b) => similarity(b) - similarity(a)).slice(0, MAX_NAMED);
  const more = files.length > near.length ? ` and ${files.length - near.length} more` : "";
  return near.length === 0 ? [] : [`The program was compiled from ${near.join(", ")}${more}.`];
}

const baseName = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

function commonStart(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}

/** A line of a declaration, a comment or a function that nobody calls has no code, but the next one may. */
function nearHint(
  { lines, columns }: Extract<SourceLineLookup, { kind: "no-line" }>,
  { line }: SourcePlace,
): readonly string[] {
  if (columns.length > 0) return [`Code of line ${line} is at column ${columns.join(", ")}.`];
  const next = lines.find((other) => other > line) ?? lines.at(-1);
  return next === undefined ? [] : [`The ${next > line ? "next" : "last"} line with code is ${next}.`];
}
