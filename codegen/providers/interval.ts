import { defineClock } from "./clock-point.js";

export type { ClockPoint as IntervalPoint } from "./clock-point.js";

export const interval = defineClock("interval", "i", {
  summary: "Fires on one CPU at a fixed period.",
  example: "interval:ms:10 { print(nsecs); exit(); }",
});
