/** Probes of a process that runs already: its program, and what else it has mapped (probes-and-cli.md 4.1). */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect } from "vitest";
import { Child, checkScript, kernelTest, runTsbt } from "../../support/index.js";
import { ticks } from "./programs.js";

const REQUIREMENTS = { package: ["gcc", "libc6-dev"] } as const;

const directory = mkdtempSync(join(tmpdir(), "tsbt-process-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

async function running(file: string, args: readonly string[] = []): Promise<number> {
  const child = new Child(file, args, { timeoutMs: 120_000 });
  await child.printed("ready\n");
  return child.pid;
}

const firesIn = (pid: number, point: string, print = '"hit"'): Promise<unknown> =>
  checkScript({
    script: `${point} { print(${print}); exit(); }`,
    options: ["-p", `${pid}`],
    match: new RegExp(`^${print.replaceAll('"', "")}\n`),
  });

async function listed(pid: number, ...args: readonly string[]): Promise<readonly string[]> {
  const { stdout, stderr, status } = await runTsbt([...args, "-p", `${pid}`]);
  expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
  return stdout.split("\n").filter(Boolean);
}

kernelTest("its program need not be named", REQUIREMENTS, async () => {
  const pid = await running(ticks());
  for (const point of ["uprobe:tick", "uprobe::tick", "uprobe:cpp:tick", "uretprobe:tick", "uprobe:tic*"]) {
    await firesIn(pid, point);
  }
  const program = `/proc/${pid}/root${ticks()}`;
  await checkScript({
    script: "uprobe:nosuch { }",
    options: ["-p", `${pid}`],
    stderr: `stdin:1:1-14: ERROR: No matches for uprobe ${program}:nosuch.\nuprobe:nosuch { }\n       ~~~~~~\n`,
    status: 1,
  });
  expect(await listed(pid, "-l", "-e", "uprobe:tick { }")).toEqual([`uprobe:${program}:tick`]);
});

kernelTest("* is all that it has mapped", REQUIREMENTS, async () => {
  const pid = await running(ticks());
  await firesIn(pid, "uprobe:*:tick");
  await firesIn(pid, "uretprobe:*:uslee*");
  expect(await listed(pid, "-l", "-e", "uprobe:*:tick { }")).toEqual([`uprobe:/proc/${pid}/root${ticks()}:tick`]);
});

kernelTest("a list of one process has nothing of others", REQUIREMENTS, async () => {
  const pid = await running(ticks());
  const root = `uprobe:/proc/${pid}/root`;
  for (const pattern of ["uprobe:*", "uprobe:*:*", "*:*:*"]) {
    const lines = await listed(pid, "-l", pattern);
    expect(lines).toContain(`${root}${ticks()}:tick`);
    expect(lines.some((line) => line.endsWith(":usleep"))).toBe(true);
    expect(lines.filter((line) => line.startsWith("uprobe:") && !line.startsWith(root))).toEqual([]);
  }
  expect(await listed(pid, "-l", "uprobe:tick")).toEqual([`${root}${ticks()}:tick`]);
  expect(await listed(pid, "-l", "uprobe:no_such_function")).toEqual([]);
  expect((await runTsbt(["-l", "uprobe:*", "-p", "zz"])).stderr).toBe(
    "ERROR: Failed to parse pid: invalid integer: zz\n",
  );
});

kernelTest("files are those of its mount namespace", { ...REQUIREMENTS, matrix: false }, async () => {
  const hidden = join(directory, "hidden");
  const steps = `mount -t tmpfs none ${directory} && cp ${ticks()} ${hidden} && exec ${hidden}`;
  const pid = await running("unshare", ["--mount", "sh", "-c", steps]);
  await firesIn(pid, `uprobe:${hidden}:tick`);
  await firesIn(pid, "uprobe:libc:usleep");
  await firesIn(pid, "uprobe:*:tick");
  expect(await listed(pid, "-l", `uprobe:${hidden}:tic*`)).toEqual([`uprobe:/proc/${pid}/root${hidden}:tick`]);
  await checkScript({
    script: `uprobe:${hidden}:tick { }`,
    stderrMatch: /ERROR: uprobe target file '.*\/hidden' does not exist or is not executable\n/,
    status: 1,
  });
});
