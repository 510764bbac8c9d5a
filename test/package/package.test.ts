import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { PROJECT_DIR } from "../support/index.js";

const json = (file: string): Record<string, unknown> =>
  JSON.parse(readFileSync(join(PROJECT_DIR, file), "utf8")) as Record<string, unknown>;

test("the lock file names no registry", () => {
  const packages = Object.entries(json("package-lock.json")["packages"] as Record<string, object>);
  expect(packages.length).toBeGreaterThan(100);
  expect(packages.filter(([, entry]) => "resolved" in entry)).toEqual([]);
});

test("what the package needs to build itself is in it", () => {
  const { files, dependencies, scripts } = json("package.json") as {
    files: readonly string[];
    dependencies: object;
    scripts: Record<string, string>;
  };
  // What `prepack` makes may not be there yet.
  const sources = files.filter((file) => file !== "types");
  expect(sources.filter((file) => !existsSync(join(PROJECT_DIR, file)))).toEqual([]);
  expect(dependencies).toHaveProperty("esbuild");
  expect(dependencies).toHaveProperty("typescript");
  expect(files).toContain("tsconfig.json");
  expect(dependencies).toHaveProperty("node-gyp");
  expect(dependencies).toHaveProperty("node-addon-api");
  expect(scripts["install"]).toBe(scripts["build"]);
});

test("bundlers of those who import it keep what is imported for what it does", () => {
  const { exports, sideEffects } = json("package.json") as {
    exports: Record<string, unknown>;
    sideEffects: readonly string[];
  };
  expect(sideEffects).toEqual([exports["./register"]]);
});
