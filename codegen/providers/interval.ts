import { defineClock } from "./clock-point.js";
import { timer } from "./contexts.js";

export const interval = defineClock("interval", "i", {
  otherWords: ["timer", "tick", "every"],
  doc: { summary: "Fires on one CPU at a fixed period.", example: "interval:ms:10 { print(nsecs); exit(); }" },
  pidFilter: "none",
  context: timer("interval"),
});
