/** The attaching half of each provider, by its name. */
import type { Attachment } from "../../codegen/object.js";
import type { AttachedName, PointOf } from "../../codegen/providers/index.js";
import type { Attach } from "./define.js";
import { fentry } from "./fentry.js";
import { fexit } from "./fexit.js";
import { hardware } from "./hardware.js";
import { interval, intervalNs } from "./interval.js";
import { iter } from "./iter.js";
import { kprobe } from "./kprobe.js";
import { kretprobe } from "./kretprobe.js";
import { profile } from "./profile.js";
import { rawtracepoint } from "./rawtracepoint.js";
import { software } from "./software.js";
import { tracepoint } from "./tracepoint.js";
import { uprobe } from "./uprobe.js";
import { uretprobe } from "./uretprobe.js";
import { usdt } from "./usdt.js";
import { watchpoint } from "./watchpoint.js";

const ATTACHERS = {
  fentry,
  fexit,
  hardware,
  interval,
  iter,
  kprobe,
  kretprobe,
  profile,
  rawtracepoint,
  software,
  tracepoint,
  uprobe,
  uretprobe,
  usdt,
  watchpoint,
} as const satisfies { readonly [N in AttachedName]: Attach<PointOf<N>> };

export type { Attach, AttachContext, AttachGroup } from "./define.js";
export { DynamicPmus } from "./dynamic-pmu.js";
export { AttachError } from "./define.js";
export type { Link, Walk } from "./link.js";
export type { ThrottleMeter } from "./throttling.js";

/** A point is only ever handed to the provider that made it, so its type may be forgotten in between. */
export function attacherOf(provider: Attachment["provider"]): Attach<unknown> {
  if (!Object.hasOwn(ATTACHERS, provider)) throw new RangeError(`nothing can attach ${provider} probes`);
  return ATTACHERS[provider as AttachedName] as Attach<unknown>;
}

/** Of those that fire at a known rate, on all CPUs together. */
const PERIODS: { readonly [N in AttachedName]?: (point: PointOf<N>) => number | undefined } = { interval: intervalNs };

/** How many nanoseconds there are between two firings; undefined: as few as you like. */
export function intervalNsOf({ provider, point }: Attachment): number | undefined {
  const period = PERIODS[provider as AttachedName] as ((point: unknown) => number | undefined) | undefined;
  return period?.(point);
}

export { openOutputEvent, openProcessEvent } from "./perf-event.js";
