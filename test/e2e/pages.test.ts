/** What the pages for people show of a terminal is typed once more, and what comes has the same shape. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, expect } from "vitest";
import { kernelTest, PROJECT_DIR, run, tsbtCommand } from "../support/index.js";

const dir = realpathSync(mkdtempSync(join(tmpdir(), "tsbt-pages-")));
afterAll(() => rmSync(dir, { recursive: true }));

interface Shown {
  readonly command: string;
  readonly output: string;
}

/** What is typed in one place, one after the other. */
interface Block {
  readonly place: string;
  readonly commands: readonly Shown[];
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
const COMMAND = /^# ((?:'[^']*'|[^'\n])*)\n((?:(?!# ).*\n)*)/gm;

const isOurs = (command: string): boolean => command.startsWith("tsbt ");
/** What is traced there is somebody's process. */
const needsProcess = (command: string): boolean => isOurs(command) && / -p /.test(command);

const blocks = pages.flatMap((page): readonly Block[] => {
  const text = readFileSync(join(PROJECT_DIR, page), "utf8");
  return [...text.matchAll(BLOCK)].map(({ 1: block = "", index }) => ({
    place: `${page}:${text.slice(0, index).split("\n").length}`,
    commands: [...block.matchAll(COMMAND)]
      .map(([, command = "", output = ""]) => ({ command, output }))
      .filter(({ command }) => !needsProcess(command)),
  }));
});
const shown = blocks.filter(({ commands }) => commands.some(({ command }) => isOurs(command)));

/** Words, numbers and paths may be others, and bars longer. */
const shapeOf = (line: string): string =>
  line
    .replace(/\|.*\|/, "|")
    .replaceAll(/(\/[\w.+@-]+)+/g, "w")
    .replaceAll(/[\w.+-]+/g, "w")
    .replaceAll(/ +/g, " ")
    .trim();

/** A file that is shown is there then; of other commands than ours only what they leave behind counts. */
async function type({ command, output }: Shown, cwd: string): Promise<void> {
  const [, file] = /^cat (\S+)$/.exec(command) ?? [];
  if (file !== undefined) return writeFileSync(join(cwd, file), output);
  const path = `${dirname(tsbtCommand())}:${process.env["PATH"] ?? ""}`;
  const result = await run("/bin/sh", ["-c", command], { cwd, env: { PATH: path, LC_ALL: "C" } });
  if (!isOurs(command)) return;
  const lines = output.split("\n");
  expect(result.status, result.stderr).toBe(lines.some((line) => /(^|: )ERROR: /.test(line)) ? 1 : 0);
  const shapes = new Set(`${result.stdout}\n${result.stderr}`.split("\n").map(shapeOf));
  const missing = lines.filter((line) => line !== "" && line !== "…" && !shapes.has(shapeOf(line)));
  expect(missing, result.stdout + result.stderr).toEqual([]);
}

kernelTest("there are such commands", {}, () => expect(shown.length).toBeGreaterThan(10));

for (const [i, { place, commands }] of shown.entries()) {
  const title = commands.map(({ command }) => command).find(isOurs) ?? "";
  kernelTest(`${place}: ${title.slice(0, 60)}`, { matrix: false, timeoutMs: 60_000 }, async () => {
    const cwd = join(dir, String(i));
    mkdirSync(cwd);
    for (const each of commands) await type(each, cwd);
  });
}
