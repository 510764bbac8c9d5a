import { BARE } from "./contexts.js";
import { defineProvider } from "../language/provider.js";

/** Bare: nothing says where. */
export type BeginPoint = Record<string, never>;

export const begin = defineProvider<BeginPoint>({
  name: "begin",
  aliases: [],
  doc: { summary: "Runs once, before anything is attached.", example: 'begin { printf("hello\\n"); }' },
  partCounts: [0],
  programType: "raw-tracepoint",
  isListed: false,
  parse: () => ({}),
  expand: (point) => ({ candidates: [{ point, name: "begin" }], missing: undefined }),
  context: () => BARE,
});
