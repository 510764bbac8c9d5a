/** `args` of uprobes: parameters by name and type, from debug information (probes-and-cli.md 8). */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect } from "vitest";
import { checkScript, compileC, kernelTest, runTsbt } from "../../support/index.js";

const REQUIREMENTS = { package: ["gcc", "libc6-dev", "binutils"] } as const;

const directory = mkdtempSync(join(tmpdir(), "tsbt-arguments-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** All that is passed by address is on the stack, where it has been written and can be read. */
const SOURCE = `
enum color { RED = -1, GREEN, BLUE };
typedef unsigned long long id_type;
struct point { int x; short y; };
struct all {
  int i; unsigned char c; char text[8]; int list[3]; short grid[2][3];
  union { int number; unsigned char bytes[4]; } u;
  unsigned low : 3; int high : 5; _Bool flag; enum color color; double real;
  struct point at; struct all *next;
  struct { int inside; };
};
#define N __attribute__((noinline, noipa))
N int simple(int a, const char *text, struct all *all) { return a + text[0] + all->i; }
N int kinds(signed char c, unsigned short s, id_type id, enum color color, _Bool flag, void *where) { return c + s + id + color + flag + (where != 0); }
N double mixed(double first, int a, float second, long b) { return first + a + second + b; }
N int by_value(struct point p, int after) { return p.x + p.y + after; }
struct large { long words[4]; };
N struct large large(int a) { struct large l = {{a}}; return l; }
N int nothing(void) { return 1; }
N int many(int a, int b, int c, int d, int e, int f, int g) { return a + b + c + d + e + f + g; }
int main(void) {
  char text[8] = "hello";
  struct all next = { .i = 9 };
  struct all all = { 4, 200, "abc", {1, 2, 3}, {{1, 2, 3}, {4, 5, 6}}, {0x01020304}, 5, -3, 1, BLUE, 1.5, {7, -8}, &next, {42} };
  struct point p = { -2, 3 };
  simple(-5, text, &all); kinds(-1, 65535, 1ULL << 40, RED, 1, 0); mixed(1.5, 10, 2.5, 20); by_value(p, 6);
  large(11); nothing(); many(1, 2, 3, 4, 5, 6, 7);
  return 0;
}`;

const program = (...flags: readonly string[]): string =>
  compileC(SOURCE, { name: "arguments", flags: ["-O0", ...flags] });

/** What a body prints in a probe of a function. */
const prints = (path: string, of: string, body: string, output: string): Promise<unknown> =>
  checkScript({ script: `uprobe:${path}:${of} { ${body} }`, options: ["-c", path], stdout: `${output}\n\n` });

for (const version of [2, 3, 4, 5]) {
  kernelTest(`parameters and structs by version ${version} of the format`, REQUIREMENTS, async () => {
    const path = program(`-gdwarf-${version}`);
    await prints(path, "simple", 'printf("%d %s %d\\n", args.a, str(args.text), args.all.i);', "-5 hello 4\n");
    await prints(
      path,
      "simple",
      "print((args.all.c, args.all.text, args.all.list, args.all.grid[1][2], args.all.u.number, args.all.u.bytes[0]));",
      "(200, abc, [1,2,3], 6, 16909060, 4)\n",
    );
    await prints(
      path,
      "simple",
      "print((args.all.low, args.all.flag, args.all.color, args.all.at.y, args.all.next.i, args.all.inside));",
      "(5, 1, 1, -8, 9, 42)\n",
    );
  });
}

kernelTest("numbers have the width and sign of their type", REQUIREMENTS, async () => {
  await prints(
    program("-g"),
    "kinds",
    "print(args);",
    "{ .c = -1, .s = 65535, .id = 1099511627776, .color = -1, .flag = 1, .where = 0x0 }\n",
  );
});

for (const flags of [["-gdwarf-2", "-gstrict-dwarf"], ["-gdwarf-3"], ["-gdwarf-5"]]) {
  kernelTest(`enums are signed where a constant is negative: ${flags.join(" ")}`, REQUIREMENTS, async () => {
    const path = compileC(
      `enum below { LEAST = -3, MOST = 4 }; enum above { LARGE = 0xfffffff0u };
      struct fields { enum below below : 4; enum above above; };
      __attribute__((noipa)) void enums(enum below below, enum above above, struct fields *fields) { }
      int main(void) { struct fields fields = { LEAST, LARGE }; enums(LEAST, LARGE, &fields); }`,
      { name: "enums", flags: ["-O0", ...flags] },
    );
    await prints(
      path,
      "enums",
      "print((args.below, args.above)); print(*args.fields);",
      "(-3, 4294967280)\n{ .below = -3, .above = 4294967280 }\n",
    );
  });
}

kernelTest("floats are in registers of their own", REQUIREMENTS, async () => {
  if (process.arch !== "x64") return;
  const path = program("-g");
  await prints(path, "mixed", "print((args.a, args.b));", "(10, 20)\n");
  await prints(path, "mixed", "print(args);", "{ .first = null, .a = 10, .second = null, .b = 20 }\n");
});

kernelTest("those that are on the stack", REQUIREMENTS, async () => {
  await prints(program("-g"), "many", "print(args);", "{ .a = 1, .b = 2, .c = 3, .d = 4, .e = 5, .f = 6, .g = 7 }\n");
});

kernelTest("structs by value, and functions that return large ones", REQUIREMENTS, async () => {
  const path = program("-g");
  await prints(
    path,
    "by_value",
    "print((args.p.x, args.p.y, args.after)); print(args.p);",
    "(-2, 3, 6)\n{ .x = -2, .y = 3 }\n",
  );
  await prints(path, "large", "print(args.a);", "11\n");
});

kernelTest("args as a value, a key and by the name of its types", REQUIREMENTS, async () => {
  const path = program("-g");
  await prints(
    path,
    "by_value",
    "$copy = args; print($copy.after); print(*args);",
    "6\n{ .p = { .x = -2, .y = 3 }, .after = 6 }\n",
  );
  await checkScript({
    script: `uprobe:${path}:large { @[args] = count(); @last = args.a; }`,
    options: ["-c", path],
    stdout: "\n\n@[{ .a = 11 }]: 1\n@last: 11\n",
  });
  await prints(path, "simple", "print(((struct point *)((uint64)args.all + offsetof(struct all, at))).x);", "7\n");
});

kernelTest("each function of a probe has its own", REQUIREMENTS, async () => {
  const path = program("-g");
  const { stdout } = await runTsbt([
    "-c",
    path,
    "-e",
    `uprobe:${path}:large, uprobe:${path}:by_value { print(args); }`,
  ]);
  expect(stdout.trim().split("\n").sort()).toEqual(["{ .a = 11 }", "{ .p = { .x = -2, .y = 3 }, .after = 6 }"]);
});

kernelTest("static functions of one name, methods", { package: ["g++", "libc6-dev"] }, async () => {
  writeFileSync(
    join(directory, "one.cc"),
    "static __attribute__((noinline)) int twin(int first) { return first; } int one() { return twin(1); }",
  );
  writeFileSync(
    join(directory, "main.cc"),
    `struct box { int size; __attribute__((noinline)) int grow(int by) { return size += by; } };
    static __attribute__((noinline)) int twin(const char *second) { return second[0]; }
    int one(); int main() { box b = {3}; return one() + twin("2") + b.grow(4) - 58; }`,
  );
  const path = join(directory, "twins");
  execFileSync("g++", ["-g", "-O0", "-o", path, "one.cc", "main.cc"], { cwd: directory });
  await prints(path, "_ZL4twini", "print(args);", "{ .first = 1 }\n");
  await prints(path, 'cpp:"box::grow"', "print((args.this.size, args.by));", "(3, 4)\n");
});

kernelTest("what cannot be had says why", REQUIREMENTS, async () => {
  const path = program("-g");
  const refused = async (point: string, body: string, message: string): Promise<void> => {
    const { stdout, stderr, status } = await runTsbt(["-c", path, "-e", `${point} { ${body} }`]);
    expect({ stdout, status }, stderr).toEqual({ stdout: "", status: 1 });
    expect(stderr).toContain(`ERROR: ${message}\n`);
  };
  await refused(`uprobe:${path}:nothing`, "print(args);", "Cannot read function parameters");
  await refused(`uprobe:${path}:simple`, "print(args.nosuch);", "Can't find function parameter nosuch");
  await refused(
    `uretprobe:${path}:simple`,
    "print(args.a);",
    "The args builtin can only be used with tracepoint, rawtracepoint, fentry/fexit, and uprobe probes (uretprobe used here)",
  );
  const bare = `uprobe:${program("-g0")}:simple`;
  await refused(
    bare,
    "print(args.a);",
    `Could not parse arguments of "${bare}": no debuginfo found for ${program("-g0")}`,
  );
});

kernelTest("-lv shows parameters as the source has them", REQUIREMENTS, async () => {
  const path = program("-g");
  const shown = [`uprobe:${path}:simple`, "    int a", "    const char* text", "    struct all* all"];
  for (const args of [[`uprobe:${path}:simple`], ["-e", `uprobe:${path}:simple { }`]])
    expect(await runTsbt(["-lv", ...args])).toMatchObject({
      stdout: shown.map((line) => `${line}\n`).join(""),
      stderr: "",
    });
  const kinds = await runTsbt(["-lv", `uprobe:${path}:kinds`]);
  expect(kinds.stdout.split("\n").slice(1, -1)).toEqual([
    ...[
      "    signed char c",
      "    short unsigned int s",
      "    id_type id",
      "    enum color color",
      "    _Bool flag",
      "    void* where",
    ],
  ]);
  const bare = program("-g0");
  expect(await runTsbt(["-lv", `uprobe:${bare}:m*`])).toMatchObject({
    stdout: `uprobe:${bare}:main\nuprobe:${bare}:many\nuprobe:${bare}:mixed\n`,
    stderr: `WARNING: No DWARF found for "${bare}", cannot show parameter info\n`,
  });
});
