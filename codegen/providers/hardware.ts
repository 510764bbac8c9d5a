import { defineCounter, type Events } from "./counter-point.js";

/** `enum perf_hw_id` of linux/perf_event.h. */
const EVENTS: Events = {
  "backend-stalls": { config: 8, period: 1_000_000n },
  "branch-instructions": { config: 4, alias: "branches", period: 100_000n },
  "branch-misses": { config: 5, period: 100_000n },
  "bus-cycles": { config: 6, period: 100_000n },
  "cache-misses": { config: 3, period: 1_000_000n },
  "cache-references": { config: 2, period: 1_000_000n },
  "cpu-cycles": { config: 0, alias: "cycles", period: 1_000_000n },
  "frontend-stalls": { config: 7, period: 1_000_000n },
  instructions: { config: 1, period: 1_000_000n },
  "ref-cycles": { config: 9, period: 1_000_000n },
};

export const hardware = defineCounter("hardware", "h", {
  doc: {
    summary: "Fires after a number of events that the processor counts: cycles, cache misses, branches.",
    example: "hardware:cache-misses:1000000 { @[comm] = count(); }",
  },
  events: EVENTS,
  countName: "frequency",
});
