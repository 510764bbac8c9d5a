/** What only the machine knows of a mistake: files, functions that the compiler has left nothing of, all names of a kernel. */
import { chmodSync, copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { spawnSync } from "node:child_process";
import { afterAll, beforeAll, expect, test } from "vitest";
import { compileC, kernelTest, runTsbt } from "../support/index.js";

const COMPILER = { package: ["gcc", "libc6-dev"] } as const;

const PROGRAM = `#include <stdio.h>
static inline __attribute__((always_inline)) int twice(int a) {
  int doubled = a * 2;
  return doubled + 1;
}
__attribute__((noinline, noipa)) int serve(int a) { return twice(a) + twice(a + 1); }
__attribute__((noinline, noipa)) int listen_on(int port) { return twice(port); }
int main(int n, char **v) { printf("%d\\n", serve(n) + listen_on(n)); return 0; }
`;

let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "tsbt-hints-"));
});

afterAll(() => {
  rmSync(directory, { recursive: true });
});

/** What is said of an attach point. */
async function saidOf(point: string): Promise<readonly string[]> {
  const { stderr, status } = await runTsbt(["-e", `${point} { exit(); }`]);
  expect(status, stderr).toBe(1);
  return stderr.split("\n").filter((line) => line !== "");
}

kernelTest("of a function that was inlined the callers are named, and a line that works", COMPILER, async () => {
  const source = join(directory, "server.c");
  writeFileSync(source, PROGRAM);
  const path = join(directory, "server");
  const made = spawnSync("gcc", ["-g", "-O1", "-o", path, source], { encoding: "utf8" });
  expect(made.status, made.stderr).toBe(0);
  const said = await saidOf(`uprobe:${path}:twice`);
  expect(said[0]).toBe(`stdin:1:1-${path.length + 14}: ERROR: No matches for uprobe ${path}:twice.`);
  expect(said[2]).toBe(" ".repeat(path.length + 8) + "~~~~~");
  expect(said[3]).toMatch(/^HINT: `twice` was inlined\. Probe what calls it: `\S+` or `\S+`\.$/);
  for (const caller of ["serve", "listen_on"]) expect(said[3]).toContain(`uprobe:${path}:${caller}\``);
  expect(said[4]).toBe(`HINT: All copies of it are \`uprobe:${path}:twice:inline\`.`);
  const line = /which is in every copy: `(\S+)`/.exec(said[5] ?? "")?.[1] ?? "";
  expect(line).toMatch(/@server\.c:[2-4]$/);

  // What the hints say works.
  for (const point of [line, `uprobe:${path}:twice:inline`]) {
    const run = await runTsbt(["-c", path, "-e", `${point} { @ = count(); }`]);
    expect(run.stdout, run.stderr).toMatch(/@: [1-9]/);
  }
});

kernelTest("a program that was stripped says so", COMPILER, async () => {
  const path = compileC("int main(void) { return 0; }", {
    name: "stripped",
    flags: ["-static-pie", "-nostartfiles", "-e", "main", "-nostdlib", "-s"],
  });
  const said = await saidOf(`uprobe:${path}:main`);
  expect(said.at(-1)).toContain("has no symbols: it was stripped");
});

kernelTest("a file that is called almost so is named", {}, async () => {
  copyFileSync("/bin/true", join(directory, "daemon"));
  chmodSync(join(directory, "daemon"), 0o755);
  const said = await saidOf(`uprobe:${directory}/deamon:main`);
  expect(said.at(-1)).toBe(`HINT: Did you mean \`${directory}/daemon\`?`);
});

test("so is a script, and a program that is none", async () => {
  writeFileSync(join(directory, "opensnoop.bt"), "begin { exit(); }");
  const wrong = await runTsbt([join(directory, "opensnop.bt")]);
  expect(wrong.stderr).toBe(
    `ERROR: failed to open file '${directory}/opensnop.bt': No such file or directory\nHINT: Did you mean \`${directory}/opensnoop.bt\`?\n`,
  );
  const text = await runTsbt(["begin { exit(); }"]);
  expect(text.stderr).toBe(
    "ERROR: failed to open file 'begin { exit(); }': No such file or directory\nHINT: A program as text follows `-e`.\n",
  );
});

test("and an option without its dashes, and a subcommand", async () => {
  const missing = (name: string): string => `ERROR: failed to open file '${name}': No such file or directory\n`;
  expect((await runTsbt(["version"])).stderr).toBe(`${missing("version")}HINT: Did you mean \`--version\`?\n`);
  expect((await runTsbt(["hlep"])).stderr).toBe(`${missing("hlep")}HINT: Did you mean \`help\`?\n`);
});

kernelTest("a function is found among all that the kernel has", {}, async () => {
  const said = await saidOf("kprobe:vfs_raed");
  expect(said.slice(0, 4)).toEqual([
    "stdin:1:1-16: ERROR: No matches for kprobe vfs_raed.",
    "kprobe:vfs_raed { exit(); }",
    "       ~~~~~~~~",
    "HINT: Did you mean `vfs_read`?",
  ]);
});

kernelTest("what nothing is like has no hint", {}, async () => {
  for (const point of [
    "kprobe:nosuch_function_at_all",
    "tracepoint:sched:nosuch",
    "tracepoint:nosuch:nosuch",
    "uprobe:libc:nosuch_function",
    "uprobe:/nosuch/file:f",
    "rawtracepoint:nosuch_event_here",
    "iter:nosuch",
    "nosuch:x",
  ]) {
    const said = await saidOf(point);
    const hints = said.filter((line) => line.startsWith("HINT: ") && !line.includes("missing_probes"));
    expect(hints, point).toEqual([]);
  }
});
