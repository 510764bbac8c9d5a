import { describe } from "vitest";
import { checkScript, compileC, kernelTest } from "../support/index.js";

/** What it passes to f() has been touched: pages that nobody has read cannot be read by a program of the kernel. */
const PROGRAM = `
#include <stdint.h>
struct inner { int32_t x; char name[8]; };
struct outer {
  int8_t i8; uint16_t u16; int32_t i32; uint64_t u64;
  unsigned a : 3; int b : 5; unsigned long c : 40;
  struct inner in; struct inner *next; const char *text; int array[4]; struct inner many[2];
  int32_t **pp;
};
static struct inner second = { -7, "second" };
static int32_t number = 1234, *pointer = &number;
static struct outer first = {
  -5, 60000, -100000, 0x1122334455667788, 5, -3, 0x1234567890,
  { 42, "inner" }, &second, "hello from user space", { 10, -20, 30, -40 }, { { 1, "one" }, { 2, "fullname" } }, &pointer,
};
static const char argument[] = "argument";
static volatile unsigned sum;
static void touch(const char *s) { while (*s) sum += *s++; }
int f(struct outer *o, int n, const char *s, int32_t *p, uint8_t byte) {
  return n + *p + byte + o->i8;
}
int main(void) {
  int32_t values[5] = { 100, -200, 300, -400, 500 };
  touch(first.text);
  touch(argument);
  return f(&first, -42, argument, values, 200) == 253 ? 0 : 1;
}
`;

const TYPES = `
struct inner_s { int x; char name[8]; };
struct outer_s {
  signed char i8; unsigned short u16; int i32; unsigned long u64;
  unsigned a : 3; int b : 5; unsigned long c : 40;
  struct inner_s in; struct inner_s *next; const char *text; int array[4]; struct inner_s many[2];
  int **pp;
};
`;

