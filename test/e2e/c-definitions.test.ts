import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe } from "vitest";
import { checkScript, compileC, kernelTest, type ScriptExpectation } from "../support/index.js";
import { TEST_CACHE_DIR } from "../support/project.js";

/** The same text is compiled by gcc and given to scripts. */
const DEFINITIONS = `
enum color { RED, GREEN = 3, BLUE };
enum sign { MINUS = -1, PLUS = 1 };
struct point { short x; long y; };
struct named { int id; char name[4]; int after; };
struct tight { char a; int b; long c : 61; unsigned d : 7; short e; } __attribute__((packed));
struct all {
  char text[4];
  unsigned char bytes[4];
  signed char small[2];
  _Bool yes, no;
  int grid[2][3];
  enum color color, unknown;
  enum sign sign;
  int minus : 5;
  unsigned plus : 3;
  long wide : 40;
  struct named named;
  struct point points[2];
  union { int word; short half; };
  struct { struct { char deep; }; } inner;
  void *pointer;
  void (*function)(void);
  struct all *self;
  float number;
  char letter;
  char words[2][3];
  struct tight tight;
  unsigned long last __attribute__((aligned(32)));
};
`;

const PROGRAM = `#include <stddef.h>
${DEFINITIONS}
_Static_assert(sizeof(struct all) == 224 && sizeof(struct tight) == 16, "");
_Static_assert(offsetof(struct all, last) == 192 && offsetof(struct all, named.after) == 64, "");
struct all all = {
  .text = "abcd", .bytes = { 1, 255, 65, 0 }, .small = { -1, 65 }, .yes = 1,
  .grid = { { 1, 2, 3 }, { 4, 5, -6 } },
  .color = BLUE, .unknown = 9, .sign = MINUS, .minus = -3, .plus = 5, .wide = -77,
  .named = { 9, "xyz", 10 }, .points = { { 1, 2 }, { -3, 1L << 40 } },
  .word = 0x10002, .inner = { { 'd' } }, .pointer = (void *)0x1234, .function = (void (*)(void))0x55,
  .self = &all, .number = 1.5, .letter = 'z', .words = { "a", "bcd" },
  .tight = { 't', -2, -(1L << 40), 100, -5 }, .last = 77,
};
__attribute__((noinline)) int probed(struct all *all, struct named *named) { return all->word + named->id; }
int main(void) { return probed(&all, &all.named) == 0; }
`;

/** What scripts write about \`$a\`, a pointer to it all, and what is printed. */
const EXPRESSIONS: readonly (readonly [expression: string, printed: string])[] = [
  ["$a->text", "abcd"],
  ["sizeof($a->text)", "5"],
  ["$a->text[1]", "98"],
  ["$a->bytes", "[1,255,65,0]"],
  ["$a->bytes[1]", "255"],
  ["$a->small", "[-1,65]"],
  ["$a->yes", "1"],
  ["$a->no", "0"],
  ["$a->grid", "[[1,2,3],[4,5,-6]]"],
  ["$a->grid[1]", "[4,5,-6]"],
  ["$a->grid[1][2]", "-6"],
  ["sizeof($a->grid)", "24"],
  ["$a->color", "BLUE"],
  ["$a->unknown", "9"],
  ["$a->sign", "MINUS"],
  ["(uint64)$a->color", "4"],
  ["$a->color == BLUE", "true"],
  ["sizeof($a->color)", "4"],
  ["sizeof(BLUE)", "8"],
  ["(enum color)3", "GREEN"],
  ["$a->minus", "-3"],
  ["$a->plus", "5"],
  ["$a->wide", "-77"],
  ["$a->named", "{ .id = 9, .name = xyz, .after = 10 }"],
  ["$a->named.name", "xyz"],
  ["$a->points", "[{ .x = 1, .y = 2 },{ .x = -3, .y = 1099511627776 }]"],
  ["$a->points[1].y", "1099511627776"],
  ["$a->word", "65538"],
  ["$a->half", "2"],
  ["$a->inner", "{ .deep = 100 }"],
  ["$a->inner.deep", "100"],
  ["$a->pointer", "0x1234"],
  ["$a->function", "0x55"],
  ["$a->self->self->letter", "122"],
  ["$a->self == $a", "true"],
  ["$a->words[0]", "a"],
  ["$a->words[1]", "bcd"],
  ["$a->words[(uint64)(arg0 > 0)]", "bcd"],
  ["$a->words", "[a,bcd]"],
  ["sizeof($a->words)", "6"],
  ["sizeof($a->words[1])", "4"],
  ["$a->tight", "{ .a = 116, .b = -2, .c = -1099511627776, .d = 100, .e = -5 }"],
  ["$a->tight.b", "-2"],
  ["$a->tight.c", "-1099511627776"],
  ["$a->tight.d", "100"],
  ["$a->tight.e", "-5"],
  ["$a->last", "77"],
  ["(*$a).last", "77"],
  ["$a[0].last", "77"],
  ["((struct named *)arg1)->name", "xyz"],
  ["((struct named *)arg1)[0].after", "10"],
  ["sizeof(struct all)", "224"],
  ["sizeof(*$a)", "224"],
  ["sizeof(struct tight)", "16"],
  ["offsetof(struct all, last)", "192"],
  ["offsetof(struct all, named.after)", "64"],
  ["offsetof(struct tight, b)", "1"],
  ["(1, $a->named)", "(1, { .id = 9, .name = xyz, .after = 10 })"],
  ["(p = $a->points[0], t = $a->text)", "{ .p = { .x = 1, .y = 2 }, .t = abcd }"],
];

