import { languageTests } from "./language-rows.js";

languageTests("3 Attach points", {
  "3.1 / ends an attach point while no : has been seen": [
    { script: "begin/1/{ print(1); }", prints: ["1"] },
    {
      script: "interval:ms:5/1/{ exit(); }",
      says: ["1:1-17 ERROR: Invalid rate of interval probe: invalid trailing bytes: 5/1/"],
    },
  ],
  "3.1 no layout around :": [{ script: "interval : s:1 { }", says: ["1:10-11 ERROR: syntax: expected '{'"] }],
  "3.1 a comment needs a blank before it": [{ script: "begin /* a */ { print(1); }", prints: ["1"] }],
  "3.2 a name in front is accepted": [{ script: "first=begin { print(probe); }", prints: ["begin"] }],
  "3.2 positional parameters stand for text": [
    { script: "interval:ms:$1 { print(probe); exit(); }", args: ["5"], prints: ["interval:ms:5"] },
    {
      script: "begin:$x { }",
      says: [
        '1:1-9 ERROR: invalid trailing character for positional param: x. Try quoting this entire part if this is intentional e.g. "$x".',
        "1:1-9 ERROR: No attach points for probe",
      ],
    },
  ],
  "3.3 full names in any case": [
    { script: "BEGIN { print(probe); } End { print(probe); }", prints: ["begin", "end"] },
    { script: "InterVal:ms:1 { print(probe); exit(); }", prints: ["interval:ms:1"] },
  ],
  "3.3 a wildcard in place of the provider": [
    {
      script: "trace*:syscalls:sys_enter_execve /pid == cpid/ { print(probe); }",
      options: ["-c", "/bin/true"],
      prints: ["tracepoint:syscalls:sys_enter_execve"],
    },
    {
      script: "foo*:bar { }",
      says: ["1:1-9 ERROR: No probe type matched for foo*", "1:1-9 ERROR: No attach points for probe"],
    },
    {
      script: "inter*:s:1 { }",
      says: ["1:1-11 ERROR: No probe type matched for inter*", "1:1-11 ERROR: No attach points for probe"],
    },
    {
      script: "t*:syscalls:sys_enter_nosuch* { }",
      says: [
        "1:1-30 ERROR: Probe has no valid attach points. If this is expected, set the 'missing_probes' config variable to 'warn'.",
      ],
    },
  ],
  "3.3 aliases in theirs": [
    { script: "i:ms:1 { print(probe); exit(); }", prints: ["interval:ms:1"] },
    { script: "I:ms:1 { exit(); }", says: ["1:1-7 ERROR: Invalid provider: 'i'", "HINT: Did you mean `i`?"] },
    {
      script: "asyncwatchpoint:5:6:w { }",
      says: [
        "1:1-22 ERROR: Invalid probe type: asyncwatchpoint",
        'HINT: watchpoints on function arguments are gone from bpftrace: print the address in a probe on the function (uprobe:FILE:FUNCTION { printf("%p\\n", arg0); }), and watch it with -p PID',
      ],
    },
    { script: "nosuch:x { }", says: ["1:1-9 ERROR: Invalid probe type: nosuch"] },
  ],
  // The reference leaves this to the kernel, which does not say what is wrong.
  "3.3 watchpoints are aligned": [
    {
      script: "watchpoint:0x1004:8:w { }",
      says: ["1:12-18 ERROR: watchpoint address must be a multiple of its length (8)"],
    },
  ],
  "3.3 parts": [
    {
      script: "begin:x:y { }",
      says: ["1:1-10 ERROR: begin probe type requires 0 arguments, found 2", "HINT: For instance `begin`."],
    },
    {
      script: "interval:ms:1:2 { }",
      says: [
        "1:1-16 ERROR: interval probe type requires 1 or 2 arguments, found 3",
        "HINT: For instance `interval:ms:10`.",
      ],
    },
    { script: "begin:* { print(1); }", prints: ["1"] },
  ],
  "3.3 numbers and units": [
    { script: "interval:5ms { print(probe); exit(); }", prints: ["interval:us:5000"] },
    { script: "interval:1e6 { print(probe); exit(); }", prints: ["interval:us:1000"] },
    { script: "interval:0x400000 { print(probe); exit(); }", prints: ["interval:us:4194"] },
    { script: "interval:s:0 { }", says: ["1:1-13 ERROR: interval frequency should be a positive integer"] },
    {
      script: "interval:ns:5 { }",
      says: [
        "1:1-14 ERROR: ns is not an accepted unit of time",
        "HINT: Units are `s`, `ms`, `us` and, for a frequency, `hz`.",
      ],
    },
    {
      script: "interval:500 { }",
      says: [
        "1:1-13 ERROR: Invalid rate of interval probe. Minimum is 1000 or 1us. Found: 500 nanoseconds",
        "HINT: Did you mean `interval:hz:500` or `interval:s:500`?",
      ],
    },
  ],
  "3.3 each attach point of a list has its own types": [
    {
      script: 'begin, interval:ms:1 { printf("%s\\n", probe); if (probe != "begin") { exit(); } }',
      prints: ["begin", "interval:ms:1"],
    },
  ],
  "3.3 what there is none of": [
    { script: "tracepoint:syscalls:nosuch { }", says: ["1:1-27 ERROR: No matches for tracepoint syscalls:nosuch."] },
    {
      script: "tracepoint:nosuch:* { }",
      says: [
        "1:1-20 ERROR: Probe has no valid attach points. If this is expected, set the 'missing_probes' config variable to 'warn'.",
      ],
    },
  ],
});
