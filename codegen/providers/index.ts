/** All providers, by name. */
import { begin } from "./begin.js";
import type { ProviderDefinition } from "../language/provider.js";
import { end } from "./end.js";
import { interval } from "./interval.js";
import { kprobe } from "./kprobe.js";
import { kretprobe } from "./kretprobe.js";
import { profile } from "./profile.js";
import { rawtracepoint } from "./rawtracepoint.js";
import { tracepoint } from "./tracepoint.js";
import { uprobe } from "./uprobe.js";
import { uretprobe } from "./uretprobe.js";

export const PROVIDERS = {
  begin,
  end,
  interval,
  kprobe,
  kretprobe,
  profile,
  rawtracepoint,
  tracepoint,
  uprobe,
  uretprobe,
} as const;

export type ProviderName = keyof typeof PROVIDERS;

/** The plain data of a provider's attach points. */
export type PointOf<N extends ProviderName> = (typeof PROVIDERS)[N] extends ProviderDefinition<infer P> ? P : never;

export type { KprobePoint } from "./kprobe.js";
export type { UprobePoint } from "./uprobe.js";
export type { TracepointPoint } from "./tracepoint.js";
export type { RawtracepointPoint } from "./rawtracepoint.js";
export { type ClockPoint, periodNs } from "./clock-point.js";
