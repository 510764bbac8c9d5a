import { BARE } from "./contexts.js";
import { defineProvider } from "../language/provider.js";

/** Bare: nothing says where. */
export type EndPoint = Record<string, never>;

export const end = defineProvider<EndPoint>({
  name: "end",
  aliases: [],
  doc: { summary: "Runs once, after everything is detached.", example: 'begin { exit(); } end { printf("bye\\n"); }' },
  partCounts: [0],
  programType: "raw-tracepoint",
  isListed: false,
  parse: () => ({}),
  expand: (point) => ({ candidates: [{ point, name: "end" }], missing: undefined }),
  context: () => BARE,
});
