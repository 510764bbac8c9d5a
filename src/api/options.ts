/** What callers give is looked at before anything is begun: not all of them have a type checker. */
import { didYouMean } from "../../grammar/index.js";
import { TsbtError } from "./error.js";
import type { TraceOptions } from "./types.js";

interface Rule {
  readonly wanted: string;
  readonly isRight: (value: unknown) => boolean;
}

const isText = (value: unknown): boolean => typeof value === "string";
const isNumber = (value: unknown): boolean => typeof value === "bigint" || Number.isFinite(value);
const isRecord = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isRecordOf =
  (isRight: (value: unknown) => boolean): Rule["isRight"] =>
  (value) =>
    isRecord(value) && Object.values(value).every(isRight);

const BOOLEAN: Rule = { wanted: "true or false", isRight: (value) => typeof value === "boolean" };
const TEXTS: Rule = { wanted: "a list of strings", isRight: (value) => Array.isArray(value) && value.every(isText) };

const RULES: { readonly [Name in keyof TraceOptions]-?: Rule } = {
  args: {
    wanted: "a list of strings and numbers",
    isRight: (value) => Array.isArray(value) && value.every((arg) => isText(arg) || isNumber(arg)),
  },
  named: {
    wanted: "strings, numbers or `true` by name",
    isRight: isRecordOf((value) => isText(value) || isNumber(value) || value === true),
  },
  unsafe: BOOLEAN,
  env: { wanted: "strings and numbers by name", isRight: isRecordOf((value) => isText(value) || isNumber(value)) },
  include: TEXTS,
  includeDirs: TEXTS,
  warnOfReads: BOOLEAN,
  name: { wanted: "a string", isRight: isText },
  signal: { wanted: "an AbortSignal", isRight: (value) => isRecord(value) && "aborted" in value },
  pid: { wanted: "the number of a process", isRight: (value) => Number.isSafeInteger(value) && (value as number) > 0 },
  command: {
    wanted: "a program and its arguments, in a list or with single spaces between them",
    isRight: (value) => (isText(value) && value !== "") || (TEXTS.isRight(value) && (value as string[]).length > 0),
  },
  integers: { wanted: '"exact" or "bigint"', isRight: (value) => value === "exact" || value === "bigint" },
  cost: BOOLEAN,
  events: BOOLEAN,
  buffered: {
    wanted: "a whole number above 0",
    isRight: (value) => Number.isSafeInteger(value) && (value as number) > 0,
  },
  printMaps: BOOLEAN,
  onNotice: { wanted: "a function", isRight: (value) => typeof value === "function" },
};

/** @throws {@link TsbtError} with the code `option` */
export function checkOptions(options: TraceOptions, others: readonly string[] = []): void {
  if (!isRecord(options)) throw wrong(`options: an object is wanted, not ${shown(options)}`);
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || others.includes(name)) continue;
    if (!Object.hasOwn(RULES, name)) throw wrong([`there is no option ${name}`, ...near(name)].join(". "));
    const { wanted, isRight } = RULES[name as keyof TraceOptions];
    if (!isRight(value)) throw wrong(`${name}: ${wanted} is wanted, not ${shown(value)}`);
  }
  if (options.pid !== undefined && options.command !== undefined)
    throw wrong("pid and command: only one process can be traced");
}

const near = (name: string): readonly string[] => didYouMean(name, Object.keys(RULES));

const wrong = (message: string): TsbtError => new TsbtError("option", message);

function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" && value !== null ? "an object" : String(value);
}
