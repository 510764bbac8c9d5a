/** The rows of docs/command-line.md (probes-and-cli.md 13 to 17): options, variables of the environment, old names. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { configNames } from "../../../codegen/analysis/read-config.js";
import { BEHAVIOUR } from "../../../docs/generator/behaviour/page.js";
import { BEHAVIOUR_FILES, type BehaviourRow } from "../../../docs/generator/behaviour/row.js";
import { OPTIONS } from "../../../src/cli/options.js";
import { REFUSED_OPTIONS } from "../../../src/cli/refused-options.js";
import { transcript } from "../../support/child.js";
import { compileC, kernelTest, runTsbt } from "../../support/index.js";

const directory = mkdtempSync(join(tmpdir(), "tsbt-behaviour-"));

beforeAll(() => {
  for (const [name, text] of Object.entries(BEHAVIOUR_FILES)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), text);
  }
});
afterAll(() => rmSync(directory, { recursive: true }));

for (const [group, rows] of Object.entries(BEHAVIOUR)) {
  describe(group, () => {
    for (const row of rows) {
      kernelTest(`${row.subject}: ${row.claim} (${row.args.join(" ")})`, { matrix: false }, () => checkRow(row));
    }
  });
}

async function checkRow({ args, env, input, stdout = "", stderr = "", status = 0 }: BehaviourRow): Promise<void> {
  const result = await runTsbt(args, {
    cwd: directory,
    ...(env === undefined ? {} : { env }),
    ...(input === undefined ? {} : { input }),
  });
  const shown = transcript(result);
  expect(result.stdout, shown).toMatch(pattern(stdout));
  expect(result.stderr, shown).toMatch(pattern(stderr));
  expect(result.status, shown).toBe(status);
}

const pattern = (text: string): RegExp => new RegExp(`^${text.split("…").map(literally).join("[^]*?")}$`);
const literally = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

describe("rows", () => {
  const subjects = new Set(Object.values(BEHAVIOUR).flatMap((rows) => rows.map(({ subject }) => subject)));

  test("there is one for each option", () => {
    const names = [...OPTIONS, ...REFUSED_OPTIONS].map(({ short, long }) =>
      [...(short === undefined ? [] : [`-${short}`]), ...(long === undefined ? [] : [`--${long}`])].join(", "),
    );
    expect(names.filter((name) => !subjects.has(name))).toEqual([]);
  });

  test("there is one for each variable", () => {
    const names = configNames().map((name) => `BPFTRACE_${name.toUpperCase()}`);
    expect(names.filter((name) => !subjects.has(name))).toEqual([]);
  });
});

kernelTest("BPFTRACE_VMLINUX tells how long functions of the kernel are", { matrix: false }, async () => {
  const image = compileC("int vfs_read(void) { return 1; } int main(void) { return vfs_read(); }", {
    flags: ["-O1", "-fno-inline"],
  });
  const result = await runTsbt(["-e", "kprobe:vfs_read+4095 { }"], { env: { BPFTRACE_VMLINUX: image } });
  expect(result.stderr).toMatch(/ERROR: Offset outside the function bounds \('vfs_read' size is \d+\)\n/);
  expect(result.status).toBe(1);
});
