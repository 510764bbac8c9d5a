import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { MISSING, SECTIONS } from "./spec-coverage.js";
import { PROJECT_DIR } from "./support/index.js";

describe("the sections of the language reference", () => {
  for (const { number, title, tests } of SECTIONS) {
    test(`${number} ${title} is covered`, () => {
      expect(tests).not.toEqual([]);
      for (const [file, ...names] of tests) {
        const path = join(PROJECT_DIR, file);
        expect(existsSync(path), file).toBe(true);
        const source = readFileSync(path, "utf8");
        for (const name of names)
          expect(
            titlesIn(source).some((found) => found.startsWith(name)),
            name,
          ).toBe(true);
      }
    });
  }

  test("follow each other without a hole", () => {
    const chapters = SECTIONS.filter(({ number }) => !number.includes("."));
    expect(chapters.map(({ number }) => Number(number))).toEqual(chapters.map((_, i) => i + 1));
    for (const { number } of chapters) {
      const parts = SECTIONS.filter((section) => section.number.startsWith(`${number}.`));
      expect(parts.map((part) => part.number)).toEqual(parts.map((_, i) => `${number}.${i + 1}`));
    }
  });

  test("are shown whole, but for these", () => {
    expect([...MISSING.keys()]).toEqual([]);
  });
});

/** What stands where the name of a test, a describe or a claim does: the beginnings of all quoted texts and keys. */
const titlesIn = (source: string): readonly string[] =>
  [...source.matchAll(/(["'`])((?:(?!\1).)+)\1|^ +(\w+): \[/gm)].map((match) => match[2] ?? match[3] ?? "");
