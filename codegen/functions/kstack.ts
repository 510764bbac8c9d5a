import { defineStack } from "./stack.js";

export const kstack = defineStack("kstack", {
  summary: "Captures the kernel stack: kstack, kstack(mode), kstack(limit) or kstack(mode, limit).",
  example: "profile:hz:99 { @[kstack(perf, 10)] = count(); }",
});
