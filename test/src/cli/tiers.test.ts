import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { expect, test } from "vitest";
import { PROJECT_DIR } from "../../support/project.js";

/** Runs a loop often, and says whether V8 has optimised it. */
const PROBE = `
const { setFlagsFromString } = require("node:v8");
setFlagsFromString("--allow-natives-syntax");
const isFast = new Function("f", "return %ActiveTierIsTurbofan(f) || %ActiveTierIsMaglev(f)");
function loop() {
  let sum = 0;
  for (let i = 0; i < 100_000; i++) sum = (sum * 31 + i) | 0;
  return sum;
}
function isOptimised() {
  for (let i = 0; i < 200; i++) loop();
  return isFast(loop);
}
`;

/** In a process of its own: flags are V8's, not a module's. */
function run(steps: string): unknown {
  const { outputFiles } = buildSync({
    entryPoints: [join(PROJECT_DIR, "src/cli/tiers.ts")],
    bundle: true,
    platform: "node",
    format: "iife",
    globalName: "tiers",
    write: false,
  });
  const code = `${outputFiles[0]?.text ?? ""}${PROBE}console.log(JSON.stringify([${steps}]));`;
  return JSON.parse(execFileSync(process.execPath, ["-e", code], { encoding: "utf8" }));
}

test("nothing is optimised until events flow", () => {
  expect(run("tiers.startCold(), isOptimised(), tiers.runHot(), isOptimised()")).toEqual([null, false, null, true]);
});

test("a script of some length does not bring the optimising tier back", () => {
  expect(run('tiers.startCold(), tiers.warmUpFor({ text: " ".repeat(10_000) }), isOptimised()')).toEqual([
    null,
    null,
    false,
  ]);
});
