import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { transcript } from "../../support/child.js";
import { kernelTest, runTsbt } from "../../support/index.js";

/** A command line and what it is answered with, byte for byte as bpftrace 0.27.1 does. */
export interface CommandRow {
  readonly claim: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Standard input. */
  readonly input?: string;
  /** `<usage>` stands for what `-h` shows. */
  readonly stdout?: string;
  readonly stderr?: string;
  readonly status?: number;
}

/** What rows name; there is also an empty directory, `dir`. */
const FILES: Readonly<Record<string, string>> = {
  "a.bt": "begin { print(1); }\n",
  "comment.bt": "// nothing\n",
  "crlf.bt": "begin { print($1); }\r\n",
  "empty.bt": "",
  "shadow.bt": "begin {\t$n = 1;\n\tif (1) { let $n = 2; }\n}\n",
  "shebang.bt": "#!/usr/bin/env tsbt\nbegin { print($1); print($#); }\n",
};

/** Rows by what they show of the command; each runs where the files are. */
export function commandTests(groups: Readonly<Record<string, readonly CommandRow[]>>): void {
  const directory = mkdtempSync(join(tmpdir(), "tsbt-cli-"));

  beforeAll(() => {
    mkdirSync(join(directory, "dir"));
    for (const [name, text] of Object.entries(FILES)) writeFileSync(join(directory, name), text, "latin1");
  });

  afterAll(() => rmSync(directory, { recursive: true }));

  for (const [group, rows] of Object.entries(groups)) {
    describe(group, () => {
      for (const row of rows) {
        kernelTest(`${row.claim}: ${row.args.join(" ")}`, { matrix: false }, () => checkRow(row, directory));
      }
    });
  }
}

async function checkRow(
  { args, stdout = "", stderr = "", status = 0, ...options }: CommandRow,
  directory: string,
): Promise<void> {
  const result = await runTsbt(args, { cwd: directory, ...options });
  const shown = transcript(result);
  expect(withoutUsage(result.stdout), shown).toBe(stdout);
  expect(withoutUsage(result.stderr), shown).toBe(stderr);
  expect(result.status, shown).toBe(status);
}

const withoutUsage = (text: string): string => text.replace(/^tsbt - a [^]*/m, "<usage>");
