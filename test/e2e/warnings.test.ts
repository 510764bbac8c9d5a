/** A place that fails again and again is said once, then once a second with a number, and with its total at the end. */
import { expect } from "vitest";
import { transcript } from "../support/child.js";
import { kernelTest, runTsbt, startTsbt } from "../support/index.js";

const ROUNDS = 1000;
/** Fails in two places, at the second 1,000 times in a hundredth of a second, which is about a tenth of what a CPU can do. */
const SCRIPT = `begin { for ($i : 0..7) { print(*(int32*)uptr(1)); } }
  interval:ms:10 { for ($i : 0..${ROUNDS}) { @ = *(int32*)uptr(1); } @fired = count(); }`;

kernelTest("a hundred thousand warnings a second are a few lines, and none is missing", {}, async () => {
  const tracer = await startTsbt(["-k", "-e", SCRIPT]);
  await tracer.printed(/^stdin:2:\S+ WARNING: Bad address \(\d+ more\)\n(.*\n)*stdin:2:.* more\)$/m, "stderr");
  tracer.kill("SIGINT");
  const result = await tracer.finished;
  const { stdout, stderr } = result;
  const fired = Number(/^@fired: (\d+)$/m.exec(stdout)?.[1]);
  expect(fired, transcript(result)).toBeGreaterThan(1);
  expect(stderr.match(/^Additional Info - helper: probe_read_user, retcode: -14$/gm)).toHaveLength(2);
  expect(stderr.match(/^stdin:1:\S+ WARNING: Bad address.*/gm)?.map(reduced)).toEqual(["", "(6 more)", "(7 in all)"]);
  const counts = stderr.match(/^stdin:2:\S+ WARNING: Bad address.*/gm)?.map(reduced) ?? [];
  expect(counts[0]).toBe("");
  expect(counts.at(-1)).toBe(`(${fired * ROUNDS} in all)`);
  const more = counts.slice(1, -1).map((text) => Number(/^\((\d+) more\)$/.exec(text)?.[1]));
  expect(more.reduce((sum, n) => sum + n, 1)).toBeLessThanOrEqual(fired * ROUNDS);
  // A firing may be missed while our own system calls hold a CPU; that is told as well, and is none of what fired.
  expect(stderr).not.toMatch(/ring full|lost event/i);
});

const reduced = (line: string): string => line.replace(/^.*Bad address ?/, "");

kernelTest("-f json has the counts as numbers", {}, async () => {
  const script = `begin { for ($i : 0..7) { @ = *(int32*)uptr(1); } exit(); }`;
  const { stdout } = await runTsbt(["-q", "-k", "-f", "json", "-e", script]);
  const place = { filename: "stdin", line: 1, col: 31 };
  expect(
    stdout
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line) as unknown),
  ).toEqual([
    { type: "helper_error", msg: "Bad address", helper: "probe_read_user", retcode: -14, ...place },
    { type: "warning_total", msg: "Bad address", count: 7, ...place },
    { type: "losses", data: [{ probe: "begin", reads: 7 }] },
    { type: "map", data: { "@": 0 } },
  ]);
});

kernelTest("--no-warnings says none of it", {}, async () => {
  const { stderr } = await runTsbt([
    "--no-warnings",
    "-e",
    "begin { $n = 0; for ($i : 0..7) { @ = 5 / $n; } exit(); }",
  ]);
  expect(stderr).toBe("Attached 1 probe\n");
});
