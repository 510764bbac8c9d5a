import { defineTrial } from "./trial-point.js";

/** Of the programs that the kernel runs many times in a row and measures, XDP programs may call most helpers. */
export const bench = defineTrial("bench", {
  doc: {
    summary: "A benchmark: run many times by `--bench` alone, which prints what one run takes.",
    example: "bench:count { @ = count(); }",
  },
  probeType: "benchmark",
  programType: "xdp",
  runs: "as-benchmark",
});
