/** The verifier's work grows with what a loop does, not with how often: a turn is not followed for each of its numbers. */
import { describe, expect } from "vitest";
import { kernelTest } from "../support/index.js";
import { KernelRunner } from "./differential/kernel-runner.js";

/** Of a million. 4,000 turns of any of these, one by one, are more. */
const REASONABLE_INSTRUCTIONS = 30_000;

const over = (body: string): string => `for ($i : 0..4000) { ${body} }`;

/** Bodies that branch on the number of the turn, and so leave the verifier with a number or two on some paths. */
const BODIES: Readonly<Record<string, string>> = {
  "hist()": over("@[$i] = hist($i);"),
  "hist() with more buckets": over("@[$i] = hist($i, 5);"),
  "lhist()": over("@[$i] = lhist($i, 10, 2000, 50);"),
  "tseries()": over(`@[$i] = tseries($i, 1ms, 20, "max");`),
  "max() and min()": over("@max[$i] = max($i); @min[$i] = min($i);"),
  "stats() and avg()": over("@stats[$i] = stats($i); @avg[$i] = avg($i);"),
  "two keys": over("@[$i, $i + 1] = hist($i);"),
  "a map that counts and one that is assigned to": over("@n[$i]++; @last[$i] = $i;"),
  "comparisons with the turn": over(
    "if ($i == 1 || $i < 3) { @few = count(); } else if ($i > 3990) { @many = count(); }",
  ),
  "a variable that takes the turn's value": over("$last = $i; if ($last > 10) { @[$last] = hist($last); }"),
  "a loop inside": over("for ($j : 0..3) { @[$i, $j] = hist($i + $j); }"),
  "a loop around": `for ($j : 0..3) { ${over("@[$i, $j] = hist($i + $j); @b[$j] = hist($j);")} }`,
  "a loop inside that starts at the turn": over(
    "for ($j : $i..4000) { if ($j == $i + 2) { break; } @[$j] = hist($j); }",
  ),
  while: "$i = 0; while ($i < 4000) { @[$i] = hist($i); $i++; }",
  "many loops over one map": Array.from(
    { length: 8 },
    (_, i) => `for ($i : ${i * 4000}..${i * 4000 + 4000}) { @[$i] = hist($i); }`,
  ).join(" "),
  "loops in several probes, which share code": [0, 1, 2]
    .map((i) => `begin { for ($i : ${i * 4000}..${i * 4000 + 4000}) { @[$i] = hist($i); } }`)
    .join(" "),
};

describe("the verifier does not follow each turn of a loop with", () => {
  for (const [claim, body] of Object.entries(BODIES)) {
    kernelTest(claim, {}, () => {
      const run = new KernelRunner().run(body.startsWith("begin") ? body : `begin { ${body} }`);
      if (run.kind !== "ran") throw new Error(`${run.kind}: ${run.message}`);
      expect(run.verifier.processedInstructions).toBeLessThan(REASONABLE_INSTRUCTIONS);
    });
  }
});
