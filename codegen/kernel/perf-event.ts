/** Numbers of linux/perf_event.h and linux/hw_breakpoint.h, checked as those of `bpf.ts` are. */

/** `enum perf_type_id` */
export const PERF_TYPE = { hardware: 0, software: 1, tracepoint: 2, breakpoint: 5 } as const;

/** `enum perf_hw_id` */
export const HARDWARE_EVENT = {
  cpuCycles: 0,
  instructions: 1,
  cacheReferences: 2,
  cacheMisses: 3,
  branchInstructions: 4,
  branchMisses: 5,
  busCycles: 6,
  frontendStalls: 7,
  backendStalls: 8,
  refCycles: 9,
} as const;

/** `enum perf_sw_ids` */
export const SOFTWARE_EVENT = {
  cpuClock: 0,
  taskClock: 1,
  pageFaults: 2,
  contextSwitches: 3,
  cpuMigrations: 4,
  minorFaults: 5,
  majorFaults: 6,
  alignmentFaults: 7,
  emulationFaults: 8,
  dummy: 9,
  bpfOutput: 10,
} as const;

/** `HW_BREAKPOINT_*` */
export const BREAKPOINT = { r: 1, w: 2, x: 4 } as const;

/** `sizeof(struct perf_event_attr)` of Linux 7.2; kernels accept it as long as what they do not know is zero. */
export const PERF_ATTR_BYTES = 144;

/** Where its fields lie, by the names of the header. */
export const PERF_ATTR = {
  type: 0,
  size: 4,
  config: 8,
  samplePeriod: 16,
  sampleType: 24,
  /** The bits between `read_format` and `wakeup_events`. */
  flags: 40,
  wakeupEvents: 48,
  bpType: 52,
  config1: 56,
  config2: 64,
} as const;

/** `enum perf_event_sample_format` */
export const SAMPLE_TIME = 1n << 2n;
export const SAMPLE_RAW = 1n << 10n;

/** `enum perf_event_type` */
export const PERF_RECORD = { throttle: 5, fork: 7, mmap2: 10 } as const;

/** Of `perf_event_open(2)`. */
export const PERF_FLAG_FD_CLOEXEC = 8;
export const PERF_EVENT_IOC_SET_BPF = 0x40042408;
