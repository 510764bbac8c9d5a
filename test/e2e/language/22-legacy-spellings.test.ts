import { languageTests } from "./language-rows.js";

languageTests("22 Legacy spellings", {
  "22 probes in any case, old names": [
    { script: "BEGIN { print(probe); } END { print(probe); }", prints: ["begin", "end"] },
  ],
  "22 -> is .": [
    {
      script:
        "begin { $r = (a = 1, b = (c = 2)); print($r->a); print($r->b->c); print(curtask->pid == curtask.pid); print(curtask->real_parent.pid == curtask.real_parent->pid); }",
      prints: ["1", "2", "true", "true"],
    },
    {
      script:
        "tracepoint:sched:sched_process_exec /pid == cpid/ { print(str(args->filename)); print(str((*args).filename)); $a = *args; print(str($a.filename)); }",
      options: ["-c", "/bin/true"],
      prints: ["/bin/true", "/bin/true", "/bin/true"],
    },
  ],
  "22 delete with the entry": [
    {
      script:
        'begin { @m[1] = 1; @m[2] = 2; _ = delete(@m[1]); _ = delete(@m, 3); @n[1, "a"] = 1; _ = delete(@n[1, "a"]); print(len(@n)); }',
      prints: ["0"],
      maps: ["@m[2]: 2"],
    },
  ],
  "22 builtins as calls": [
    {
      script:
        "begin { print(comm() == comm); print(pid() == pid); print(tid() == tid); print(nsecs() > 0); print(uid() == uid); print(curtask().pid == tid()); }",
      prints: ["true", "true", "true", "true", "true", "true"],
    },
  ],
  "22 while warns": [
    {
      script: "begin { $i = 0; while ($i < 2) { $i++; } print($i); }",
      prints: ["2"],
      says: [
        "1:17-41 WARNING: While loops are deprecated and may be removed in the future.",
        "HINT: For loops support ranges (e.g. `for ($x : $start..$end) { ... }`), and can be used in place of while. These are more easily proven to be bounded by the verifier.",
      ],
    },
  ],
  "22 keys in either spelling": [
    {
      script: "begin { @x[1, 2] = 3; print(@x[(1, 2)]); $t = (1, 2); print(@x[$t]); @x[$t] = 4; }",
      prints: ["3", "3"],
      maps: ["@x[1, 2]: 4"],
    },
  ],
  "22 renamed settings": [
    {
      script: "config = { strlen = 64 } begin { print(1); }",
      prints: ["1"],
      says: ["1:12-23 WARNING: strlen has been renamed, please use max_strlen"],
    },
  ],
  "22 unroll": [
    { script: 'begin { unroll (2) { print("a"); } unroll 2 { print("b"); } }', prints: ["a", "a", "b", "b"] },
    { script: 'begin { unroll ($1) { print("c"); } }', args: ["2"], prints: ["c", "c"] },
  ],
  "22 several keys": [
    {
      script: "begin { @a[1] = 1; delete(@a[1], @a[2]); }",
      says: [
        "1:20-40 ERROR: Call to delete() has arguments that do not match any definition.",
        "1:27-32 ERROR: Mismatched arg. delete() expects a map for arg @map but got an expression.",
      ],
    },
  ],
  "22 probes of old": [
    {
      script: "asyncwatchpoint:5:6:w { }",
      says: [
        "1:1-22 ERROR: Invalid probe type: asyncwatchpoint",
        'HINT: watchpoints on function arguments are gone from bpftrace: print the address in a probe on the function (uprobe:FILE:FUNCTION { printf("%p\\n", arg0); }), and watch it with -p PID',
      ],
    },
  ],
  "22 C of other kinds": [
    { script: "typedef int x; begin { }", says: ["1:9-12 ERROR: syntax: expected '{'"] },
    { script: "struct foo; begin { }", says: ["1:8-11 ERROR: syntax: expected '{'"] },
  ],
  "22 suffixes, prefixes and words": [
    { script: "begin { print(5UL); }", says: ["1:15-18 ERROR: syntax: invalid trailing bytes: 5UL"] },
    { script: "begin { print(0xFFu); }", says: ["1:19-20 ERROR: syntax: expected ')'"] },
    { script: "begin { print(0b11); }", says: ["1:16-19 ERROR: syntax: invalid integer suffix 'b11'"] },
    { script: "begin { print((unsigned long)5); }", says: ["1:25-29 ERROR: syntax: expected ')'"] },
  ],
  "22 numbers with a fraction, characters": [
    { script: "begin { print(1.5); }", says: ["1:15-18 ERROR: Can not access index '5' on expression of type 'int8'"] },
    { script: "begin { 'a'; }", says: ["1:9-10 ERROR: syntax: expected expression"] },
  ],
  "22 statements without braces": [
    { script: "begin { if (1) print(1); }", says: ["1:16-21 ERROR: syntax: expected '{'"] },
  ],
  "22 a map as a global of a macro": [
    {
      script: "macro m() { @g = 1; } begin { m(); }",
      says: [
        "1:13-15 ERROR: Unhygienic access to map: @g. Maps must be passed into the macro as arguments.",
        "1:31-34 ERROR: expanded from",
      ],
    },
  ],
});
