/**
 * Arguments are found wherever the ABI and the compiler have put them: in registers, on the stack, by reference. Both
 * programs are called with known values, which is what every compiler at every level has to pass.
 */
import { expect } from "vitest";
import { compileC, kernelTest, runTsbt } from "../../support/index.js";
import { PASSING_C, PASSING_CPP } from "./passing.js";

/** By function: what is printed, and what that gives. */
const C: readonly (readonly [of: string, format: string, values: string, output: string])[] = [
  ["ints", "%d %d %d %d %d %d", "args.a, args.b, args.c, args.d >> 38, args.e, args.f", "-5 65535 -100000 4 1 1"],
  [
    "nine",
    "%d %d %d %d %d %d %d %d %d",
    "args.a, args.b, args.c, args.d, args.e, args.f, args.g, args.h, args.i",
    "1 -2 3 -4 5 -6 -7 8 -9",
  ],
  ["flt", "%d %d %d %d %d %d %d", "args.b, args.d, args.f, args.g, args.h, args.i, args.j", "10 20 30 40 50 60 70"],
  ["smalls", "%d %d %d %d %d", "args.s.a, args.s.b, args.t.a, args.t.b, args.after", "-1 7 11 -12 13"],
  ["spill", "%d %d %d %d %d", "args.a, args.e, args.t.a, args.t.b, args.f", "1 5 6 7 8"],
  ["mix", "%d %d", "args.m.a, args.after", "21 22"],
  ["large", "%d %d %d %d %d", "args.a, args.b.w[0], args.b.w[4], args.b.tail, args.c", "1 10 50 60 2"],
  [
    "bitf",
    "%d %d %lx %d %d %lx",
    "args.b.a, args.b.b, args.b.c, args.p.a, args.p.b, args.p.c",
    "5 -3 123456789a 5 -3 123456789a",
  ],
  ["pack", "%d %d %d %d %d %d", "args.p.a, args.p.b >> 31, args.after, args.q.a, args.q.b, args.more", "9 4 8 7 6 5"],
  ["uni", "%x %d", "args.v.i, args.after", "1020304 5"],
  ["ret", "%d %d", "args.a, args.b", "6 7"],
  ["wide", "%d %d", "args.b, args.d", "2 4"],
  ["ptrs", "%d %d %d", "*args.p, (*args.a)[2], args.v", "77 3 0"],
  ["nine_d", "%d %d %d %d %d %d %d", "args.j, args.l, args.m, args.n, args.o, args.p, args.q", "10 12 13 14 15 16 17"],
  ["reduced", "%d", "args.b", "42"],
];

const CPP: typeof C = [
  [
    'cpp:"Derived::grow"',
    "%d %d %d %d %d",
    "args.by, args.other.size, args.this.id, args.this.size, args.this.kind",
    "7 55 5 44 -9",
  ],
  ['cpp:"Derived::make"', "%d", "args.n", "8"],
  [
    'cpp:"deep::er::func"',
    "%d %d %d %d %d %d",
    "*args.ref, *args.rref, args.box.item, args.box.n, args.kind, args.last",
    "10 11 -4 3 200 12",
  ],
  ['cpp:"takes"', "%d %d %d", "args.c.v, args.c.w, args.after", "21 42 22"],
  ['cpp:"gives"', "%d", "args.a", "23"],
  ['cpp:"strs"', "%d", "args.after", "24"],
  ['cpp:"mptr"', "%d %d", "args.after, args.last", "31 32"],
  ['cpp:"virt"', "%d", "args.v.own", "66"],
];

const WAYS = [
  ["-O0", "-gdwarf-4"],
  ["-O2", "-gdwarf-5"],
  ["-O3", "-fomit-frame-pointer", "-gdwarf-4"],
  ["-O0", "-gdwarf-5"],
] as const;

const PROGRAMS = [
  { source: PASSING_C, language: "c", rows: C, compilers: ["gcc", "clang"] },
  { source: PASSING_CPP, language: "c++", rows: CPP, compilers: ["g++", "clang++"] },
] as const;

for (const { source, language, rows, compilers } of PROGRAMS) {
  for (const compiler of compilers) {
    for (const flags of WAYS) {
      const needs = {
        package: [compiler.startsWith("clang") ? "clang" : "g++", "libc6-dev"],
        timeoutMs: 60_000,
      } as const;
      kernelTest(`arguments as ${compiler} ${flags.join(" ")} passes them`, needs, async () => {
        const path = compileC(source, { name: "passing", flags: ["-w", ...flags], language, compiler });
        const script = rows.map(
          ([of, format, values], i) => `uprobe:${path}:${of} { printf("${i} ${format}\\n", ${values}); }`,
        );
        const { stdout, stderr } = await runTsbt(["-q", "-c", path, "-e", script.join("\n")]);
        const expected = rows.map(([of, , , output], i) => `${of}: ${i} ${output}`);
        const lines = stdout.split("\n").filter((line) => line !== "");
        const found = lines.map((line) => `${rows[Number(line.split(" ")[0])]?.[0] ?? ""}: ${line}`);
        expect(found.sort(), stderr).toEqual([...expected].sort());
      });
    }
  }
}

