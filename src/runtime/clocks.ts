/** How far the kernel's clocks are apart. */
import type { Native } from "../kernel/index.js";

/** Numbers of clock_gettime(2). */
export const CLOCKS = { realtime: 0, boot: 7, tai: 11 } as const;

const ROUNDS = 5;
const SECOND_NS = 1_000_000_000n;

type ClockReader = Pick<Native, "clockNs">;

/**
 * Nanoseconds by which a clock that counts from 1970 is ahead of boot time: measured some times, the quickest counts.
 *
 * @returns undefined when the clock jumped each time
 */
export function aheadOfBootNs(native: ClockReader, clock: "realtime" | "tai"): bigint | undefined {
  let best: { readonly spread: bigint; readonly offset: bigint } | undefined;
  for (let i = 0; i < ROUNDS; i++) {
    const before = native.clockNs(CLOCKS[clock]);
    const boot = native.clockNs(CLOCKS.boot);
    const after = native.clockNs(CLOCKS[clock]);
    const spread = after - before;
    if (spread < 0n || before / SECOND_NS !== after / SECOND_NS) continue;
    if (best === undefined || spread < best.spread) best = { spread, offset: before + spread / 2n - boot };
  }
  return best?.offset;
}
