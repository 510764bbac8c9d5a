/** What does not depend on the platform: the bundles and what lies beside them. */
import { join } from "node:path";
import { run } from "./run.js";

/** Steps of src/build/build.mjs; addon, launcher and snapshot are each package's own. */
const STEPS = ["bundle", "list", "setup", "names", "api", "headers", "pages"];

/** Fills a folder with what is `dist/` in a clone. */
export function buildProgram(dist: string): void {
  run(process.execPath, ["src/build/build.mjs", "--dist", dist, ...STEPS]);
}

/** Of these a person who runs the command, and does not write programs, needs none. */
export const FOR_PROGRAMS = ["index.cjs", "index.mjs", "vitest.cjs", "vitest.mjs", "register.mjs", "loader.mjs"].concat(
  "tsbt-api.cjs",
  "tsbt-api.cjs.LEGAL.txt",
);

export function buildDeclarations(types: string): void {
  run(process.execPath, [join("src/build/declarations.mjs"), types]);
}
