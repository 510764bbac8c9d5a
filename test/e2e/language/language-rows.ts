import { describe, expect } from "vitest";
import { transcript } from "../../support/child.js";
import { type Finished, kernelTest, runTsbt } from "../../support/index.js";

/** What we say beyond the reference: a row may leave it out, `test/golden/mistakes.txt` has it all. */
const isAdded = (line: string): boolean => line.startsWith("HINT: ");

/** A script and all that it does. Its values were confirmed with bpftrace 0.27.1, unless a comment says otherwise. */
export interface LanguageRow {
  readonly script: string;
  readonly options?: readonly string[];
  /** The script's own arguments. */
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Lines that probes print. */
  readonly prints?: readonly string[];
  /** Lines of the maps at the end. */
  readonly maps?: readonly string[];
  /** All of the output, where it is not the same each time. */
  readonly matches?: RegExp;
  /** All lines of the output in JSON. */
  readonly json?: readonly string[];
  /** Diagnostics and warnings, in order: `1:9-14 ERROR: text`, without the excerpts of the script. */
  readonly says?: readonly string[];
  /** By default 1 if there is an error, else 0. */
  readonly status?: number;
  /** Says something about kernels, so that it is worth its time in the virtual machines too. */
  readonly isForKernels?: boolean;
}

/** Rows by what they show of the language; one test for each script. */
export function languageTests(chapter: string, rows: Readonly<Record<string, readonly LanguageRow[]>>): void {
  describe(chapter, () => {
    for (const [claim, scripts] of Object.entries(rows)) {
      describe(claim, () => {
        for (const row of scripts) {
          kernelTest(titleOf(row), { matrix: row.isForKernels ?? false }, () => checkRow(row));
        }
      });
    }
  });
}

/** In one line, with what is given beside the script. */
const titleOf = ({ script, options = [], args = [], env = {} }: LanguageRow): string =>
  [
    ...Object.entries(env).map(([name, value]) => `${name}=${value}`),
    ...options,
    script.replace(/\s+/g, " "),
    ...args,
  ].join(" ");

async function checkRow(row: LanguageRow): Promise<void> {
  const { script, options = [], args = [], env = {}, prints, maps, matches, json, says = [] } = row;
  const format = json === undefined ? [] : ["-f", "json"];
  const result = await runTsbt(["-q", ...format, ...options, "-e", script, ...args], { env });
  const isSilent = [prints, maps, matches, json].every((output) => output === undefined);
  const hasFailed = isSilent && says.some((line) => / ?ERROR: /.test(line));
  const shown = transcript(result);
  expect(
    saidIn(result).filter((line) => says.includes(line) || !isAdded(line)),
    shown,
  ).toEqual(says);
  if (matches !== undefined) expect(result.stdout, shown).toMatch(matches);
  else expect(result.stdout, shown).toBe(hasFailed ? "" : json === undefined ? textOf(row) : lines(json));
  expect(result.status, shown).toBe(row.status ?? (hasFailed ? 1 : 0));
}

const textOf = ({ prints, maps }: LanguageRow): string => `${lines(prints)}\n\n${lines(maps)}`;

const lines = (all: readonly string[] = []): string => all.map((line) => `${line}\n`).join("");

/** Everything but the script's own lines and what is drawn below them. */
function saidIn({ stderr }: Finished): readonly string[] {
  return stderr.split("\n").flatMap((line) => {
    const record = /^(?:stdin:([\d:-]+): )?((?:ERROR|WARNING|HINT|BUG): .*)$/.exec(line);
    if (record !== null) return [record[1] === undefined ? (record[2] ?? "") : `${record[1]} ${record[2]}`];
    return line.startsWith("Additional Info") ? [line] : [];
  });
}