const WHOLE =
  "{ .text = abcd, .bytes = [1,255,65,0], .small = [-1,65], .yes = 1, .no = 0, .grid = [[1,2,3],[4,5,-6]], .color = BLUE, .unknown = 9, .sign = MINUS, " +
  ".minus = -3, .plus = 5, .wide = -77, .named = { .id = 9, .name = xyz, .after = 10 }, .points = [{ .x = 1, .y = 2 },{ .x = -3, .y = 1099511627776 }], " +
  ".word = 65538, .half = 2, .inner = { .deep = 100 }, .pointer = 0x1234, .function = 0x55, .self = 0x[0-9a-f]+, .number = null, .letter = 122, .words = [a,bcd], " +
  ".tight = { .a = 116, .b = -2, .c = -1099511627776, .d = 100, .e = -5 }, .last = 77 }";

/** With the pointer to itself as a pattern. */
const wholeStruct = (before: string): RegExp =>
  new RegExp(
    `^${before}${WHOLE.replace(/[[\](){}.^$*|?\\]/g, "\\$&").replace("0x\\[0-9a-f\\]+", "0x[0-9a-f]+")}$`,
    "m",
  );

const NEEDS = { package: ["gcc", "libc6-dev"] } as const;

/** Runs a body when the program calls its function; `$a` points to the struct. */
async function probing(body: string, expected: Omit<ScriptExpectation, "script">): Promise<void> {
  const program = compileC(PROGRAM, { name: "structs", flags: ["-O0", "-g", "-w"] });
  const script = `${DEFINITIONS}uprobe:${program}:probed { $a = (struct all *)arg0; ${body} }`;
  await checkScript({ ...expected, script, options: ["-c", program, ...(expected.options ?? [])] });
}

describe("structs that a script defines", () => {
  const HALF = Math.ceil(EXPRESSIONS.length / 2);
  for (const part of [EXPRESSIONS.slice(0, HALF), EXPRESSIONS.slice(HALF)]) {
    kernelTest(`members are read as C has them: ${part[0]?.[0]} to ${part.at(-1)?.[0]}`, NEEDS, () =>
      probing(part.map(([expression]) => `print(${expression});`).join(" "), {
        stdout: `${part.map(([, printed]) => `${printed}\n`).join("")}\n\n`,
      }),
    );
  }

  kernelTest("a whole struct is printed, member by member", NEEDS, () =>
    probing("print(*$a); @whole = *$a;", { match: [wholeStruct(""), wholeStruct("@whole: ")] }),
  );

  kernelTest("structs are values of variables and maps, and keys", NEEDS, () =>
    probing(
      `$n = $a->named; print($n); print($n.name); print($n.after); @v = $n; @k[$n] = 1; @k[$a->named]++; @p[1] = $a->points[1];
       print(@v.name); print(@p[1].y); @name[$n.name] = 1; @name[$a->named.name]++; @t[$a->text, $a->color] = 1;`,
      {
        stdout:
          "{ .id = 9, .name = xyz, .after = 10 }\nxyz\n10\nxyz\n1099511627776\n\n\n" +
          "@k[{ .id = 9, .name = xyz, .after = 10 }]: 2\n@name[xyz]: 2\n@p[1]: { .x = -3, .y = 1099511627776 }\n@t[abcd, BLUE]: 1\n" +
          "@v: { .id = 9, .name = xyz, .after = 10 }\n",
      },
    ),
  );

  kernelTest("printf formats members", NEEDS, () =>
    probing('printf("%s|%s|%d|%s|%x|%p\\n", $a->text, $a->named.name, $a->color, $a->color, $a->minus, $a->pointer);', {
      match: /^abcd\|xyz\|4\|BLUE\|[0-9a-f]*d\|0x1234$/m,
    }),
  );

  kernelTest("an index that is not constant is checked", NEEDS, () =>
    probing(
      "$i = (uint64)(arg0 == 0 ? 0 : 1); print($a->grid[$i][$i]); print($a->points[$i].x); print($a->bytes[$i + (uint64)9]);",
      {
        match: /^5\n-3\n0\n/,
        stderrMatch: /WARNING: Array access out of bounds/,
      },
    ),
  );
});

