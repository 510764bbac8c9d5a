/** The attaching half of each provider, by its name. */
import type { PointOf, ProviderName } from "../../codegen/providers/index.js";
import { begin } from "./begin.js";
import type { Attacher, RunByTracer } from "./define.js";
import { end } from "./end.js";
import { interval } from "./interval.js";
import { kprobe } from "./kprobe.js";
import { kretprobe } from "./kretprobe.js";
import { profile } from "./profile.js";
import { rawtracepoint } from "./rawtracepoint.js";
import { tracepoint } from "./tracepoint.js";
import { uprobe } from "./uprobe.js";
import { uretprobe } from "./uretprobe.js";

export const ATTACHERS = {
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
} as const satisfies { readonly [N in ProviderName]: Attacher<PointOf<N>> | RunByTracer };

export type { AttachContext, Attacher, AttachGroup, RunByTracer } from "./define.js";
export { AttachError } from "./define.js";
export type { Link } from "./link.js";

/** A point is only ever handed to the provider that made it, so its type may be forgotten in between. */
export function attacherOf(provider: string): Attacher<unknown> | RunByTracer {
  if (!Object.hasOwn(ATTACHERS, provider)) throw new RangeError(`nothing can attach ${provider} probes`);
  return ATTACHERS[provider as ProviderName] as Attacher<unknown> | RunByTracer;
}
