import { nothing } from "../codec/index.js";
import { IN_TRACER } from "./contexts.js";
import { TEST_RUN } from "./ways.js";
import { defineTracerProvider } from "../language/provider.js";

/** Bare: nothing says where. */
export type EndPoint = Record<string, never>;

export const end = defineTracerProvider<EndPoint>({
  name: "end",
  aliases: [],
  otherWords: ["finish", "exit", "last"],
  doc: { summary: "Runs once, after everything is detached.", example: 'begin { exit(); } end { printf("bye\\n"); }' },
  partCounts: [0],
  meant: (parts) => (parts.length === 1 && parts[0]?.text === "*" ? [] : parts),
  wildcard: "none",
  parse: () => ({}),
  expand: (point) => ({ candidates: [{ point, name: "end" }], missing: undefined }),
  listed: () => undefined,
  context: () => IN_TRACER,
  codec: nothing,
  pidFilter: "none",
  schedule: { runs: "after" },
  ways: [TEST_RUN],
});
