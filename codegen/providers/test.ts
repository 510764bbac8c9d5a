import { defineTrial } from "./trial-point.js";

/** Where bpftrace has XDP programs, which may call few helpers, these are like `begin`: all that a probe asks is there. */
export const test = defineTrial("test", {
  doc: {
    summary: "A test: run by `--test` alone. It passes if it returns 0 and nothing goes wrong.",
    example: 'test:addition { assert(1 + 1 == 2, "it should be 2"); }',
  },
  probeType: "test",
  programType: "raw-tracepoint",
  runs: "as-test",
});