const BIT_FIELDS = `
enum color { RED, GREEN = 3, BLUE };
enum sign { MINUS = -2, PLUS = 1 };
struct inner { int x : 5; unsigned y : 5; signed char z : 4; };
struct bits {
  int a : 3; unsigned b : 5; long long c : 40; enum color color : 3; enum sign sign : 3; _Bool yes : 1;
  struct inner inner; struct { short q : 7; int r; }; struct inner two[2];
  long long wide : 63; unsigned long long all : 64; char ch : 4;
};
`;

const BITS_PROGRAM = `${BIT_FIELDS}
__attribute__((noinline)) int probed(struct bits *bits) { return bits->r; }
struct bits bits = { -3, 29, -1000, BLUE, MINUS, 1, { -7, 20, -5 }, { -33, 7 }, { { -1, 1, -2 }, { -16, 31, -8 } }, -5, -1, -4 };
int main(void) { return probed(&bits) == 0; }
`;

const WHOLE_BITS =
  "{ .a = -3, .b = 29, .c = -1000, .color = BLUE, .sign = MINUS, .yes = 1, .inner = { .x = -7, .y = 20, .z = -5 }, .q = -33, .r = 7, " +
  ".two = [{ .x = -1, .y = 1, .z = -2 },{ .x = -16, .y = 31, .z = -8 }], .wide = -5, .all = 18446744073709551615, .ch = -4 }";

const BITS_JSON =
  '{"a": -3, "b": 29, "c": -1000, "color": 4, "sign": -2, "yes": 1, "inner": {"x": -7, "y": 20, "z": -5}, "q": -33, "r": 7, ' +
  '"two": [{"x": -1, "y": 1, "z": -2},{"x": -16, "y": 31, "z": -8}], "wide": -5, "all": "18446744073709551615", "ch": -4}';

/** The reference shows all of them without a sign, in the struct and alone. */
describe("bit-fields have the sign of their type", () => {
  const probingBits = async (body: string, expected: Omit<ScriptExpectation, "script">): Promise<void> => {
    const program = compileC(BITS_PROGRAM, { name: "bits", flags: ["-O0", "-g", "-w"] });
    const script = `${BIT_FIELDS}uprobe:${program}:probed { $s = (struct bits *)arg0; ${body} }`;
    await checkScript({ ...expected, script, options: ["-c", program, ...(expected.options ?? [])] });
  };

  kernelTest("one by one", NEEDS, () =>
    probingBits(
      `print(($s.a, $s.b, $s.c)); print(($s.color, $s.sign, $s.yes)); print(($s.inner.x, $s.inner.y, $s.inner.z, $s.q));
       print(($s.two[0].x, $s.two[1].x, $s.two[1].z)); print(($s.wide, $s.all, $s.ch)); $c = *$s; print(($c.a, $c.sign, $c.inner.x, $c.wide));
       printf("%d %d %lld %d %s\\n", $s.a, $s.inner.x, $s.c, $s.sign, $s.sign); print(($s.a + 1, -$s.a, $s.a < 0, $s.sign == -2));
       print(($s.a == $c.a, $s.two[(uint64)($s.r - 6)].x, sizeof($s.a), sizeof($s.ch)));`,
      {
        stdout: [
          "(-3, 29, -1000)",
          "(BLUE, MINUS, 1)",
          "(-7, 20, -5, -33)",
          "(-1, -16, -8)",
          "(-5, 18446744073709551615, -4)",
          "(-3, MINUS, -7, -5)",
          "-3 -7 -1000 -2 MINUS",
          "(-2, 3, true, true)",
          "(true, -16, 4, 1)",
          "\n\n",
        ].join("\n"),
      },
    ),
  );

  kernelTest("in the struct, in maps, keys, tuples and records", NEEDS, () =>
    probingBits(
      `print(*$s); print($s.two); print((*$s, 1)); print((r = $s.inner)); printf("%s\\n", *$s); @v = *$s; @k[*$s] = $s.a; @a[$s.a, $s.sign] = $s.sign;
       @w = (int64)$s.sign; print((@v.a, @v.inner.x, @v.sign));`,
      {
        stdout: [
          WHOLE_BITS,
          "[{ .x = -1, .y = 1, .z = -2 },{ .x = -16, .y = 31, .z = -8 }]",
          `(${WHOLE_BITS}, 1)`,
          "{ .r = { .x = -7, .y = 20, .z = -5 } }",
          WHOLE_BITS,
          "(-3, -7, MINUS)",
          "\n",
          "@a[-3, MINUS]: MINUS",
          `@k[${WHOLE_BITS}]: -3`,
          `@v: ${WHOLE_BITS}`,
          "@w: -2",
          "",
        ].join("\n"),
      },
    ),
  );

  kernelTest("in JSON", NEEDS, () =>
    probingBits("print(*$s); print($s.inner.x); @v = *$s; @[$s.inner.x] = $s.sign;", {
      options: ["-q", "-f", "json"],
      stdout: [
        `{"type": "value", "data": ${BITS_JSON}}`,
        '{"type": "value", "data": -7}',
        '{"type": "map", "data": {"@": {"-7": -2}}}',
        `{"type": "map", "data": {"@v": ${BITS_JSON}}}`,
        "",
      ].join("\n"),
    }),
  );
});

