/** Probes on lines of a source (probes-and-cli.md 5.11 and 8). */
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect } from "vitest";
import { checkScript, Child, compileC, kernelTest, runTsbt } from "../../support/index.js";

const REQUIREMENTS = { package: ["gcc", "libc6-dev", "binutils"] } as const;

const directory = mkdtempSync(join(tmpdir(), "tsbt-lines-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const EXPECTED = "HINT: If this is expected, set the 'missing_probes' config variable to 'warn'.\n";

/** `#line` gives the lines of `counts.c` their numbers, wherever the text lies. */
const COUNTS = `#line 1 "counts.c"
int total;
__attribute__((noinline)) int add(int a) {
  int sum = a;
  for (int i = 0; i < 3; i++)
    sum += i * a;

  return sum;
}
int main(void) {
  for (int i = 0; i < 5; i++)
    total += add(i);
  return total == 40 ? 0 : 1;
}
`;

const counts = (...flags: readonly string[]): string => compileC(COUNTS, { name: "counts", flags: ["-O0", ...flags] });

/** How often the lines of a program that runs to its end are come to. */
async function hits(program: string, points: readonly string[]): Promise<readonly number[]> {
  const probes = points.map((point, i) => `uprobe:${program}@${point} { @[${i}] = count(); }`).join(" ");
  const { stdout, stderr, status } = await runTsbt(["-c", program, "-e", probes]);
  expect(status, stderr).toBe(0);
  return points.map((_, i) => Number(new RegExp(`^@\\[${i}\\]: (\\d+)$`, "m").exec(stdout)?.[1] ?? 0));
}

const refused = (program: string, place: string, message: string, hint: RegExp | string): Promise<unknown> => {
  const point = `uprobe:${program}@${place}`;
  const start = `stdin:1:1-${point.length + 1}: ERROR: ${message}\n${point} { }\n${"~".repeat(point.length)}\n`;
  return runTsbt(["-c", program, "-e", `${point} { }`]).then(({ stdout, stderr, status }) => {
    expect({ stdout, status }, stderr).toEqual({ stdout: "", status: 1 });
    expect(stderr.slice(0, start.length)).toBe(start);
    const hints = stderr.slice(start.length);
    if (typeof hint === "string") expect(hints).toBe(`HINT: ${hint}\n${EXPECTED}`);
    else expect(hints).toMatch(hint);
  });
};

for (const version of [2, 3, 4, 5]) {
  kernelTest(`lines by version ${version} of the format`, REQUIREMENTS, async () => {
    const program = counts(`-gdwarf-${version}`);
    const points = ["counts.c:3", "counts.c:5", "counts.c:7", "counts.c:12", "./counts.c:8"];
    expect(await hits(program, points)).toEqual([5, 15, 5, 1, 5]);
  });
}

kernelTest("of a loop the place where it is entered", REQUIREMENTS, async () => {
  const program = counts("-g");
  expect(await hits(program, ["counts.c:4", "counts.c:10"])).toEqual([5, 1]);
  await checkScript({
    script: `uprobe:${program}@counts.c:4 { @[probe] = count(); }`,
    options: ["-c", program],
    match: new RegExp(`^\n\n@\\[uprobe:${program}:[1-9][0-9]+\\]: 5\n$`),
    stderr: "Attached 1 probe\n",
  });
});

kernelTest("a column chooses among the places of a line", REQUIREMENTS, async () => {
  const program = counts("-g");
  const columns = ["counts.c:4:12", "counts.c:4:21", "counts.c:4:27"];
  const [start, condition, step] = await hits(program, columns);
  expect({ start, condition, step }).toEqual({ start: 5, condition: 20, step: 15 });
  await refused(
    program,
    "counts.c:4:1",
    "DWARF error: Unable to map 'counts.c:4:1' to address",
    /^HINT: Code of line 4 is at column \d+(, \d+)*\.\n/,
  );
});

kernelTest("a line without code, a file that is none", REQUIREMENTS, async () => {
  const program = counts("-g");
  await refused(
    program,
    "counts.c:6",
    "DWARF error: Unable to map 'counts.c:6' to address",
    "The next line with code is 7.",
  );
  await refused(
    program,
    "counts.c:99",
    "DWARF error: Unable to map 'counts.c:99' to address",
    "The last line with code is 13.",
  );
  await refused(
    program,
    "count.c:6",
    "DWARF error: No compilation unit matches count.c",
    /^HINT: The program was compiled from .*\/counts\.c\.\n/,
  );
  await refused(
    program,
    "ounts.c:6",
    "DWARF error: No compilation unit matches ounts.c",
    /^HINT: The program was compiled from /,
  );
});

kernelTest("a line that is missing is skipped if that is wanted", REQUIREMENTS, async () => {
  const program = counts("-g");
  const { stdout, stderr, status } = await runTsbt([
    ...["-c", program, "-e"],
    `config = { missing_probes = warn } uprobe:${program}@counts.c:6, uprobe:${program}@counts.c:7 { @ = count(); }`,
  ]);
  expect({ stdout, status }).toEqual({ stdout: "\n\n@: 5\n", status: 0 });
  expect(stderr).toContain("WARNING: DWARF error: Unable to map 'counts.c:6' to address\n");
  expect(stderr).toContain(`HINT: Unable to attach probe: uprobe:${program}:counts.c:6. Skipping.\n`);
  expect(stderr).toContain("Attached 1 probe\n");
});

kernelTest("a program without debug information says what would help", REQUIREMENTS, async () => {
  const message = (program: string): string =>
    `No DWARF debug info found for '${program}', cannot attach by source code location.`;
  const named = counts("-g0");
  await refused(
    named,
    "counts.c:3",
    message(named),
    /^HINT: Compile the program with -g, or install its debug file, \/usr\/lib\/debug\/\.build-id\/[0-9a-f]{2}\/[0-9a-f]+\.debug\.\n/,
  );
  const nameless = counts("-g0", "-Wl,--build-id=none");
  await refused(nameless, "counts.c:3", message(nameless), "Compile the program with -g.");
});

kernelTest("compressed, in a file of its own, in pieces", REQUIREMENTS, async () => {
  const lines = ["counts.c:3", "counts.c:5"];
  for (const how of ["zlib-gabi", "zlib-gnu"]) {
    const program = join(directory, how);
    execFileSync("objcopy", [`--compress-debug-sections=${how}`, counts("-g"), program]);
    expect(await hits(program, lines), how).toEqual([5, 15]);
  }
  const stripped = join(directory, "stripped");
  execFileSync("objcopy", [
    "--only-keep-debug",
    "--compress-debug-sections",
    counts("-g"),
    join(directory, "counts.debug"),
  ]);
  execFileSync("strip", ["-o", stripped, counts("-g")]);
  execFileSync("objcopy", ["--add-gnu-debuglink=counts.debug", stripped], { cwd: directory });
  expect(await hits(stripped, lines)).toEqual([5, 15]);
});

kernelTest("files of one name are told apart by their directories", REQUIREMENTS, async () => {
  const unit = (name: string): string => `#line 1 "${name}/unit.c"\nint ${name}(int a) {\n  return a + 1;\n}\n`;
  for (const name of ["one", "two"]) writeFileSync(join(directory, `${name}.c`), unit(name));
  writeFileSync(join(directory, "main.c"), "int one(int), two(int); int main(void) { return one(1) + two(2) - 5; }");
  const program = join(directory, "twice");
  execFileSync("gcc", ["-g", "-O0", "-o", program, "main.c", "one.c", "two.c"], { cwd: directory });
  expect(await hits(program, ["one/unit.c:2", "two/unit.c:2", `${directory}/two/unit.c:2`])).toEqual([1, 1, 1]);
  await refused(
    program,
    "unit.c:2",
    "DWARF error: Ambiguous source path, matches multiple files: one/unit.c, two/unit.c",
    "Name more of the directories that the file is in.",
  );
});

kernelTest("every copy of a function has the line", { package: ["g++", "libc6-dev"] }, async () => {
  const program = compileC(
    `#line 1 "copies.cc"
template <class T> __attribute__((noinline)) T twice(T a) {
  return a + a;
}
static inline __attribute__((always_inline)) int inlined(int x) {
  asm volatile("" ::: "memory");
  int y = x * 7;
  asm volatile("" : "+r"(y));
  return y;
}
__attribute__((noinline)) int first(int x) { return inlined(x) + 1; }
__attribute__((noinline)) int second(int x) { return inlined(x) + 2; }
int main(int c, char **) {
  return twice<int>(c) + twice<long>(c) + first(c) + second(c) - 21;
}
`,
    { name: "copies", language: "c++", flags: ["-g", "-O1"] },
  );
  expect(await hits(program, ["copies.cc:2", "copies.cc:7", "copies.cc:10", "copies.cc:11"])).toEqual([2, 2, 1, 1]);
});

kernelTest("a header is a file like any other", REQUIREMENTS, async () => {
  mkdirSync(join(directory, "include"), { recursive: true });
  writeFileSync(join(directory, "include", "shared.h"), "static int shared(int a) {\n  return a + 1;\n}\n");
  for (const name of ["left", "right"])
    writeFileSync(
      join(directory, `${name}.c`),
      `#include "include/shared.h"\nint ${name}(int a) { return shared(a); }\n`,
    );
  writeFileSync(
    join(directory, "both.c"),
    "int left(int), right(int); int main(void) { return left(1) + right(1) - 4; }",
  );
  const program = join(directory, "both");
  execFileSync("gcc", ["-g", "-O0", "-o", program, "both.c", "left.c", "right.c"], { cwd: directory });
  expect(await hits(program, ["shared.h:2", "include/shared.h:3"])).toEqual([2, 2]);
});

kernelTest("a running process is the target that need not be named", REQUIREMENTS, async () => {
  const program = compileC(
    `#include <stdio.h>
#include <unistd.h>
#line 1 "ticks.c"
int main() {
  puts("ready");
  fflush(stdout);
  for (;;)
    usleep(1000);
}
`,
    { name: "lineticks", flags: ["-g", "-O0"] },
  );
  const child = new Child(program, [], { timeoutMs: 120_000 });
  await child.printed("ready\n");
  for (const point of [`uprobe:${program}@ticks.c:5`, "uprobe:@ticks.c:5", "uprobe@ticks.c:5"]) {
    await checkScript({
      script: `${point} { print("hit"); exit(); }`,
      options: ["-p", `${child.pid}`],
      match: /^hit\n/,
    });
  }
});

kernelTest("broken debug information is as good as none", REQUIREMENTS, async () => {
  const program = join(directory, "broken");
  copyFileSync(counts("-g"), program);
  const lines = join(directory, "lines");
  execFileSync("objcopy", [
    "-O",
    "binary",
    "--only-section=.debug_line",
    "--set-section-flags",
    ".debug_line=alloc",
    counts("-g"),
    lines,
  ]);
  writeFileSync(lines, readFileSync(lines).subarray(0, 20));
  execFileSync("objcopy", [`--update-section=.debug_line=${lines}`, program]);
  await refused(
    program,
    "counts.c:3",
    `No DWARF debug info found for '${program}', cannot attach by source code location.`,
    /^HINT: The file is of no use: its debug information is broken: .+\.\n/,
  );
});
