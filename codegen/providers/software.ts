import { SOFTWARE_EVENT } from "../kernel/perf-event.js";
import { defineCounter, type Events } from "./counter-point.js";

const EVENTS: Events = {
  "alignment-faults": { config: SOFTWARE_EVENT.alignmentFaults, period: 1n },
  "bpf-output": { config: SOFTWARE_EVENT.bpfOutput, period: 1n },
  "context-switches": { config: SOFTWARE_EVENT.contextSwitches, alias: "cs", period: 1000n },
  "cpu-clock": { config: SOFTWARE_EVENT.cpuClock, alias: "cpu", period: 1_000_000n },
  "cpu-migrations": { config: SOFTWARE_EVENT.cpuMigrations, period: 1n },
  dummy: { config: SOFTWARE_EVENT.dummy, period: 1n },
  "emulation-faults": { config: SOFTWARE_EVENT.emulationFaults, period: 1n },
  "major-faults": { config: SOFTWARE_EVENT.majorFaults, period: 1n },
  "minor-faults": { config: SOFTWARE_EVENT.minorFaults, period: 100n },
  "page-faults": { config: SOFTWARE_EVENT.pageFaults, alias: "faults", period: 100n },
  "task-clock": { config: SOFTWARE_EVENT.taskClock, period: 1n },
};

export const software = defineCounter("software", "s", {
  doc: {
    summary: "Fires after a number of events that the kernel counts: page faults, context switches, nanoseconds.",
    example: "software:page-faults:100 { @[comm] = count(); }",
  },
  events: EVENTS,
  countName: "count",
});
