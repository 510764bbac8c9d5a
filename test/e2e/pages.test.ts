/** What the pages for people show of a terminal is typed once more, and what comes has the same shape. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "vitest";
import { kernelTest, PROJECT_DIR, run, tsbtCommand } from "../support/index.js";

interface Shown {
  readonly place: string;
  readonly command: string;
  readonly lines: readonly string[];
}

/** Made by tests that run each of their lines. */
const MADE: readonly string[] = ["command-line.md", "reference.md"];

const pages = ["README.md"].concat(
  readdirSync(join(PROJECT_DIR, "docs"))
    .filter((name) => name.endsWith(".md") && !MADE.includes(name))
    .map((name) => `docs/${name}`),
);

const BLOCK = /^```console\n([^]*?)^```$/gm;
/** A command with its output; what stands in quotes may have several lines. */
const COMMAND = /^# (tsbt (?:'[^']*'|[^'\n])*)\n((?:(?!# ).*\n)*)/gm;

/** Those that end by themselves. */
const shown = pages.flatMap((page): readonly Shown[] => {
  const text = readFileSync(join(PROJECT_DIR, page), "utf8");
  return [...text.matchAll(BLOCK)].flatMap(({ 1: block = "", index }) =>
    [...block.matchAll(COMMAND)]
      .map(([, command = "", output = ""]) => ({
        place: `${page}:${text.slice(0, index).split("\n").length}`,
        command,
        lines: output.split("\n"),
      }))
      .filter(({ command }) => !/ -p /.test(command)),
  );
});

/** Words, numbers and paths may be others, and bars longer. */
const shapeOf = (line: string): string =>
  line
    .replace(/\|.*\|/, "|")
    .replaceAll(/(\/[\w.+@-]+)+/g, "w")
    .replaceAll(/[\w.+-]+/g, "w")
    .replaceAll(/ +/g, " ")
    .trim();

kernelTest("there are such commands", {}, () => expect(shown.length).toBeGreaterThan(10));

for (const { place, command, lines } of shown) {
  kernelTest(`${place}: ${command.slice(0, 60)}`, { matrix: false, timeoutMs: 60_000 }, async () => {
    const path = `${dirname(tsbtCommand())}:${process.env["PATH"] ?? ""}`;
    const result = await run("/bin/sh", ["-c", command], { env: { PATH: path, LC_ALL: "C" } });
    expect(result.status).toBe(lines.some((line) => line.includes(": ERROR: ")) ? 1 : 0);
    const shapes = new Set(`${result.stdout}\n${result.stderr}`.split("\n").map(shapeOf));
    const missing = lines.filter((line) => line !== "" && line !== "…" && !shapes.has(shapeOf(line)));
    expect(missing, result.stdout + result.stderr).toEqual([]);
  });
}
