import { languageTests } from "./language-rows.js";

languageTests("21 Names and calls", {
  "21 types of builtins": [
    {
      script:
        "begin { print(sizeof(pid)); print(sizeof(tid)); print(sizeof(nsecs)); print(sizeof(elapsed())); print(sizeof(cpu())); print(sizeof(uid())); print(sizeof(gid())); print(sizeof(comm())); print(sizeof(curtask())); print(sizeof(probe())); print(sizeof($#)); }",
      prints: ["4", "4", "8", "8", "8", "8", "8", "16", "8", "6", "1"],
    },
    { script: "begin { $p = pid; $p = -1; print(sizeof($p)); $c = comm; print($c == comm); }", prints: ["8", "true"] },
  ],
  "21 types of calls": [
    {
      script:
        'begin { @m[1] = 1; print(sizeof(len(@m))); print(sizeof(has_key(@m, 1))); print(has_key(@m, 1)); print(sizeof(delete(@m, 1))); $p = "abc"; print(sizeof(str($p))); print(sizeof(str($p, 5))); }',
      prints: ["8", "1", "true", "1", "1024", "6"],
      maps: ["@m[1]: 1"],
    },
  ],
  "21 arity": [
    { script: "begin { exit(1, 2); }", says: ["1:9-19 ERROR: exit() takes up to one argument (2 provided)"] },
    { script: "begin { str(); }", says: ["1:9-14 ERROR: str() requires at least one argument (0 provided)"] },
    { script: "begin { time(1, 2); }", says: ["1:9-19 ERROR: time() takes up to one argument (2 provided)"] },
    { script: "begin { @ = count(5); }", says: ["1:13-21 ERROR: count() requires no arguments (1 provided)"] },
    { script: "begin { @ = sum(); }", says: ["1:13-18 ERROR: sum() requires one argument (0 provided)"] },
    { script: "begin { @ = lhist(1, 0, 10); }", says: ["1:13-28 ERROR: lhist() requires 4 arguments (3 provided)"] },
    { script: "begin { printf(); }", says: ["1:9-17 ERROR: printf() requires at least one argument (0 provided)"] },
  ],
  "21 kinds of arguments": [
    { script: 'begin { exit("a"); }', says: ["1:9-18 ERROR: exit() only supports int arguments (string provided)"] },
    { script: "begin { printf(5); }", says: ["1:9-18 ERROR: printf() expects a string literal (int provided)"] },
    {
      script: 'begin { @ = sum("x"); }',
      says: ["1:13-21 ERROR: sum() only supports integer arguments (string[2] provided)"],
    },
    { script: "begin { clear(1); }", says: ["1:15-16 ERROR: clear() expects a map argument"] },
    { script: "begin { zero(5); }", says: ["1:14-15 ERROR: zero() expects a map argument"] },
    {
      script: "begin { @x[1] = 1; print(@x[1], 5); }",
      says: ["1:20-35 ERROR: Non-map print() only takes 1 argument, 2 found"],
    },
    { script: "begin { print(1, 2); }", says: ["1:9-20 ERROR: Non-map print() only takes 1 argument, 2 found"] },
  ],
  "21 unknown names": [
    { script: "begin { print(nosuch); }", says: ["1:15-21 ERROR: Unknown identifier: 'nosuch'"] },
    { script: "begin { nosuch(5); }", says: ["1:9-18 ERROR: Unknown function: 'nosuch'"] },
  ],
  "21 printf counts and checks its arguments": [
    {
      script: 'begin { printf("%d"); }',
      says: ["1:9-21 ERROR: not enough arguments for format string (0 supplied, 1 expected)"],
    },
    {
      script: 'begin { printf("%d", 1, 2); }',
      says: ["1:9-27 ERROR: too many arguments for format string (2 supplied, 1 expected)"],
    },
    {
      script: 'begin { printf("%d\\n", "abc"); }',
      says: ["1:9-30 ERROR: unsupported format specifier for type 'string[4]': d"],
    },
    {
      script: 'begin { printf("%d\\n", (1, 2)); }',
      says: ["1:9-31 ERROR: unsupported format specifier for type '(int8,int8)': d"],
    },
    { script: 'begin { printf("%f\\n", 1); }', says: ["1:9-26 ERROR: unsupported format specifier: f"] },
    {
      script: 'begin { printf("%s\\n", print(1)); }',
      says: ["1:9-33 ERROR: unable to print none type for specifier: s"],
    },
  ],
  "21 printf converts": [
    {
      script:
        'begin { printf("%d %s %x %c %u %o %X %i %%\\n", 1, "a", 255, 65, 3, 8, 255, -1); printf("%5d|%-5d|%05d|%+d|% d|%#x|%10s|%-10s|\\n", 1, 2, 3, 4, 5, 255, "x", "y"); printf("%ld %lld %hd %hhd %zu %jd\\n", 1, 2, 3, 4, 5, 6); printf("%s %s %s %d\\n", 1, (1, "a"), true, true); printf("%z %k\\n"); }',
      prints: [
        "1 a ff A 3 10 FF -1 %",
        "    1|2    |00003|+4|5|0xff|         x|y         |",
        "1 2 3 4 5 6",
        "1 (1, a) true 1",
        "%z %k",
      ],
    },
  ],
  "21 print takes anything printable": [
    {
      script:
        'begin { print(1); print(-1); print("a"); print((1, "a")); print((a = 1)); print(true); print(PIDTYPE_PID); print((int8 *)16); print((uint8[2])(uint16)258); }',
      prints: ["1", "-1", "a", "(1, a)", "{ .a = 1 }", "true", "PIDTYPE_PID", "0x10", "[2,1]"],
    },
    {
      script: "begin { @m[1] = (uint64)1; @m[2] = 2; @m[3] = 3; print(@m, 2); print(@m, 2, 2); @s = 5; print(@s); }",
      prints: ["@m[2]: 2", "@m[3]: 3", "@m[2]: 1", "@m[3]: 1", "@s: 5"],
      maps: ["@m[1]: 1", "@m[2]: 2", "@m[3]: 3", "@s: 5"],
    },
  ],
  "21 clear and zero": [
    {
      script: "begin { @a[1] = 5; @b[1] = 5; clear(@a); zero(@b); print(@b); }",
      prints: ["@b[1]: 0"],
      maps: ["@b[1]: 0"],
    },
  ],
  "21 exit": [
    { script: "begin { exit(3); }", prints: [], status: 3 },
    { script: "begin { exit(300); }", prints: [], status: 44 },
    { script: "begin { @x = 5; exit(7); } end { print(@x); }", prints: ["@x: 5"], maps: ["@x: 5"], status: 7 },
  ],
});
