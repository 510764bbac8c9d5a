import type { RunByTracer } from "./define.js";

export const begin: RunByTracer = { kind: "run", when: "begin" };
