/** The text of `strftime(fmt, ns)` (stdlib.md 7). */
import { CLOCK_NUMBERS } from "../../codegen/functions/strftime.js";
import type { Memory } from "./memory.js";
import { localTime, strftime } from "./strftime.js";
import type { ValueContext } from "./value-context.js";

const UNKNOWN = "(?)";
const SECOND_NS = 1_000_000_000n;
/** The clock mode whose values count from boot; all others are absolute. */
const MODE_BOOT = CLOCK_NUMBERS.boot;

/** `timestamp`: u32 format, u32 clock mode, u64 ns. */
export function timestampText(m: Memory, at: number, cx: ValueContext): string {
  const format = cx.strings[m.view.getUint32(at, true)] ?? "";
  const mode = m.view.getUint32(at + 4, true);
  const ns = m.view.getBigUint64(at + 8, true) + (mode === MODE_BOOT ? cx.bootToRealNs : 0n);
  return formatNs(format, ns, cx);
}

/** `%f` microseconds, `%k` nanoseconds and `%l` milliseconds are replaced everywhere, also after `%%`. */
export function formatNs(
  format: string,
  epochNs: bigint,
  { zone, maxTimeBytes, onFailure }: Pick<ValueContext, "zone" | "maxTimeBytes" | "onFailure">,
): string {
  const seconds = Number(epochNs / SECOND_NS);
  if (seconds === 0) return UNKNOWN;
  const fraction = Number(epochNs % SECOND_NS);
  const digits = (unitNs: number, width: number): string => String(Math.floor(fraction / unitNs)).padStart(width, "0");
  const expanded = format
    .replaceAll("%f", () => digits(1_000, 6))
    .replaceAll("%k", () => digits(1, 9))
    .replaceAll("%l", () => digits(1_000_000, 3));
  const text = strftime(expanded, localTime(seconds, zone));
  if (text !== "" && text.length < maxTimeBytes) return text;
  onFailure("strftime returned 0");
  return UNKNOWN;
}