kernelTest("what no program can read says where it is", { package: ["gcc", "libc6-dev"] }, async () => {
  const path = compileC(PASSING_C, { name: "passing", flags: ["-w", "-O2", "-g"] });
  const refused = async (point: string, body: string, message: string): Promise<void> => {
    const { stderr, status } = await runTsbt(["-c", path, "-e", `uprobe:${path}:${point} { ${body} }`]);
    expect(status, stderr).toBe(1);
    expect(stderr).toContain(`ERROR: ${message}\n`);
  };
  await refused(
    "flt",
    "print(args.a);",
    "Can't read a: it is in the register xmm0, and programs in the kernel cannot read those of floating-point numbers",
  );
  await refused("flt", "print(args.e);", "Can't read e: it is a floating-point number, and scripts have none");
  await refused("mix", "print(args.m.b);", "Can't read b: it is a floating-point number, and scripts have none");
  await refused("wide", "print(args.a);", "Can't read a: scripts have no values of its type");
});

kernelTest("arguments as wholes: printed, as keys and in records", { package: ["gcc", "libc6-dev"] }, async () => {
  const path = compileC(PASSING_C, { name: "passing", flags: ["-w", "-O2", "-g"] });
  const { stdout } = await runTsbt([
    "-q",
    "-c",
    path,
    "-e",
    `uprobe:${path}:spill { print(args); @whole[args] = args.t; @tuple = (args.t, args.f); }
     uprobe:${path}:large { print((inside = args.b, args.c)); @[args.b] = count(); $b = args.b; print($b.w[1]); }
     uprobe:${path}:bitf { print(args.b); print(*args.p); }`.replace("args.c)", "c = args.c)"),
  ]);
  expect(stdout.trim().split("\n")).toEqual([
    "{ .a = 1, .b = 2, .c = 3, .d = 4, .e = 5, .t = { .a = 6, .b = 7 }, .f = 8 }",
    "{ .inside = { .w = [10,20,30,40,50], .tail = 60 }, .c = 2 }",
    "20",
    "{ .a = 5, .b = -3, .c = 78187493530 }",
    "{ .a = 5, .b = -3, .c = 78187493530 }",
    "",
    "",
    "@[{ .w = [10,20,30,40,50], .tail = 60 }]: 1",
    "@tuple: ({ .a = 6, .b = 7 }, 8)",
    "@whole[{ .a = 1, .b = 2, .c = 3, .d = 4, .e = 5, .t = { .a = 6, .b = 7 }, .f = 8 }]: { .a = 6, .b = 7 }",
  ]);
});

kernelTest("types and constants of the program by name", { package: ["gcc", "libc6-dev"] }, async () => {
  const path = compileC(PASSING_C, { name: "passing", flags: ["-w", "-O2", "-g"] });
  const { stdout, stderr } = await runTsbt([
    "-q",
    "-c",
    path,
    "-e",
    `uprobe:${path}:bitf { print(*(struct bits *)arg1); print(((struct bits *)arg1).c); }
     uprobe:${path}:ints { print((args.f == BLUE, RED, sizeof(struct big), offsetof(struct big, tail))); }
     uretprobe:${path}:ret { print(((struct big *)retval).w[1]); $r = (struct big *)retval; print(*$r); }
     uprobe:${path}:uni { $u = (union u *)0; print(sizeof(*$u)); print(sizeof(struct task_struct) > 100); }`,
  ]);
  expect(stderr).toBe("");
  expect(stdout.trim().split("\n").sort()).toEqual(
    [
      "{ .a = 5, .b = -3, .c = 78187493530 }",
      "78187493530",
      "(true, -1, 48, 40)",
      "7",
      "{ .w = [6,7,0,0,0], .tail = 0 }",
      "4",
      "true",
    ].sort(),
  );
});

const UNUSED = `
volatile long sink;
__attribute__((noinline)) void part(int unused, int used) { sink = used; }
struct two { long a, b; };
__attribute__((noinline)) void half(struct two t, int after) { sink = t.a + after; }
int main(int argc, char **argv) { part(argc + 41, 7); half((struct two){argc + 1, argc + 2}, 8); return 0; }`;

kernelTest(
  "what clang's callers leave out, as nobody uses it, has no value",
  { package: ["clang", "gcc", "libc6-dev"] },
  async () => {
    const path = compileC(UNUSED, { name: "unused", compiler: "clang", flags: ["-g", "-O2"] });
    const script = `uprobe:${path}:part { print(args.used); } uprobe:${path}:half { print(args.after); }`;
    const { stdout, stderr } = await runTsbt(["-q", "-c", path, "-e", script]);
    expect(stdout.split("\n").filter(Boolean), stderr).toEqual(["7", "8"]);
    for (const gone of ["part { print(args.unused); }", "half { print(args.t); }"]) {
      const asked = await runTsbt(["-q", "-c", path, "-e", `uprobe:${path}:${gone}`]);
      expect(asked.stderr).toMatch(/Can't read (?:unused|t): the compiler has optimised it out/);
    }
  },
);
