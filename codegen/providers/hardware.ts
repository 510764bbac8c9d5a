import { HARDWARE_EVENT } from "../kernel/perf-event.js";
import { defineCounter, type Events } from "./counter-point.js";

const EVENTS: Events = {
  "backend-stalls": { config: HARDWARE_EVENT.backendStalls, period: 1_000_000n },
  "branch-instructions": { config: HARDWARE_EVENT.branchInstructions, alias: "branches", period: 100_000n },
  "branch-misses": { config: HARDWARE_EVENT.branchMisses, period: 100_000n },
  "bus-cycles": { config: HARDWARE_EVENT.busCycles, period: 100_000n },
  "cache-misses": { config: HARDWARE_EVENT.cacheMisses, period: 1_000_000n },
  "cache-references": { config: HARDWARE_EVENT.cacheReferences, period: 1_000_000n },
  "cpu-cycles": { config: HARDWARE_EVENT.cpuCycles, alias: "cycles", period: 1_000_000n },
  "frontend-stalls": { config: HARDWARE_EVENT.frontendStalls, period: 1_000_000n },
  instructions: { config: HARDWARE_EVENT.instructions, period: 1_000_000n },
  "ref-cycles": { config: HARDWARE_EVENT.refCycles, period: 1_000_000n },
};

export const hardware = defineCounter("hardware", "h", {
  otherWords: ["perf", "pmu"],
  doc: {
    summary: "Fires after a number of events that the processor counts: cycles, cache misses, branches.",
    example: "hardware:cache-misses:1000000 { @[comm] = count(); }",
  },
  events: EVENTS,
  countName: "frequency",
});
