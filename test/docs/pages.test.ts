import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { FULL_LANGUAGE } from "../../codegen/full-language.js";
import { FORMS } from "../../docs/generator/forms.js";
import { PAGES } from "../../docs/generator/pages.js";
import { kernelTest, PROJECT_DIR } from "../support/index.js";

describe("the pages that are made from the definitions", () => {
  test.each(PAGES.map(({ path, make }) => [path, make] as const))("%s is what `npm run docs` makes", (path, make) => {
    const committed = readFileSync(join(PROJECT_DIR, path), "utf8");
    expect(committed === make(), `${path} is out of date: npm run docs`).toBe(true);
  });

  kernelTest("mandoc finds nothing wrong with the manual page", { root: false, package: "mandoc" }, () => {
    const { stdout, stderr } = spawnSync("mandoc", ["-Tlint", "-Wall", "docs/tsbt.8"], { cwd: PROJECT_DIR });
    expect(`${stdout}${stderr}`).toBe("");
  });

  test("each definition has a line of its own in the reference", () => {
    const text = readFileSync(join(PROJECT_DIR, "docs/reference.md"), "utf8");
    for (const name of ["### `hist(", "### `comm: ", "### `kprobe, k`", "| `max_strlen = 1024`", "| `-p, --pid PID`"]) {
      expect(text).toContain(name);
    }
  });
});

test("the forms of attach points have as many parts as their providers take", () => {
  for (const { name, partCounts, unnamedPartCount } of FULL_LANGUAGE.providers.values()) {
    for (const form of FORMS[name as keyof typeof FORMS]) {
      const [provider, ...parts] = form.split(":");
      expect(provider).toBe(name);
      if (form.includes("@")) continue; // a place in a source file is one part, though it has colons
      expect([...partCounts, unnamedPartCount], form).toContain(parts.length);
    }
  }
});

test("links between pages lead somewhere", () => {
  const pages = ["README.md", "CONTRIBUTING.md", ...namesIn("docs"), ...namesIn("examples")];
  const broken = pages.flatMap((page) => {
    const text = readFileSync(join(PROJECT_DIR, page), "utf8");
    const targets = [...text.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, target]) => target!);
    return targets
      .filter((target) => !existsSync(join(PROJECT_DIR, dirname(page), target)))
      .map((t) => `${page}: ${t}`);
  });
  expect(broken).toEqual([]);
});

function namesIn(directory: string): readonly string[] {
  const names = readdirSync(join(PROJECT_DIR, directory)).filter((name) => name.endsWith(".md"));
  return names.map((name) => `${directory}/${name}`);
}
