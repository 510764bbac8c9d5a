/** One reading of a script map, as the kernel gave it: keys side by side, values side by side. */
import type { Memory } from "./memory.js";

export interface MapReading {
  readonly count: number;
  readonly keys: Memory;
  readonly keyStride: number;
  readonly values: Memory;
  /** From one entry's value to the next one's, all CPUs included. */
  readonly valueStride: number;
  /** 1 for maps that are not per CPU. */
  readonly cpus: number;
  /** From one CPU's copy to the next one's: the value size rounded up to 8. */
  readonly cpuStride: number;
}
