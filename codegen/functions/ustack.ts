import { defineStack } from "./stack.js";

export const ustack = defineStack("ustack", {
  summary: "Captures the user stack: ustack, ustack(mode), ustack(limit) or ustack(mode, limit).",
  example: "profile:hz:99 { @[ustack(perf, 10)] = count(); }",
});
