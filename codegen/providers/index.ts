/** All providers, by name. */
import { begin } from "./begin.js";
import { bench } from "./bench.js";
import type { AttachedSchedule } from "../object.js";
import { end } from "./end.js";
import { fentry } from "./fentry.js";
import { fexit } from "./fexit.js";
import { hardware } from "./hardware.js";
import { iter } from "./iter.js";
import { interval } from "./interval.js";
import { kprobe } from "./kprobe.js";
import { kretprobe } from "./kretprobe.js";
import { profile } from "./profile.js";
import { rawtracepoint } from "./rawtracepoint.js";
import { self } from "./self.js";
import { software } from "./software.js";
import { test } from "./test.js";
import { tracepoint } from "./tracepoint.js";
import { uprobe } from "./uprobe.js";
import { uretprobe } from "./uretprobe.js";
import { usdt } from "./usdt.js";
import { watchpoint } from "./watchpoint.js";

export const PROVIDERS = {
  begin,
  bench,
  end,
  fentry,
  fexit,
  hardware,
  interval,
  iter,
  kprobe,
  kretprobe,
  profile,
  rawtracepoint,
  self,
  software,
  test,
  tracepoint,
  uprobe,
  uretprobe,
  usdt,
  watchpoint,
} as const;

export type ProviderName = keyof typeof PROVIDERS;

/** Those that are attached, by a half of the same name in `src/attach/`. */
export type AttachedName = {
  [N in ProviderName]: (typeof PROVIDERS)[N]["schedule"] extends AttachedSchedule ? N : never;
}[ProviderName];

/** The plain data of the attach points that exist. */
export type PointsByProvider = { readonly [N in ProviderName]: PointOf<N> };
export type PointOf<N extends ProviderName> = ReturnType<
  (typeof PROVIDERS)[N]["expand"]
>["candidates"][number]["point"];

export { type ClockPoint, periodNs } from "./clock-point.js";
export type { CounterPoint } from "./counter-point.js";
export type { KernelFunctionPoint } from "./kernel-function.js";
export type { UsdtPoint, UsdtSite } from "./usdt.js";
export type { UserFunctionPoint } from "./user-function.js";
