/**
 * Diagnostics as they are printed (language.md 18, output.md 11 and 12): byte for byte as bpftrace 0.27.1 prints them,
 * unless a comment says otherwise.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { transcript } from "../../support/child.js";
import { kernelTest, runTsbt } from "../../support/index.js";

interface Row {
  readonly claim: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  readonly stdout?: string;
  readonly stderr?: string;
  readonly status?: number;
}

const ROWS: Readonly<Record<string, readonly Row[]>> = {
  "the form of a diagnostic": [
    {
      claim: "place, message, line and underline",
      args: ["-e", "begin { foo(1); bar(2); }"],
      stderr:
        "stdin:1:9-15: ERROR: Unknown function: 'foo'\nbegin { foo(1); bar(2); }\n        ~~~~~~\nstdin:1:17-23: ERROR: Unknown function: 'bar'\nbegin { foo(1); bar(2); }\n                ~~~~~~\n",
      status: 1,
    },
    {
      claim: "a range over several lines has no underline",
      args: ["multi.bt"],
      stderr: "multi.bt:3-4: ERROR: Unknown function: 'foo'\n  foo($x,\n      2);\n",
      status: 1,
    },
    {
      claim: "tabs are four blanks, above and below",
      args: ["tabs2.bt"],
      stderr:
        "tabs2.bt:3:13-15: ERROR: Undefined or undeclared variable: $y\n        print(1    +    $y);\n                        ~~\n",
      status: 1,
    },
    {
      claim: "columns are bytes, the underline is not corrected",
      args: ["umlaut.bt"],
      stderr:
        'umlaut.bt:1:28-34: ERROR: Type mismatch for \'+\': comparing string[5] with int8\nbegin { $x = "\u00c3\u00a4\u00c3\u00b6"; print($x + 1); }\n                           ~~~~~~\numlaut.bt:1:28-30: ERROR: left (string[5])\nbegin { $x = "\u00c3\u00a4\u00c3\u00b6"; print($x + 1); }\n                           ~~\numlaut.bt:1:33-34: ERROR: right (int8)\nbegin { $x = "\u00c3\u00a4\u00c3\u00b6"; print($x + 1); }\n                                ~\numlaut.bt:1:9-20: NOTE: $x got its type \'string[5]\' here.\nbegin { $x = "\u00c3\u00a4\u00c3\u00b6"; print($x + 1); }\n        ~~~~~~~~~~~\n',
      status: 1,
    },
    {
      claim: "what was declared before is shown as a context",
      args: ["shadow.bt"],
      stderr:
        "shadow.bt:2:11-17: ERROR: Variable $n was already declared. Variable shadowing is not allowed.\n    if (1) { let $n = 2; }\n             ~~~~~~\nshadow.bt:1:9-15: ERROR: This is the initial assignment.\nbegin {    $n = 1;\n           ~~~~~~\n",
      status: 1,
    },
    {
      claim: "a hint stands below, without a place",
      args: ["-e", "config = { max_strlen = 64 } let @m = foo(2); begin { @m[1] = 1; }"],
      stderr:
        "stdin:1:30-46: ERROR: Invalid bpf map type: foo\nconfig = { max_strlen = 64 } let @m = foo(2); begin { @m[1] = 1; }\n                             ~~~~~~~~~~~~~~~~\nHINT: Valid map types: percpulruhash, percpuhash, lruhash, hash, progarray\n",
      status: 1,
    },
    {
      claim: "a message of its own for each side",
      args: ["-e", 'begin { $a = "x"; if ($a == 1) { } }'],
      stderr:
        'stdin:1:23-30: ERROR: Type mismatch for \'==\': comparing string[2] with int8\nbegin { $a = "x"; if ($a == 1) { } }\n                      ~~~~~~~\nstdin:1:23-25: ERROR: left (string[2])\nbegin { $a = "x"; if ($a == 1) { } }\n                      ~~\nstdin:1:29-30: ERROR: right (int8)\nbegin { $a = "x"; if ($a == 1) { } }\n                            ~\nstdin:1:9-17: NOTE: $a got its type \'string[2]\' here.\nbegin { $a = "x"; if ($a == 1) { } }\n        ~~~~~~~~\n',
      status: 1,
    },
    {
      claim: "nothing is underlined at the end of the file",
      args: ["eof.bt"],
      stderr: "eof.bt:3:19-19: ERROR: syntax: expected ';'\nbegin { print($1) \n                  \n",
      status: 1,
    },
    {
      claim: "a file is called as it was given",
      args: ["./multi.bt"],
      stderr: "./multi.bt:3-4: ERROR: Unknown function: 'foo'\n  foo($x,\n      2);\n",
      status: 1,
    },
    {
      claim: "standard input and -e are called stdin",
      args: ["-"],
      input: "begin { foo(); }",
      stderr: "stdin:1:9-14: ERROR: Unknown function: 'foo'\nbegin { foo(); }\n        ~~~~~\n",
      status: 1,
    },
  ],
  order: [
    {
      // The reference goes on to say that what foo is cannot be printed.
      claim: "all errors come before all warnings",
      args: ["-e", "begin { let $a; $b = 1; while (0) { } print(foo); }"],
      stderr:
        "stdin:1:45-48: ERROR: Unknown identifier: 'foo'\nbegin { let $a; $b = 1; while (0) { } print(foo); }\n                                            ~~~\nstdin:1:25-38: WARNING: While loops are deprecated and may be removed in the future.\nbegin { let $a; $b = 1; while (0) { } print(foo); }\n                        ~~~~~~~~~~~~~\nHINT: For loops support ranges (e.g. `for ($x : $start..$end) { ... }`), and can be used in place of while. These are more easily proven to be bounded by the verifier.\nstdin:1:9-15: WARNING: Variable $a was never assigned to.\nbegin { let $a; $b = 1; while (0) { } print(foo); }\n        ~~~~~~\n",
      status: 1,
    },
    {
      claim: "errors of one stage hide those of the next",
      args: ["-e", 'begin { print($undefined); print("a" - 1); }'],
      stderr:
        'stdin:1:15-25: ERROR: Undefined or undeclared variable: $undefined\nbegin { print($undefined); print("a" - 1); }\n              ~~~~~~~~~~\n',
      status: 1,
    },
    {
      claim: "syntax before everything",
      args: ["-e", "begin { print($undefined) print(1); }"],
      stderr:
        "stdin:1:27-32: ERROR: syntax: expected ';'\nbegin { print($undefined) print(1); }\n                          ~~~~~\n",
      status: 1,
    },
    {
      claim: "settings before attach points",
      args: ["-e", "config = { foo = 1 } nope:x { }"],
      stderr:
        "stdin:1:12-19: ERROR: foo: not a known configuration option\nconfig = { foo = 1 } nope:x { }\n           ~~~~~~~\n",
      status: 1,
    },
    {
      claim: "attach points before bodies",
      args: ["-e", "nope:x { foo(); }"],
      stderr: "stdin:1:1-7: ERROR: Invalid probe type: nope\nnope:x { foo(); }\n~~~~\n",
      status: 1,
    },
    {
      // The reference stops at the first.
      claim: "several syntax errors in one run",
      args: ["-e", "begin { $x = ; } end { print(1 }"],
      stderr:
        "stdin:1:14-15: ERROR: syntax: expected expression\nbegin { $x = ; } end { print(1 }\n             ~\nstdin:1:32-33: ERROR: syntax: expected ')'\nbegin { $x = ; } end { print(1 }\n                               ~\n",
      status: 1,
    },
    {
      claim: "warnings of an accepted script come before the probes are attached",
      args: ["-e", "begin { let $a; while (0) { } print(1); }"],
      stdout: "1\n\n\n",
      stderr:
        "stdin:1:17-30: WARNING: While loops are deprecated and may be removed in the future.\nbegin { let $a; while (0) { } print(1); }\n                ~~~~~~~~~~~~~\nHINT: For loops support ranges (e.g. `for ($x : $start..$end) { ... }`), and can be used in place of while. These are more easily proven to be bounded by the verifier.\nstdin:1:9-15: WARNING: Variable $a was never assigned to.\nbegin { let $a; while (0) { } print(1); }\n        ~~~~~~\nAttached 1 probe\n",
    },
    {
      claim: "with their hints",
      args: ["-q", "-e", "begin { $i = 0; while ($i < 20) { $i++ } }"],
      stdout: "\n\n",
      stderr:
        "stdin:1:17-41: WARNING: While loops are deprecated and may be removed in the future.\nbegin { $i = 0; while ($i < 20) { $i++ } }\n                ~~~~~~~~~~~~~~~~~~~~~~~~\nHINT: For loops support ranges (e.g. `for ($x : $start..$end) { ... }`), and can be used in place of while. These are more easily proven to be bounded by the verifier.\n",
    },
    {
      claim: "without warnings",
      args: ["--no-warnings", "-e", "begin { let $a; while (0) { } print(1); }"],
      stdout: "1\n\n\n",
      stderr: "Attached 1 probe\n",
    },
    {
      claim: "--no-warnings keeps errors",
      args: ["--no-warnings", "-e", "begin { let $a; while (0) { } foo(); }"],
      stderr:
        "stdin:1:31-36: ERROR: Unknown function: 'foo'\nbegin { let $a; while (0) { } foo(); }\n                              ~~~~~\n",
      status: 1,
    },
  ],
  macros: [
    {
      claim: "where a message of a macro comes from",
      args: ["chain.bt"],
      stderr:
        "chain.bt:1:18-24: ERROR: Unknown function: 'foo'\nmacro inner(x) { foo(x) }\n                 ~~~~~~\nchain.bt:2:18-26: ERROR: expanded from\nmacro outer(x) { inner(x) }\n                 ~~~~~~~~\nchain.bt:3:9-17: ERROR: expanded from\nbegin { outer(1); }\n        ~~~~~~~~\n",
      status: 1,
    },
    {
      // The reference takes the blank after the name for a part of it.
      claim: "also at run time",
      args: ["divide.bt"],
      stdout: "1\n1\n1\n\n\n",
      stderr:
        "Attached 1 probe\ndivide.bt:1:19-24: WARNING: Divide or modulo by 0 detected. This can lead to unexpected results. 1 is being used as the result.\nmacro divide(x) { 1 / x }\n                  ~~~~~\ndivide.bt:3:23-33: WARNING: expanded from\nbegin { $i = 0; print(divide($i)); print(outer($i)); print(divide($i)); }\n                      ~~~~~~~~~~\ndivide.bt:1:19-24: WARNING: Divide or modulo by 0 detected. This can lead to unexpected results. 1 is being used as the result.\nmacro divide(x) { 1 / x }\n                  ~~~~~\ndivide.bt:2:18-27: WARNING: expanded from\nmacro outer(x) { divide(x) }\n                 ~~~~~~~~~\ndivide.bt:3:42-51: WARNING: expanded from\nbegin { $i = 0; print(divide($i)); print(outer($i)); print(divide($i)); }\n                                         ~~~~~~~~~\ndivide.bt:1:19-24: WARNING: Divide or modulo by 0 detected. This can lead to unexpected results. 1 is being used as the result.\nmacro divide(x) { 1 / x }\n                  ~~~~~\ndivide.bt:3:60-70: WARNING: expanded from\nbegin { $i = 0; print(divide($i)); print(outer($i)); print(divide($i)); }\n                                                           ~~~~~~~~~~\n",
    },
  ],
  "at run time": [
    {
      claim: "a division by 0",
      args: ["-q", "-e", "begin { $i = (uint64)0; print(5 / $i); print(5 % $i); }"],
      stdout: "1\n1\n\n\n",
      stderr:
        "stdin:1:31-37: WARNING: Divide or modulo by 0 detected. This can lead to unexpected results. 1 is being used as the result.\nbegin { $i = (uint64)0; print(5 / $i); print(5 % $i); }\n                              ~~~~~~\nstdin:1:46-52: WARNING: Divide or modulo by 0 detected. This can lead to unexpected results. 1 is being used as the result.\nbegin { $i = (uint64)0; print(5 / $i); print(5 % $i); }\n                                             ~~~~~~\n",
    },
    {
      claim: "an index out of bounds",
      args: ["-q", "-e", "begin { $a = (int8[4])(uint32)1; $j = (uint64)7; print($a[$j]); }"],
      stdout: "0\n\n\n",
      stderr:
        "stdin:1:56-62: WARNING: Array access out of bounds. This can lead to unexpected results.\nbegin { $a = (int8[4])(uint32)1; $j = (uint64)7; print($a[$j]); }\n                                                       ~~~~~~\n",
    },
    {
      claim: "a full map",
      args: ["-q", "-e", "let @m = hash(2); begin { @m[1]=1; @m[2]=2; @m[3]=3; }"],
      stdout: "\n\n@m[1]: 1\n@m[2]: 2\n",
      stderr:
        "stdin:1:45-52: WARNING: Map full; can't update element. Try increasing max_map_keys config or manually setting the max entries in a map declaration e.g. `let @a = hash(5000)`\nAdditional Info - helper: map_update_elem, retcode: -7\nlet @m = hash(2); begin { @m[1]=1; @m[2]=2; @m[3]=3; }\n                                            ~~~~~~~\n",
    },
    {
      claim: "a full map of aggregations",
      args: ["-q", "-e", "let @m = percpuhash(1); begin { @m[1]=count(); @m[2]=count(); }"],
      stdout: "\n\n@m[1]: 1\n",
      stderr:
        "stdin:1:54-61: WARNING: Map full; can't update element. Try increasing max_map_keys config or manually setting the max entries in a map declaration e.g. `let @a = hash(5000)`\nAdditional Info - helper: map_update_elem, retcode: -7\nlet @m = percpuhash(1); begin { @m[1]=count(); @m[2]=count(); }\n                                                     ~~~~~~~\n",
    },
    {
      claim: "keys that are not there, with -k",
      args: ["-q", "-k", "-e", "begin { @m[1] = 1; print(@m[2]); }"],
      stdout: "0\n\n\n@m[1]: 1\n",
      stderr:
        "stdin:1:26-31: WARNING: Can't lookup map element because it does not exist.\nAdditional Info - helper: map_lookup_elem, retcode: 0\nbegin { @m[1] = 1; print(@m[2]); }\n                         ~~~~~\n",
    },
    {
      // Linux 6.18 does not load what the reference makes of it.
      claim: "memory that cannot be read, with -k",
      args: ["-q", "-k", "-e", "begin { print(str((int8*)5)); print(*(int32*)8); }"],
      stdout: "\n0\n\n\n",
      stderr:
        "stdin:1:15-28: WARNING: Bad address\nAdditional Info - helper: probe_read_user_str, retcode: -14\nbegin { print(str((int8*)5)); print(*(int32*)8); }\n              ~~~~~~~~~~~~~\nstdin:1:37-47: WARNING: Bad address\nAdditional Info - helper: probe_read_user, retcode: -14\nbegin { print(str((int8*)5)); print(*(int32*)8); }\n                                    ~~~~~~~~~~\n",
    },
    {
      claim: "not without",
      args: ["-q", "-e", "begin { print(str((int8*)5)); print(*(int32*)8); }"],
      stdout: "\n0\n\n\n",
    },
    {
      claim: "--no-warnings",
      args: [
        "-q",
        "--no-warnings",
        "-e",
        "let @m = hash(1); begin { @m[1]=1; @m[2]=2; $i = (uint64)0; print(1 / $i); }",
      ],
      stdout: "1\n\n\n@m[1]: 1\n",
    },
    {
      claim: "once, and how often",
      args: ["-q", "-e", "begin { $i = (uint64)0; for ($j : 0..3) { print(5 / $i); } }"],
      stdout: "1\n1\n1\n\n\n",
      stderr:
        "stdin:1:49-55: WARNING: Divide or modulo by 0 detected. This can lead to unexpected results. 1 is being used as the result.\nbegin { $i = (uint64)0; for ($j : 0..3) { print(5 / $i); } }\n                                                ~~~~~~\nstdin:1:49-55: WARNING: Divide or modulo by 0 detected. This can lead to unexpected results. 1 is being used as the result. (3 in all)\n",
    },
  ],
  colour: [
    {
      claim: "errors",
      args: ["-e", "config = { foo = 1 } begin { }"],
      env: { BPFTRACE_COLOR: "always" },
      stderr:
        "\u001b[31mstdin:1:12-19: ERROR: foo: not a known configuration option\u001b[0m\nconfig = { foo = 1 } begin { }\n           ~~~~~~~\n",
      status: 1,
    },
  ],
};

/** Byte strings. */
const FILES: Readonly<Record<string, string>> = {
  "chain.bt": "macro inner(x) { foo(x) }\nmacro outer(x) { inner(x) }\nbegin { outer(1); }\n",
  "divide.bt":
    "macro divide(x) { 1 / x }\nmacro outer(x) { divide(x) }\nbegin { $i = 0; print(divide($i)); print(outer($i)); print(divide($i)); }\n",
  "eof.bt": "begin { print(1); }\n\nbegin { print($1) ",
  "multi.bt": "begin {\n  $x = 1;\n  foo($x,\n      2);\n\n}\n",
  "shadow.bt": "begin {\t$n = 1;\n\tif (1) { let $n = 2; }\n}\n",
  "tabs2.bt": "begin\n{\n\t\tprint(1\t+\t$y);\n}\n",
  "umlaut.bt": 'begin { $x = "\u00c3\u00a4\u00c3\u00b6"; print($x + 1); }\n',
};

const directory = mkdtempSync(join(tmpdir(), "tsbt-diagnostics-"));

beforeAll(() => {
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(directory, name), text, "latin1");
});

afterAll(() => rmSync(directory, { recursive: true }));

describe("18 Diagnostics", () => {
  for (const [group, rows] of Object.entries(ROWS)) {
    describe(group, () => {
      for (const { claim, args, stdout = "", stderr = "", status = 0, ...options } of rows) {
        kernelTest(`${claim}: ${args.join(" ")}`, { matrix: false }, async () => {
          const result = await runTsbt(args, { cwd: directory, ...options });
          const shown = transcript(result);
          expect(result.stderr, shown).toBe(stderr);
          expect(result.stdout, shown).toBe(stdout);
          expect(result.status, shown).toBe(status);
        });
      }
    });
  }
});
