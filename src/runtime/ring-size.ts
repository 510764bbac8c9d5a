/** How large the ring buffer of events is (probes-and-cli.md 14, `perf_rb_pages`). */
const PAGE_BYTES = 4096;
const MIN_BYTES = 256 * 1024;
const MAX_BYTES = 16_544 * 1024;

export interface RingSizeInput {
  /** 0: automatic. */
  readonly pages: number;
  readonly cpus: number;
  readonly availableBytes: () => number;
  /** What can come at most while nobody reads. */
  readonly mostBytes: () => number;
}

/** A power of two. The kernel clears all of it at once: 16 MiB were a twelfth of the CPU time of a short run. */
export function ringSizeBytes({ pages, cpus, availableBytes, mostBytes }: RingSizeInput): number {
  if (pages > 0) return powerOfTwoAbove(Math.max(pages, cpus)) * PAGE_BYTES;
  const usual = powerOfTwoBelow(Math.max(MIN_BYTES, Math.min(availableBytes(), MAX_BYTES)));
  // A ring is full when all but one of its bytes are used.
  return Math.min(usual, powerOfTwoAbove(Math.max(MIN_BYTES, mostBytes() + 1)));
}

const powerOfTwoBelow = (n: number): number => 2 ** Math.floor(Math.log2(n));
const powerOfTwoAbove = (n: number): number => 2 ** Math.ceil(Math.log2(n));
