import { defineClock } from "./clock-point.js";

export type { ClockPoint as ProfilePoint } from "./clock-point.js";

export const profile = defineClock("profile", "p", {
  summary: "Fires on every CPU at a fixed rate.",
  example: "profile:hz:99 { @[comm] = count(); }",
});
