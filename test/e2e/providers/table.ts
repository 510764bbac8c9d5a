/** The facts of the contract suite as a table, for people: `test/e2e/README.md`. */
import { PROVIDERS } from "../../../codegen/providers/index.js";
import type { Place, ProviderRow } from "./row.js";
import { type RowName, ROWS } from "./rows.js";

const PROGRAM = "PROGRAM";
const PLACE: Place = { path: PROGRAM, watched: "ADDRESS" };

const HEADINGS = ["provider", "exact", "wildcard", "`-p`", "`-l`", "`-lv`"];

/** What `--test` and `--bench` run. */
const TRIALS = Object.entries(PROVIDERS).flatMap(([name, { schedule }]) =>
  schedule.runs === "as-test" || schedule.runs === "as-benchmark" ? [name] : [],
);

export function providerTable(): string {
  const rows = (Object.keys(ROWS) as RowName[]).toSorted().map((name) => [name, ...cellsOf(name, ROWS[name])]);
  const trials = TRIALS.map((name) => [name, code(`${name}:NAME`), "none: `trials.test.ts`", "means nothing", "", ""]);
  return [HEADINGS, HEADINGS.map(() => "---"), ...rows, ...trials]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");
}

function cellsOf(name: RowName, { exact, wildcard, pid, listed }: ProviderRow): readonly string[] {
  const list =
    listed === "never"
      ? ["lists nothing", ""]
      : [
          `${code(name + listed.parts(PROGRAM))}: ${code(listed.line(PROGRAM))}`,
          listed.args.length === 0 ? "no arguments" : listed.args.map(code).join(", "),
        ];
  return [code(name + exact(PLACE)), patternOf(name, wildcard), pid, ...list];
}

const patternOf = (name: string, wildcard: ProviderRow["wildcard"]): string =>
  "refusal" in wildcard
    ? `refused: ${wildcard.refusal.replaceAll("*", "\\*")}`
    : `${code(name + wildcard.parts(PROGRAM))}: ${wildcard
        .names(PROGRAM)
        .map((point) => code(name + point))
        .join(", ")}`;

const code = (text: string): string => `\`${text}\``;
