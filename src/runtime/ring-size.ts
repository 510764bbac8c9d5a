/** How large the ring buffer of events is (probes-and-cli.md 14, `perf_rb_pages`). */
const PAGE_BYTES = 4096;
const MIN_BYTES = 256 * 1024;
const MAX_BYTES = 16_544 * 1024;

export interface RingSizeInput {
  /** 0: automatic. */
  readonly pages: number;
  readonly cpus: number;
  readonly availableBytes: () => number;
}

/** A power of two. */
export function ringSizeBytes({ pages, cpus, availableBytes }: RingSizeInput): number {
  if (pages > 0) return powerOfTwoAbove(Math.max(pages, cpus)) * PAGE_BYTES;
  return powerOfTwoBelow(Math.max(MIN_BYTES, Math.min(availableBytes(), MAX_BYTES)));
}

const powerOfTwoBelow = (n: number): number => 2 ** Math.floor(Math.log2(n));
const powerOfTwoAbove = (n: number): number => 2 ** Math.ceil(Math.log2(n));
