/** What is nested deeply runs; what is nested too deeply is an error that says where. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect } from "vitest";
import { type Finished, kernelTest, run, runTsbt, tsbtCommand } from "../support/index.js";

const directory = mkdtempSync(join(tmpdir(), "tsbt-nesting-"));
afterAll(() => rmSync(directory, { recursive: true }));

/** Some take ten seconds of a processor that does nothing else. */
const TIMEOUT_MS = 180_000;

/** Too long for the command line. */
function runText(text: string): Promise<Finished> {
  const file = join(directory, "script.bt");
  writeFileSync(file, text);
  return runTsbt(["-q", "--no-warnings", file], { timeoutMs: TIMEOUT_MS });
}

type Shape = (levels: number) => string;

const around = (before: string, inside: string, after: string): Shape => {
  return (levels) => before.repeat(levels) + inside + after.repeat(levels);
};
const printed =
  (expression: Shape): Shape =>
  (levels) =>
    `begin { $b = (uint64)5; printf("%d\\n", ${expression(levels)}); }`;
const counted =
  (statements: Shape): Shape =>
  (levels) =>
    `begin { $n = 0; ${statements(levels)} printf("%d\\n", $n); }`;
const numbers = (count: number): readonly number[] => [...Array(count).keys()];

/** With what comes out, whatever the number of levels. */
const SHAPES: Readonly<Record<string, readonly [shape: Shape, output: number]>> = {
  parentheses: [printed(around("(", "1", ")")), 1],
  "unary operators": [printed(around("~", "$b", "")), 5],
  "logical negations": [printed(around("!", "$b", "")), 1],
  casts: [printed(around("(uint64)", "$b", "")), 5],
  "dereferences of types": [printed((n) => `sizeof((uint64${"*".repeat(n)})0)`), 8],
  calls: [printed(around("bswap(", "$b", ")")), 5],
  "block expressions": [printed(around("{ $x = 1; ", "$b", " }")), 5],
  "ternaries in conditions": [printed((n) => `${"$b ? ".repeat(n)}7${" : 2".repeat(n)}`), 7],
  "ternaries one after the other": [printed((n) => `${"$b == 0 ? 1 : ".repeat(n)}7`), 7],
  "the right side of operators": [printed((n) => `${"0+(".repeat(n)}7${")".repeat(n)}`), 7],
  "chains of operators": [printed((n) => `7${" + 0".repeat(n)}`), 7],
  predicates: [(n) => `begin /${around("(", "1", ")")(n)}/ { printf("1\\n"); }`, 1],
  blocks: [counted(around("{ ", "$n++;", " }")), 1],
  "unrolled loops": [counted(around("unroll(1) { ", "$n++;", " }")), 1],
  ifs: [counted(around("if (pid) { ", "$n++;", " }")), 1],
  "else-if chains": [
    counted(
      (n) =>
        `if (pid == 0) { }${numbers(n)
          .map((i) => ` else if (pid == ${i} && $n == 1) { $n++; }`)
          .join("")}`,
    ),
    0,
  ],
  macros: [
    (n) =>
      `macro m0($x) { $x } ${numbers(n)
        .map((i) => `macro m${i + 1}($x) { m${i}($x) }`)
        .join("\n")}
      begin { $x = 6; printf("%d\\n", m${n}($x)); }`,
    6,
  ],
  "C macros": [
    (n) =>
      `#define M0 6\n${numbers(n)
        .map((i) => `#define M${i + 1} (M${i}+0)\n`)
        .join("")}begin { printf("%d\\n", M${n}); }`,
    6,
  ],
  "parentheses in C macros": [(n) => `#define M ${around("(", "6", ")")(n)}\nbegin { printf("%d\\n", M); }`, 6],
};

const LOCATED = /script\.bt:\d+:\d+-\d+: ERROR: [^\n]*(nested too deeply|unable to expand macro)/;

describe("3,000 levels of", () => {
  for (const [name, [shape, output]] of Object.entries(SHAPES)) {
    kernelTest(name, { matrix: false, timeoutMs: TIMEOUT_MS }, async () => {
      const { stdout, stderr, status } = await runText(shape(3000));
      expect({ stdout, stderr: stderr.slice(0, 200), status }).toEqual({
        stdout: `${output}\n\n\n`,
        stderr: "",
        status: 0,
      });
    });
  }

  kernelTest("tuples, of which each is part of the next, take no time that doubles", { matrix: false }, async () => {
    const { stdout } = await runText(`begin { $t = ${around("(", "1", ", 2)")(200)}; printf("%d\\n", $t.1); }`);
    expect(stdout).toBe("2\n\n\n");
  });

  kernelTest("loops are too many", { matrix: false }, async () => {
    const { stderr, status } = await runText(counted(around("while ($n < 1) { ", "$n++;", " }"))(3000));
    expect(stderr).toMatch(/script\.bt:1:\d+-\d+: ERROR: syntax: nested too deeply \(the limit is 200 levels\)\n/);
    expect(status).toBe(1);
  });
});

describe("100,000 levels are an error, or run", () => {
  for (const [name, [shape, output]] of Object.entries(SHAPES)) {
    if (name === "else-if chains" || name.endsWith("macros")) continue; // a text of megabytes
    kernelTest(name, { matrix: false, timeoutMs: 60_000 }, async () => {
      const { stdout, stderr, status } = await runText(shape(100_000));
      if (status === 0) expect(stdout).toBe(`${output}\n\n\n`);
      else expect(stderr.slice(0, 1000)).toMatch(LOCATED);
      expect(status).toBeLessThan(2);
    });
  }
});

kernelTest("a stack that is too small for the compiler is an error", { matrix: false }, async () => {
  const file = join(directory, "chain.bt");
  writeFileSync(file, SHAPES["chains of operators"]![0](9000));
  // Without the launcher Node has the stack that it always has.
  const { stderr, status } = await run(process.execPath, [join(dirname(tsbtCommand()), "tsbt.cjs"), "-q", file]);
  expect(stderr).toMatch(/chain\.bt:1:\d+-\d+: ERROR: nested too deeply to be compiled \(\d+ levels\)\n/);
  expect(status).toBe(1);
});

kernelTest("macros that call each other too deeply are an error", { matrix: false, timeoutMs: 60_000 }, async () => {
  for (const name of ["macros", "C macros"]) {
    const { stderr, status } = await runText(SHAPES[name]![0](4500));
    expect(stderr).toContain("ERROR: Macros are nested too deeply (the limit is 4000 levels)\n");
    expect(status).toBe(1);
  }
});
