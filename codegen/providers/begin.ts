import { nothing } from "../codec/index.js";
import { IN_TRACER } from "./contexts.js";
import { TEST_RUN } from "./ways.js";
import { defineTracerProvider } from "../language/provider.js";

/** Bare: nothing says where. */
export type BeginPoint = Record<string, never>;

export const begin = defineTracerProvider<BeginPoint>({
  name: "begin",
  aliases: [],
  otherWords: ["start", "init", "first"],
  doc: { summary: "Runs once, before anything is attached.", example: 'begin { printf("hello\\n"); }' },
  partCounts: [0],
  meant: (parts) => (parts.length === 1 && parts[0]?.text === "*" ? [] : parts),
  wildcard: "none",
  parse: () => ({}),
  expand: (point) => ({ candidates: [{ point, name: "begin" }], missing: undefined }),
  listed: () => undefined,
  context: () => IN_TRACER,
  codec: nothing,
  pidFilter: "none",
  schedule: { runs: "before" },
  ways: [TEST_RUN],
});
