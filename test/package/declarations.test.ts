/** The package's declarations: what the API names, from where it is defined, and nothing else. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { PROJECT_DIR } from "../support/index.js";

const types = mkdtempSync(join(tmpdir(), "tsbt-types-"));
const declarations = (): readonly string[] =>
  readdirSync(types, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".d.ts"));

beforeAll(() => {
  const { status, stderr } = spawnSync(process.execPath, ["src/build/declarations.mjs", types], {
    cwd: PROJECT_DIR,
    encoding: "utf8",
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
}, 300_000);
afterAll(() => rmSync(types, { recursive: true }));

test("no index of a folder is among them, with all that it names", () => {
  const indexes = declarations().filter((name) => name.endsWith("index.d.ts"));
  expect(indexes.sort()).toEqual(["commonjs/src/api/index.d.ts", "module/src/api/index.d.ts"]);
});

test("what they import is there", () => {
  for (const name of declarations()) {
    const text = readFileSync(join(types, name), "utf8");
    for (const [, path = ""] of text.matchAll(/^(?:import|export) .* from "(\.[^"]*)";$/gm)) {
      const imported = join(dirname(name), path.replace(/\.js$/, ".d.ts"));
      expect({ name, imported, exists: existsSync(join(types, imported)) }).toMatchObject({ exists: true });
    }
  }
});
