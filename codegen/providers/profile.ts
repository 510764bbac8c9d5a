import { defineClock } from "./clock-point.js";
import { timer } from "./contexts.js";

export const profile = defineClock("profile", "p", {
  doc: { summary: "Fires on every CPU at a fixed rate.", example: "profile:hz:99 { @[comm] = count(); }" },
  pidFilter: "attacher",
  context: { ...timer("profile"), allows: ["signal"] },
});
