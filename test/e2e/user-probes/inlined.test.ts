/** Copies of functions that were put where they are called: a probe on all of them, and a word about those it misses. */
import { expect } from "vitest";
import { compileC, kernelTest, runTsbt } from "../../support/index.js";

const REQUIREMENTS = { package: ["gcc", "libc6-dev"] } as const;

const SOURCE = `
struct req { int id; long size; };
volatile long sink; volatile int number;
static inline __attribute__((always_inline)) void handle(struct req *r, int n) {
  __asm__ volatile("" :: "r"(r), "r"(n) : "memory");
  sink = r->size + n;
  __asm__ volatile("" :: "r"(r), "r"(n) : "memory");
}
#define N __attribute__((noinline, noclone))
N void once(struct req *r) { handle(r, number); number++; }
N void twice(struct req *r) { number += 10; handle(r, number); number++; handle(r, number); }
N int alone(int a) { __asm__ volatile("" ::: "memory"); return a; }
int both(int a) { __asm__ volatile("" : "+r"(a) :: "memory"); return a + 1; }
N int call(int a) { return both(a); }
int main(void) {
  struct req r = { 9, 100 }; number = 5;
  once(&r); twice(&r);
  int (*volatile far)(int) = both;
  return alone(1) + call(number) + far(3) < 0;
}`;

const program = (): string => compileC(SOURCE, { name: "inlined", flags: ["-O2", "-g"] });

kernelTest("a probe on all copies, each with the arguments of its call", REQUIREMENTS, async () => {
  const path = program();
  const { stdout, stderr } = await runTsbt([
    "-q",
    "-c",
    path,
    "-e",
    `uprobe:${path}:handle:inline { printf("%d %d\\n", args.n, args.r.id); @[probe] = count(); }`,
  ]);
  expect(stdout.trim().split("\n"), stderr).toEqual([
    "5 9",
    "16 9",
    "17 9",
    "",
    "",
    `@[uprobe:${path}:handle:inline]: 3`,
  ]);
});

kernelTest("a probe on the function says how many copies it does not see", REQUIREMENTS, async () => {
  const path = program();
  const both = await runTsbt(["-c", path, "-e", `uprobe:${path}:both { print(args.a); }`]);
  expect(both.stderr).toContain("WARNING: both was also inlined: this probe does not see 1 of its copies\n");
  expect(both.stderr).toContain(`HINT: \`uprobe:${path}:both:inline\` is on all of them.\n`);
  expect(both.stdout.trim()).toBe("3");
  const all = await runTsbt([
    "-q",
    "-c",
    path,
    "-e",
    `uprobe:${path}:both, uprobe:${path}:both:inline { @ = count(); }`,
  ]);
  expect(all.stdout.trim()).toBe("@: 2");
  const alone = await runTsbt(["-c", path, "-e", `uprobe:${path}:alone { print(args.a); }`]);
  expect(alone.stderr).toBe("Attached 1 probe\n");
});

for (const [compiler, source] of [
  ["gcc -flto", SOURCE],
  [
    "g++",
    `struct S { int a; S(int q) : a(q) { volatile int w = q; } };\nint main(int c, char **v) { S s(c); return s.a == 9; }`,
  ],
] as const) {
  const needs = { package: [compiler === "g++" ? "g++" : "gcc", "libc6-dev"] } as const;
  kernelTest(`copies that are in other units, or said to be none: ${compiler}`, needs, async () => {
    const [command = "", ...flags] = compiler.split(" ");
    const language = command === "g++" ? "c++" : "c";
    const path = compileC(source, { name: "copies", compiler: command, flags: ["-O2", "-g", ...flags], language });
    const wanted = command === "g++" ? `${path}:S:inline` : `${path}:handle:inline`;
    const { stdout, stderr } = await runTsbt(["-q", "-c", path, "-e", `uprobe:${wanted} { @ = count(); }`]);
    expect(stdout.trim(), stderr).toBe(command === "g++" ? "@: 1" : "@: 3");
  });
}

kernelTest("copies in lists", REQUIREMENTS, async () => {
  const path = program();
  const listed = async (pattern: string, option = "-l"): Promise<string> =>
    (await runTsbt([option, pattern])).stdout.trim();
  expect(await listed(`uprobe:${path}:handle:inline`)).toBe(`uprobe:${path}:handle:inline`);
  expect(await listed(`uprobe:${path}:handle:inline`, "-lv")).toBe(
    `uprobe:${path}:handle:inline\n    struct req* r\n    int n`,
  );
  expect(await listed(`uprobe:${path}:alone:inline`)).toBe("");
});

kernelTest("a word about copies that are made for some callers", REQUIREMENTS, async () => {
  const source = `
#define N __attribute__((noinline))
volatile int sink;
static N int scaled(int a, int by) { sink += a * by; return sink; }
N int other(int a) { sink += 1; return scaled(a, 3) + scaled(a + 1, 3); }
__attribute__((noipa)) N int kept(int a) { return a; }
int main(int count, char **args) { return other(count) + kept(1) < 0; }`;
  const path = compileC(source, { name: "cloned", flags: ["-O2", "-g"] });
  const gone = await runTsbt(["-c", path, "-e", `uprobe:${path}:scaled { print(args.a); }`]);
  expect(gone.status).toBe(1);
  expect(gone.stderr).toContain(
    `HINT: The compiler has changed what \`scaled\` takes, and its name: \`uprobe:${path}:scaled.constprop.0\``,
  );
  const clone = await runTsbt(["-q", "-c", path, "-e", `uprobe:${path}:scaled.constprop.0 { print(args.a); }`]);
  expect(clone.stdout.trim(), clone.stderr).toBe("1\n2");
  const named = `int clone(int a) __asm__("scaled.constprop.0"); int clone(int a) { return a; }`;
  const both = compileC(`${named} int scaled(int a) { return a; } int main(void) { return scaled(0) + clone(0); }`, {
    name: "cloned",
  });
  const warned = await runTsbt(["-c", both, "-e", `uprobe:${both}:scaled { print(args.a); }`]);
  expect(warned.stderr).toContain(
    "WARNING: scaled was also copied for some of its callers: this probe does not see 1 of its copies\n",
  );
  expect(warned.stderr).toContain(`HINT: Probe \`uprobe:${both}:scaled.constprop.0\` too.\n`);
});

kernelTest("what has no copies, returns or is a pattern", REQUIREMENTS, async () => {
  const path = program();
  const refused = async (point: string, ...messages: readonly string[]): Promise<void> => {
    const { stderr, status } = await runTsbt(["-c", path, "-e", `${point} { print(1); }`]);
    expect(status, stderr).toBe(1);
    for (const message of messages) expect(stderr).toContain(message);
  };
  await refused(
    `uprobe:${path}:alone:inline`,
    `ERROR: No matches for uprobe ${path}:alone:inline.\n`,
    "HINT: `alone` was inlined nowhere: all calls of it come to the function itself.\n",
  );
  await refused(`uprobe:${path}:handel:inline`, "No matches for uprobe");
  await refused(
    `uretprobe:${path}:handle:inline`,
    "ERROR: Inlined functions do not return: there is no uretprobe on them\n",
  );
  await refused(`uprobe:${path}:h*:inline`, "ERROR: Cannot use wildcards with inlined functions\n");
  await refused(`uprobe:${path}:handle`, `HINT: All copies of it are \`uprobe:${path}:handle:inline\`.\n`);
  const bare = compileC(SOURCE, { name: "inlined", flags: ["-O2", "-g0"] });
  await refused(`uprobe:${bare}:handle:inline`, "compile the program with -g.");
});
