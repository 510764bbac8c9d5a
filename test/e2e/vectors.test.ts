import { describe, expect } from "vitest";
import { readVectors, type Vector } from "../fixtures/language/vectors.js";
import { kernelTest, runTsbt } from "../support/index.js";

/** language.md 24: every body that the reference runs prints the same here. */
describe("the vectors of the language reference, run", () => {
  for (const vector of readVectors()) {
    if (vector.error !== undefined) continue;
    kernelTest(vector.body, { matrix: false }, () => runVector(vector));
  }
});

async function runVector({ body, lines, maps, status }: Vector): Promise<void> {
  const result = await runTsbt(["-q", "-e", `begin { ${body} }`]);
  expect(result.status, result.stderr).toBe(status);
  // What probes print, two newlines, then the maps.
  const printed = lines.map((line) => `${line}\n`).join("");
  expect(result.stdout).toBe(`${printed}\n\n${maps === undefined ? "" : `${maps}\n`}`);
}