interface Row extends Omit<ScriptExpectation, "script"> {
  readonly claim: string;
  readonly script: string;
}

const begin = (definitions: string, body: string): string => `${definitions}\nbegin { ${body} exit(); }`;

const ROWS: readonly Row[] = [
  {
    claim: "the script's struct wins over the kernel's",
    script: begin(
      "struct task_struct { int a; };",
      "print(sizeof(struct task_struct)); print(offsetof(struct task_struct, a));",
    ),
    match: /^4\n0\n/,
  },
  {
    claim: "the kernel's types may be members",
    script: begin(
      "struct mine { struct list_head list; u32 number; bool is; enum pid_type type; struct task_struct *task; char comm[TASK_COMM_LEN]; };",
      "print(sizeof(struct mine)); print(offsetof(struct mine, task)); $m = (struct mine *)0; print($m->list); print(sizeof($m->comm));",
    ),
    match: /^56\n32\n\{ \.next = 0x0, \.prev = 0x0 \}\n17\n/,
  },
  {
    claim: "what the script only declares is the kernel's",
    script: begin(
      "struct mine { struct task_struct *task; };",
      "$m = (struct mine *)0; print(sizeof(*$m->task) == sizeof(struct task_struct));",
    ),
    match: /^true\n/,
  },
  {
    claim: "macros are expressions",
    script: begin(
      '#define W 3 + 4\n#define NAME "abc"\n#define TWICE (W * 2)',
      "print(W * 2); printf(NAME); print(TWICE); unroll (W) { @++ }",
    ),
    match: [/^14\nabc14\n/, /^@: 7$/m],
  },
  {
    claim: "conditions choose among definitions",
    script: begin(
      "#ifdef BPFTRACE_HAVE_BTF\n#define A 1\n#else\n#define A 2\n#endif\n#if A == 1 && defined(__x86_64__) || defined(__aarch64__)\nstruct s { int a[A + 2]; };\n#endif",
      "print(sizeof(struct s));",
    ),
    match: /^12\n/,
  },
  {
    claim: "enumerators print their names, also as keys",
    script: begin(
      "enum e { A, B = 5 }; enum { C = 9 };",
      'print(B); printf("%s %d\\n", B, B); @[B] = A; print(C + 1); print(sizeof(enum e));',
    ),
    match: [/^B\nB 5\n10\n8\n/, /^@\[B\]: A$/m],
  },
  {
    claim: "an enumerator below zero keeps its name, and is an unsigned number",
    script: begin(
      "enum e { MINUS = -2, PLUS = 1 };",
      `print(MINUS); print((enum e)-2); $n = (int32)-2; print((enum e)$n); @[MINUS] = MINUS; print(MINUS < 0); print((int8)MINUS); print(MINUS == 18446744073709551614);
       print(RPM_INVALID); print((enum rpm_status)-1); let $x: enum rpm_status = RPM_INVALID; print($x); print(RPM_INVALID < 0);`,
    ),
    match: [
      /^MINUS\nMINUS\nMINUS\nfalse\n-2\ntrue\nRPM_INVALID\nRPM_INVALID\nRPM_INVALID\nfalse\n/,
      /^@\[MINUS\]: MINUS$/m,
    ],
  },
  {
    claim: "an enumerator below zero is compared with a negative number as one of 64 bits",
    script: begin("enum e { MINUS = -2 };", "print(MINUS == -2);"),
    match: /^true\n/,
    stderrMatch: /WARNING: Expression of type: enum e being cast to type: int64\./,
  },
  {
    claim: "a kernel header that is not there is not missed",
    script: begin("#include <net/sock.h>\n#include <linux/blkdev.h>", "print(sizeof(struct sock) > 0);"),
    match: /^true\n/,
  },
  {
    claim: "a missing header ends with status 2",
    script: begin("#include <nosuch.h>\nstruct s { foo_t a; };", ""),
    status: 2,
    stdout: "",
    stderr: "definitions.h:2:10: fatal error: 'nosuch.h' file not found\nClang parse error\n",
  },
  {
    claim: "a type that nobody knows is told with a hint",
    script: begin("struct s { foo_t a; };", ""),
    status: 2,
    stdout: "",
    stderr:
      "definitions.h:2:12: error: unknown type name 'foo_t'\n" +
      "ERROR: Include headers with missing type definitions or install BTF information to your system.\nClang parse error\n",
  },
  {
    claim: "a member of an incomplete type is refused, also where the kernel only declares it",
    script: begin("struct s { int a; struct nosuch b; struct mtd_info d[2]; };", "print(sizeof(struct s));"),
    status: 2,
    stdout: "",
    stderr:
      "definitions.h:2:33: error: field has incomplete type 'struct nosuch'\ndefinitions.h:2:26: note: forward declaration of 'struct nosuch'\n" +
      "definitions.h:2:53: error: array has incomplete element type 'struct mtd_info'\ndefinitions.h:2:43: note: forward declaration of 'struct mtd_info'\n" +
      "Clang parse error\n",
  },
  {
    claim: "the kernel's integers of 16 bytes have their place",
    script: begin("struct s { int a; u128 b; int c; };", "print(sizeof(struct s)); print(offsetof(struct s, c));"),
    match: /^48\n32\n/,
  },
  {
    claim: "a macro that is no expression is refused where it is used",
    script: begin("#define L 5UL", "print(L);"),
    status: 1,
    stdout: "",
    stderr:
      "stdin:2:15-16: ERROR: unable to expand macro as an expression: 5UL\nbegin { print(L); exit(); }\n              ~\n",
  },
];