/** Bodies of a probe on f(), and what they print. Confirmed with bpftrace 0.27.1, unless a comment says otherwise. */
const ROWS: readonly (readonly [claim: string, body: string, ...prints: string[]])[] = [
  ["arguments", "print((int32)arg1); print(str(arg2)); print((uint8)arg4);", "-42", "argument", "200"],
  [
    "pointers to integers",
    `print(*(int32 *)arg3); $p = (int32 *)arg3; print($p[1]); print(*($p + 2)); $p++; print(*$p); $i = 2; print($p[$i]);
      $p += 2; print(*$p); --$p; print(*$p); $c = (uint8 *)arg2; print($c[0]); print(*($c + 1)); print($c[2] == 103);`,
    ...["100", "-200", "300", "-200", "-400", "-400", "300", "97", "114", "true"],
  ],
  [
    "integers as addresses",
    "$v = (int64)arg3; print(*(int32 *)$v); print(*(int32 *)($v + 4)); print(*arg3 & 0xff); print(str((uint64)arg2 + 3));",
    ...["100", "-200", "100", "ument"],
  ],
  [
    "strings at pointers",
    `$c = (int8 *)arg2; print(str($c + 3)); print(str(arg2, 4)); $n = 3; print(str(arg2, $n)); $s = str(arg2);
      print($s[0]); printf("%s|%s\\n", str(arg2), str($c + 1)); print((str(arg2), 1)); print(str(arg2) == "argument");`,
    ...["ument", "arg", "ar", "97", "argument|rgument", "(argument, 1)", "true"],
  ],
  [
    "members",
    // The reference loses the sign of the bit-field.
    `$o = (struct outer_s *)arg0; print($o.i8); print($o.u16); print($o.i32); print($o.u64); print($o.a); print($o.b);
      print($o.c); print($o.in.x); print($o.in.name); print($o->next->x); print((*$o.next).name); print(str($o.text));`,
    ...["-5", "60000", "-100000", "1234605616436508552", "5", "-3", "78187493520", "42", "inner", "-7", "second"],
    "hello from user space",
  ],
  [
    "arrays in structs",
    `$o = (struct outer_s *)arg0; print($o.array); print($o.array[0]); $i = 1; print($o.array[$i]);
      print($o.many[$i].x); $a = $o.array; print($a == $o.array); $i = 3; print($a[$i]); $n = (int64)0;
      for ($j : 0..4) { $n += $o.array[$j]; } print($n);`,
    ...["[10,-20,30,-40]", "10", "-20", "2", "true", "-40", "-20"],
  ],
  [
    // The reference reads a byte too many.
    "char arrays that fill their bytes",
    `$o = (struct outer_s *)arg0; print($o.many[1].name); print($o.many[1].name == "fullname"); $n = $o.many[1].name;
      print($n == "fullnamex"); @[$n] = 1; @["fullname"] = 2; print(len(@)); clear(@);`,
    ...["fullname", "true", "false", "1"],
  ],
  [
    "pointers to pointers",
    "$o = (struct outer_s *)arg0; $pp = $o.pp; print(**$pp); print(*$pp[0]); $q = *$pp; print($q[0]); print(*$q);",
    ...["1234", "1234", "1234", "1234"],
  ],
  [
    "copies of whole structs",
    `$o = (struct outer_s *)arg0; $s = *$o; print($s.b); print($s.in.name); print($s.next.name); $i = 1;
      print($s.many[$i].x); $in = $s.in; print($in); @x = $s; print(@x.u64); @y[$in.name] = $s.array; print(@y["inner"][2]);
      $t = ($s.in.name, $s.array, $s.b); print($t); @z[$t] = 1; @z[("inner", $s.array, (int32)-3)] = 2; print(len(@z));
      @k[$o.in] = 1; @k[$in] = 2; print(len(@k)); clear(@x); clear(@y); clear(@z); clear(@k);`,
    ...["-3", "inner", "second", "2", "{ .x = 42, .name = inner }", "1234605616436508552", "30"],
    ...["(inner, [10,-20,30,-40], -3)", "1", "1"],
  ],
  [
    "pointers in maps, tuples and branches stay pointers to user memory",
    `$o = (struct outer_s *)arg0; @p = $o; print(@p.in.name); @q[1] = $o.next; print(@q[1].name); print(@q[1] == $o.next);
      for ($kv : @q) { print($kv.1.x); } $t = ($o, 1); print($t.0.in.name); $z = pid ? $o : (struct outer_s *)0;
      print($z.i32); @r[tid] = arg2; print(str(@r[tid])); clear(@p); clear(@q); clear(@r);`,
    ...["inner", "second", "true", "-7", "inner", "-100000", "argument"],
  ],
  [
    "the address of a variable is the kernel's",
    "$x = (uint64)5; $k = &$x; $o = (struct outer_s *)arg0; print(*$k); print($o.i8 + (int64)*$k);",
    ...["5", "0"],
  ],
];

describe("memory of a process", () => {
  for (const [claim, body, ...prints] of ROWS) {
    kernelTest(claim, { package: ["gcc", "libc6-dev"] }, async () => {
      const program = compileC(PROGRAM, { name: "memory" });
      const script = `${TYPES} uprobe:${program}:f { ${body} }`;
      const stdout = `${prints.map((line) => `${line}\n`).join("")}\n\n`;
      // Numbers of user and kernel memory in one operation are worth a warning.
      await checkScript({ options: ["-c", program], script, stdout, stderrMatch: /^(.*WARNING.*\n.*\n.*\n)*Attached/ });
    });
  }

  kernelTest("an index that is not constant is checked", { package: ["gcc", "libc6-dev"] }, async () => {
    const program = compileC(PROGRAM, { name: "memory" });
    await checkScript({
      options: ["-c", program],
      script: `${TYPES} uprobe:${program}:f { $o = (struct outer_s *)arg0; $i = 4; print($o.array[$i]);
        let $j: uint8 = 200; print($o.many[$j].x); print($o.array[(uint64)$o.u64]); }`,
      stdout: "0\n0\n0\n\n\n",
      stderrMatch: /(.*WARNING: Array access out of bounds\. This can lead to unexpected results\.\n[^]*){3}/,
    });
  });
});
