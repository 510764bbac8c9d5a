import type { RunByTracer } from "./define.js";

export const end: RunByTracer = { kind: "run", when: "end" };