describe("C definitions", () => {
  for (const { claim, ...expectation } of ROWS)
    kernelTest(claim, {}, async () => void (await checkScript(expectation)));

  kernelTest("headers of the machine are read", { package: "libc6-dev" }, async () => {
    await checkScript({
      script: begin(
        "#include <netinet/in.h>\n#include <linux/limits.h>\n#include <fcntl.h>",
        "print(AF_INET6); print(IPPROTO_TCP); print(PATH_MAX); print(O_CREAT); print(sizeof(struct sockaddr_in6));",
      ),
      match: /^10\nIPPROTO_TCP\n4096\n64\n28\n/,
    });
  });

  kernelTest("-I and --include name headers", {}, async () => {
    const dir = join(TEST_CACHE_DIR, "headers");
    mkdirSync(join(dir, "sub"), { recursive: true });
    writeFileSync(join(dir, "own.h"), '#include "sub/inner.h"\nstruct own { inner_t inner; };\n');
    writeFileSync(join(dir, "sub", "inner.h"), '#include "next.h"\ntypedef struct { next_t a, b; } inner_t;\n');
    writeFileSync(join(dir, "sub", "next.h"), "#pragma once\ntypedef long next_t;\n");
    const body = begin("", "print(sizeof(struct own)); print(sizeof(inner_t));");
    await checkScript({ options: ["-I", dir], script: `#include "own.h"${body}`, match: /^16\n16\n/ });
    await checkScript({ options: ["-I", dir, "--include", "own.h"], script: body, match: /^16\n16\n/ });
    await checkScript({ options: ["--include", join(dir, "own.h")], script: body, match: /^16\n16\n/ });
    await checkScript({
      options: ["--include", "nosuch.h"],
      script: body,
      status: 2,
      stdout: "",
      stderr: "fatal error: 'nosuch.h' file not found\nClang parse error\n",
    });
  });
});
