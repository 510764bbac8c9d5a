import { expect, test } from "vitest";
import { textOf } from "../../../src/output/text-buffer.js";
import { TrialText } from "../../../src/output/trial-text.js";
import type { Sink } from "../../../src/output/writer.js";

function written(use: (out: TrialText) => void): string {
  let text = "";
  const sink: Sink = {
    write: (piece) => void (text += piece),
    append: (writer, m, at) => void (text += textOf(writer, m, at)),
    flush: () => {},
    endOfBatch: () => {},
    isClosed: false,
  };
  use(new TrialText(sink, true));
  return text;
}

test.each([
  [0n, "0 ns"],
  [999n, "999 ns"],
  [1000n, "1 \xce\xbcs"],
  [999_999n, "999 \xce\xbcs"],
  [12_345_678n, "12 ms"],
  [1_999_999_999n, "1 s"],
  [90_000_000_000n, "90 s"],
])("%d nanoseconds are %s", (ns, text) => {
  const shown = written((out) => out.testEnded({ name: "a", hasPassed: true, ns, text: "" }));
  expect(shown).toBe(`\x1b[32m[       OK ]\x1b[0m a (${text})\n`);
});

test("output that does not end its line does not run into the verdict", () => {
  const shown = written((out) => out.testEnded({ name: "a", hasPassed: false, ns: 1n, text: "no newline" }));
  expect(shown).toBe("no newline\n\x1b[31m[  FAILED  ]\x1b[0m a (1 ns)\n");
});

test("the heading comes before the first row, whichever that is", () => {
  const shown = written((out) => {
    out.benchmarksBegin(["alpha", "beta"]);
    out.benchmarkEnded({ name: "beta", ns: 52, runs: 32_000 });
  });
  expect(shown).toBe(
    "Benchmark                                Time(ns)       Iterations\n" +
      "------------------------------------------------------------------\n" +
      "beta                                     52             32000\n",
  );
});
