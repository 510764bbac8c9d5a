/** Probes in files of all kinds: how they are linked, what was taken out of them, where they lie. */
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect } from "vitest";
import { checkScript, compileC, kernelTest, runTsbt } from "../../support/index.js";
import { negates } from "./programs.js";

const REQUIREMENTS = { package: ["gcc", "libc6-dev", "binutils"] } as const;

const directory = mkdtempSync(join(tmpdir(), "tsbt-files-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const SOURCE = `#include <stdio.h>
  __attribute__((noinline, noipa)) static long local(long a) { __asm__ volatile("" ::: "memory"); return -a; }
  __attribute__((noinline, noipa)) long global(long a) { __asm__ volatile("" ::: "memory"); return local(a) * 2; }
  int main() { printf("%ld\\n", global(21)); return 0; }`;

const built = (name: string, ...flags: readonly string[]): string =>
  compileC(SOURCE, { name, flags: ["-O1", ...flags] });

/** The address of a symbol, as `nm` has it. */
function addressOf(program: string, symbol: string): number {
  const line = execFileSync("nm", [program], { encoding: "latin1" })
    .split("\n")
    .find((text) => text.endsWith(` ${symbol}`));
  return parseInt(line ?? "", 16);
}

/** Each probe fires once, and the program prints what it always prints. */
async function firesOnce(program: string, points: readonly string[]): Promise<void> {
  const probes = points.map((point, i) => `${point} { @[${i}] = count(); }`).join(" ");
  const { stdout, stderr, status } = await runTsbt(["-B", "full", "-c", program, "-e", probes]);
  const expected = points.map((_, i) => `@[${i}]: 1\n`).join("");
  expect({ stdout, status }, stderr).toEqual({ stdout: `-42\n\n\n${expected}`, status: 0 });
}

for (const [kind, flags] of [
  ["position-independent", ["-pie", "-fPIE"]],
  ["at fixed addresses", ["-no-pie"]],
  ["static", ["-static"]],
  ["static and position-independent", ["-static-pie", "-fPIE"]],
] as const) {
  kernelTest(`a program that is ${kind}`, REQUIREMENTS, async () => {
    const program = built("linked", ...flags);
    await firesOnce(program, [
      `uprobe:${program}:global`,
      `uprobe:${program}:loca*`,
      `uretprobe:${program}:local`,
      `uprobe:${program}:${addressOf(program, "local")}`,
      `uprobe:${program}:${addressOf(program, "local") + 3}`,
    ]);
  });
}

kernelTest("a 32-bit program", { ...REQUIREMENTS, matrix: false }, async () => {
  if (process.arch !== "x64") return;
  const program = compileC(
    `__attribute__((noinline, noipa)) int f3(int a) { __asm__ volatile("" ::: "memory"); return -a; }
    void _start(void) { int status = f3(42) + 42; __asm__ volatile("int $0x80" :: "a"(1), "b"(status)); }`,
    { name: "i386", flags: ["-m32", "-O1", "-nostdlib", "-static"] },
  );
  await checkScript({
    script: `uprobe:${program}:f3, uprobe:${program}:f3+4, uretprobe:${program}:f3 { @[probe] = count(); }`,
    options: ["-c", program],
    stdout: `\n\n@[uprobe:${program}:f3]: 1\n@[uprobe:${program}:f3+4]: 1\n@[uretprobe:${program}:f3]: 1\n`,
    stderr: "Attached 3 probes\n",
  });
  await checkScript({
    script: `uprobe:${program}:f3+5 { }`,
    stderrMatch: /ERROR: Could not add uprobe into middle of instruction: \S+\/i386:f3\+5\n/,
    status: 1,
  });
});

kernelTest("a stripped program with its debug file beside it", REQUIREMENTS, async () => {
  const original = built("whole");
  const program = join(directory, "stripped");
  const debug = join(directory, "stripped.debug");
  execFileSync("objcopy", ["--only-keep-debug", original, debug]);
  execFileSync("strip", ["-o", program, original]);
  execFileSync("objcopy", [`--add-gnu-debuglink=${debug}`, program], { cwd: directory });
  await firesOnce(program, [
    `uprobe:${program}:local`,
    `uprobe:${program}:glob*`,
    `uprobe:${program}:local+3`,
    `uprobe:${program}:${addressOf(original, "local")}`,
  ]);
  const middle = `uprobe:${program}:local+4`;
  await checkScript({
    script: `${middle} { }`,
    stderrMatch: /ERROR: Could not add uprobe into middle of instruction: \S+\/stripped:local\+4\n/,
    status: 1,
  });
});

kernelTest("a stripped library has its exported functions", REQUIREMENTS, async () => {
  const library = join(directory, "libexported.so");
  const source = join(directory, "exported.c");
  writeFileSync(
    source,
    `__attribute__((noinline, noipa)) static long hidden(long a) { __asm__ volatile("" ::: "memory"); return a; }
    long exported(long a) { return hidden(-a) - 21; }`,
  );
  execFileSync("gcc", ["-O1", "-shared", "-fPIC", "-s", "-o", library, source]);
  const user = join(directory, "user.c");
  const program = join(directory, "user");
  writeFileSync(
    user,
    `#include <stdio.h>\nlong exported(long a); int main() { printf("%ld\\n", exported(21)); return 0; }`,
  );
  execFileSync("gcc", ["-O1", "-o", program, user, library, `-Wl,-rpath,${directory}`]);
  await firesOnce(program, [`uprobe:${library}:exported`, `uprobe:${library}:exp*`]);
  await checkScript({
    script: `uprobe:${library}:hidden { }`,
    stderrMatch: /ERROR: No matches for uprobe \S+libexported\.so:hidden\.\n/,
    status: 1,
  });
  await checkScript({
    script: `uprobe:${program}:exported { }`,
    stderrMatch: /ERROR: No matches for uprobe \S+user:exported\.\n/,
    status: 1,
  });
});

