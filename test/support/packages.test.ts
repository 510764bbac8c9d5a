import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { PROJECT_DIR } from "./project.js";
import { PACKAGES } from "./packages.js";

/** With build-essential, and with what that needs. */
const ALONG = ["binutils", "gcc", "g++", "libc6-dev"];

/** One that stayed installed on a machine would hide that it is missing on the next. */
test("CI installs whatever tests may need", () => {
  const script = readFileSync(join(PROJECT_DIR, ".ci/run"), "utf8");
  const words = new Set(script.replaceAll(/#.*/g, "").split(/[\s()]+/));
  expect(words).toContain("build-essential");
  expect(Object.keys(PACKAGES).filter((name) => !ALONG.includes(name) && !words.has(name))).toEqual([]);
});
