import { defineCounter, type Events } from "./counter-point.js";

/** `enum perf_sw_ids` of linux/perf_event.h. */
const EVENTS: Events = {
  "alignment-faults": { config: 7, period: 1n },
  "bpf-output": { config: 10, period: 1n },
  "context-switches": { config: 3, alias: "cs", period: 1000n },
  "cpu-clock": { config: 0, alias: "cpu", period: 1_000_000n },
  "cpu-migrations": { config: 4, period: 1n },
  dummy: { config: 9, period: 1n },
  "emulation-faults": { config: 8, period: 1n },
  "major-faults": { config: 6, period: 1n },
  "minor-faults": { config: 5, period: 100n },
  "page-faults": { config: 2, alias: "faults", period: 100n },
  "task-clock": { config: 1, period: 1n },
};

export const software = defineCounter("software", "s", {
  doc: {
    summary: "Fires after a number of events that the kernel counts: page faults, context switches, nanoseconds.",
    example: "software:page-faults:100 { @[comm] = count(); }",
  },
  events: EVENTS,
  countName: "count",
});