kernelTest("no uretprobe in a program of Go", REQUIREMENTS, async () => {
  const program = join(directory, "go");
  const section = join(directory, "section");
  writeFileSync(section, "\xff Go buildinf:");
  copyFileSync(negates(), program);
  execFileSync("objcopy", ["--add-section", `.go.buildinfo=${section}`, program]);
  const point = `uretprobe:${program}:f3`;
  const reason =
    "Go's run time walks and moves its stacks, and ends the program when it finds an unknown return address.";
  await checkScript({
    script: `${point} { }`,
    options: ["-c", program],
    stdout: "",
    stderrMatch: [
      new RegExp(
        `^stdin:1:1-${point.length + 1}: ERROR: uretprobe would break the program at ${program}:f3: ${reason}$`,
        "m",
      ),
      /^HINT: Use --unsafe to force attachment\./m,
    ],
    status: 1,
  });
  await checkScript({
    script: `${point} { printf("%d\\n", retval); }`,
    options: ["--unsafe", "-c", program],
    stderrMatch: /WARNING: Unsafe uretprobe at \S+go:f3: Go's run time/,
    match: /^-42\n-42\n/,
  });
  await checkScript({
    script: `uretprobe:${program}:* { }`,
    options: ["--dry-run"],
    stderrMatch: [
      /^uretprobe would break the program at \S+go:f3: Go's run time/m,
      /ERROR: Probe has no valid attach points/,
    ],
    status: 1,
  });
  await checkScript({ script: `uprobe:${program}:f3 { }`, options: ["--dry-run"], stderr: "" });
});

kernelTest("wildcards in the path name every file once", REQUIREMENTS, async () => {
  const copies = mkdtempSync(join(directory, "copies-"));
  const program = join(copies, "first");
  copyFileSync(negates(), program);
  copyFileSync(negates(), join(copies, "second"));
  execFileSync("ln", [program, join(copies, "third")]);
  writeFileSync(join(copies, "text"), readFileSync("/etc/passwd"));
  await checkScript({
    script: `uprobe:${copies}/*:f3, uretprobe:${copies}/*:f3 { @[probe] = count(); }`,
    options: ["-c", program],
    match: [
      new RegExp(`^@\\[uprobe:${program}:f3\\]: 1$`, "m"),
      new RegExp(`^@\\[uretprobe:${program}:f3\\]: 1$`, "m"),
    ],
    stderr: "Attached 4 probes\n",
  });
});
