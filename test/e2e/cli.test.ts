/** The command line and what the command answers (probes-and-cli.md 13 to 16 and 19), as bpftrace 0.27.1 does. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { VERSION } from "../../src/cli/version.js";
import { transcript } from "../support/child.js";
import { Child, type Finished, kernelTest, runTsbt, startTsbt, tsbtCommand, waitFor } from "../support/index.js";

interface Row {
  readonly claim: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Standard input. */
  readonly input?: string;
  readonly stdout?: string;
  readonly stderr?: string;
  readonly status?: number;
}

const ROWS: Readonly<Record<string, readonly Row[]>> = {
  "what is to be run": [
    { claim: "no argument at all is answered with the usage", args: [], stderr: "<usage>", status: 1 },
    { claim: "-h shows the usage on standard output", args: ["-h"], stdout: "<usage>" },
    { claim: "a long option may be cut short", args: ["--vers"], stdout: `${VERSION}\n` },
    {
      claim: "an unknown short option is named",
      args: ["-x"],
      stderr: "tsbt: invalid option -- 'x'\n<usage>",
      status: 1,
    },
    {
      claim: "an unknown long option is named",
      args: ["--foo"],
      stderr: "tsbt: unrecognized option '--foo'\n<usage>",
      status: 1,
    },
    {
      claim: "-e wants a program",
      args: ["-e"],
      stderr: "tsbt: option requires an argument -- 'e'\n<usage>",
      status: 1,
    },
    {
      claim: "an empty program counts as none",
      args: ["-e", ""],
      stderr: "ERROR: USAGE: filename or -e 'program' required.\n",
      status: 1,
    },
    {
      claim: "of two programs the last counts",
      args: ["-e", "begin { print(1); }", "-e", "begin { print(2); }"],
      stdout: "2\n\n\n",
      stderr: "Attached 1 probe\n",
    },
    {
      claim: "with -e a file is a parameter",
      args: ["-e", "begin { print($1); }", "a.bt"],
      stdout: "a.bt\n\n\n",
      stderr: "Attached 1 probe\n",
    },
    {
      claim: "a value may stick to its option",
      args: ["-ebegin { print(1); }"],
      stdout: "1\n\n\n",
      stderr: "Attached 1 probe\n",
    },
    { claim: "options may follow parameters", args: ["shebang.bt", "5", "-q"], stdout: "5\n1\n\n\n" },
    { claim: "behind -- they are parameters", args: ["-q", "shebang.bt", "--", "-5"], stdout: "-5\n1\n\n\n" },
    {
      claim: "an unknown option among parameters is one",
      args: ["shebang.bt", "--foo"],
      stderr: "tsbt: unrecognized option '--foo'\n<usage>",
      status: 1,
    },
    {
      claim: "a named parameter that the script does not know",
      args: ["shebang.bt", "--", "--foo"],
      stderr:
        "shebang.bt:2:15-17: WARNING: Positional parameter $1 is empty or not provided. \nbegin { print($1); print($#); }\n              ~~\nERROR: unexpected program command line options: --foo\nHINT: no custom program options defined.\n",
      status: 1,
    },
    {
      claim: "a file that is not there",
      args: ["nonexist.bt"],
      stderr: "ERROR: failed to open file 'nonexist.bt': No such file or directory\n",
      status: 1,
    },
    { claim: "a directory", args: ["dir"], stderr: "ERROR: failed to open file 'dir': Is a directory\n", status: 1 },
    { claim: "an empty file has no probes", args: ["empty.bt"], stdout: "No probes to attach\n", status: 1 },
    { claim: "with -q nothing is said of it", args: ["-q", "empty.bt"], status: 1 },
    { claim: "neither has a comment", args: ["comment.bt"], stdout: "No probes to attach\n", status: 1 },
    {
      claim: "nor a program of macros only",
      args: ["-e", "macro f() { 1 }"],
      stdout: "No probes to attach\n",
      status: 1,
    },
    {
      claim: "standard input",
      args: ["-"],
      input: "begin { print(1); }",
      stdout: "1\n\n\n",
      stderr: "Attached 1 probe\n",
    },
    {
      claim: "standard input is called so, too",
      args: ["-", "x"],
      input: "begin { print($1); foo(); }",
      stderr: "stdin:1:20-25: ERROR: Unknown function: 'foo'\nbegin { print($1); foo(); }\n                   ~~~~~\n",
      status: 1,
    },
    { claim: "empty standard input", args: ["-"], input: "", stdout: "No probes to attach\n", status: 1 },
    {
      claim: "a file is called as it was given",
      args: ["./shadow.bt"],
      stderr:
        "./shadow.bt:2:11-17: ERROR: Variable $n was already declared. Variable shadowing is not allowed.\n    if (1) { let $n = 2; }\n             ~~~~~~\n./shadow.bt:1:9-15: ERROR: This is the initial assignment.\nbegin {    $n = 1;\n           ~~~~~~\n",
      status: 1,
    },
    { claim: "lines may end in CR LF", args: ["-q", "crlf.bt", "4"], stdout: "4\n\n\n" },
  ],
  "-p and -c": [
    {
      claim: "a process number that is none",
      args: ["-p", "abc", "-e", "begin { print(1); }"],
      stderr: "ERROR: Failed to parse pid: invalid integer: abc\n",
      status: 1,
    },
    {
      claim: "one that is too large",
      args: ["-p", "99999999", "-e", "begin { print(1); }"],
      stderr: "ERROR: Pid out of range: 99999999\n",
      status: 1,
    },
    {
      claim: "one that nobody has",
      args: ["-p", "4194303", "-e", "begin { print(1); }"],
      stderr: "ERROR: Failed to attach to pid: Unable to open pidfd (No such process)\n",
      status: 1,
    },
    {
      claim: "an empty one counts as not given",
      args: ["-p", "", "-e", "begin { print(1); }"],
      stdout: "1\n\n\n",
      stderr: "Attached 1 probe\n",
    },
    {
      claim: "not both",
      args: ["-p", "1", "-c", "/bin/true", "-e", "begin { print(1); }"],
      stderr: "ERROR: USAGE: Cannot use both -c and -p.\n<usage>",
      status: 1,
    },
    {
      claim: "an empty command counts as not given",
      args: ["-c", "", "-e", "begin { print(1); }"],
      stdout: "1\n\n\n",
      stderr: "Attached 1 probe\n",
    },
    {
      claim: "a command that is not there",
      args: ["-c", "/bin/nonexist", "-e", "begin { print(1); }"],
      stderr:
        "ERROR: Failed to fork child: Path '/bin/nonexist' does not exist or is not executable (No such file or directory)\n",
      status: 1,
    },
    {
      claim: "a script is no command",
      args: ["-c", "./shebang.bt", "-e", "begin { print(1); }"],
      stderr:
        "ERROR: Failed to fork child: Path './shebang.bt' does not exist or is not executable (No such file or directory)\n",
      status: 1,
    },
    {
      claim: "a directory is no command",
      args: ["-c", "/tmp", "-e", "begin { print(1); }"],
      stderr:
        "ERROR: Failed to fork child: Path '/tmp' does not exist or is not executable (No such file or directory)\n",
      status: 1,
    },
    {
      claim: "a command is looked for",
      args: ["-c", "true", "-e", "begin { print(1); }"],
      stdout: "1\n\n\n",
      stderr: "Attached 1 probe\n",
    },
    {
      claim: "arguments are separated by single blanks",
      args: ["-c", "/bin/echo a  b", "-e", "interval:s:100 { print(1); }"],
      stdout: "a  b\n\n\n",
      stderr: "Attached 1 probe\n",
    },
    {
      claim: "the status of the child is not ours",
      args: ["-c", "/bin/false", "-e", "interval:s:100 { print(1); }"],
      stdout: "\n\n",
      stderr: "Attached 1 probe\n",
    },
    {
      claim: "exit() ends the child",
      args: ["-c", "/bin/sleep 100", "-e", "begin { print(cpid != 0); exit(3); }"],
      stdout: "true\n\n\n",
      stderr: "Attached 1 probe\n",
      status: 3,
    },
    {
      claim: "and so does the end of the script",
      args: ["-c", "/bin/sleep 100", "-e", "begin { print(cpid != 0); }"],
      stdout: "true\n\n\n",
      stderr: "Attached 1 probe\n",
    },
  ],
  output: [
    {
      claim: "a format that is none",
      args: ["-f", "xml", "-e", "begin { print(1); }"],
      stderr: "ERROR: Invalid output format \"xml\"\nValid formats: 'text', 'json'\n",
      status: 1,
    },
    {
      claim: "buffering that is none",
      args: ["-B", "foo", "-e", "begin { print(1); }"],
      stderr: "ERROR: USAGE: -B must be either 'line', 'full', or 'none'.\n",
      status: 1,
    },
    {
      claim: "full buffering",
      args: ["-B", "full", "-e", "begin { print(1); }"],
      stdout: "1\n\n\n",
      stderr: "Attached 1 probe\n",
    },
    {
      claim: "no buffering",
      args: ["-B", "none", "-e", 'begin { printf("a"); printf("b\\n"); }'],
      stdout: "ab\n\n\n",
      stderr: "Attached 1 probe\n",
    },
    {
      claim: "a file that cannot be written",
      args: ["-o", "/nonexistent/x", "-e", "begin { print(1); }"],
      stderr: 'ERROR: Failed to open output file: "/nonexistent/x": No such file or directory\n',
      status: 1,
    },
    {
      claim: "a directory is no file to write",
      args: ["-o", "dir", "-e", "begin { print(1); }"],
      stderr: 'ERROR: Failed to open output file: "dir": Is a directory\n',
      status: 1,
    },
    { claim: "-q says nothing of probes", args: ["-q", "-e", "begin { print(1); }"], stdout: "1\n\n\n" },
    {
      claim: "-v says what is being done",
      args: ["-v", "-e", "begin { print(1); } end { }"],
      stdout: "1\n\n\n",
      stderr: "Attaching 'begin' probe\nAttached 2 probes\nAttaching 'end' probe\n",
    },
    {
      claim: "--no-warnings says nothing of what is doubtful",
      args: [
        "--no-warnings",
        "-e",
        "let @x = hash(2); begin { $i = 0; print(1/$i); let $y; $z = delete(@m, 1); @m[1] = 1; }",
      ],
      stdout: "1\n\n\n@m[1]: 1\n",
      stderr: "Attached 1 probe\n",
    },
    {
      claim: "a word on standard output for those who wait for probes",
      args: ["-e", "begin { print(1); }"],
      env: { __BPFTRACE_NOTIFY_PROBES_ATTACHED: "1" },
      stdout: "__BPFTRACE_NOTIFY_PROBES_ATTACHED\n1\n\n\n",
      stderr: "Attached 1 probe\n",
    },
    {
      claim: "--dry-run does everything but shows nothing",
      args: ["--dry-run", "-e", "begin { print(1); @ = 1; } end { print(2); }"],
    },
  ],
  "options that go wrong": [
    {
      claim: "-k twice",
      args: ["-kk", "-e", "begin { print(1); }"],
      stderr:
        "ERROR: USAGE: -kk has been deprecated. Use a single -k for runtime warnings for errors in map lookups and probe reads.\n",
      status: 1,
    },
    {
      claim: "-k without warnings",
      args: ["-k", "--no-warnings", "-e", "begin { print(1); }"],
      stderr: "ERROR: USAGE: -k, --warnings conflicts with --no-warnings\n",
      status: 1,
    },
    {
      claim: "a feature that is none",
      args: ["--no-feature", "foo", "-e", "begin { print(1); }"],
      stderr: "ERROR: USAGE: --no-feature can only have values 'kprobe_multi,kprobe_session,uprobe_multi'.\n",
      status: 1,
    },
    {
      claim: "features that are none",
      args: ["--no-feature", "kprobe_multi,uprobe_multi,kprobe_session", "-e", "begin { print(1); }"],
      stdout: "1\n\n\n",
      stderr: "Attached 1 probe\n",
    },
    {
      claim: "no feature",
      args: ["--no-feature", "", "-e", "begin { print(1); }"],
      stdout: "1\n\n\n",
      stderr: "Attached 1 probe\n",
    },
    {
      claim: "a filter that leaves nothing",
      args: ["--probe-filter", "foo", "-e", "interval:s:1 { print(1); }"],
      stdout: "No probes to attach\n",
      status: 1,
    },
    {
      claim: "a filter that leaves one",
      args: ["--probe-filter", "ms", "-e", "interval:ms:1 { print(1); exit() } interval:s:1 { print(2); }"],
      stdout: "1\n\n\n",
      stderr: "Attached 1 probe\n",
    },
    {
      claim: "a stage that is none",
      args: ["-d", "foo", "-e", "begin { print(1); }"],
      stderr: "ERROR: USAGE: invalid option for -d: foo\n",
      status: 1,
    },
    {
      claim: "a list of functions that is not there",
      args: ["--traceable-functions", "nonexist", "-e", "begin { print(1); }"],
      stderr:
        "ERROR: Failed to open kernel function info: Could not read functions from nonexist. (No such file or directory)\n",
      status: 1,
    },
    {
      claim: "options without effect",
      args: ["-b", "--usdt-file-activation", "-e", "begin { print(1); }"],
      stdout: "1\n\n\n",
      stderr: "Attached 1 probe\n",
    },
  ],
  environment: [
    {
      claim: "a number that is none",
      args: ["-e", "begin { print(1); }"],
      env: { BPFTRACE_MAX_STRLEN: "abc" },
      stderr: "max_strlen: expecting a number, got abc\n",
      status: 2,
    },
    {
      claim: "a bool that is none",
      args: ["-e", "begin { print(1); }"],
      env: { BPFTRACE_PRINT_MAPS_ON_EXIT: "foo" },
      stderr: "print_maps_on_exit: Invalid bool value: valid values are true, false, 1 or 0.\n",
      status: 2,
    },
    {
      claim: "a mode that is none",
      args: ["-e", "begin { print(1); }"],
      env: { BPFTRACE_STACK_MODE: "foo" },
      stderr: "stack_mode: Invalid value for stack_mode: valid values are bpftrace, raw, perf, and build_id.\n",
      status: 2,
    },
    {
      claim: "a license that is none",
      args: ["-e", "begin { print(1); }"],
      env: { BPFTRACE_LICENSE: "foo" },
      stderr:
        "Invalid value for license. Found: foo. Valid values: Dual MIT/GPL, Dual BSD/GPL, Dual MPL/GPL, GPL and additional rights, GPL v2, GPL. Read more about BPF programs and licensing: https://docs.kernel.org/bpf/bpf_licensing.html#using-bpf-programs-in-the-linux-kernel\n",
      status: 2,
    },
    {
      claim: "what to do without probes",
      args: ["-e", "begin { print(1); }"],
      env: { BPFTRACE_MISSING_PROBES: "foo" },
      stderr: "missing_probes: Invalid value for missing_probes: valid values are ignore, warn, and error.\n",
      status: 2,
    },
    {
      claim: "a cache that is none",
      args: ["-e", "begin { print(1); }"],
      env: { BPFTRACE_CACHE_USER_SYMBOLS: "foo" },
      stderr:
        "cache_user_symbols: Invalid value for cache_user_symbols: valid values are PER_PID, PER_PROGRAM, and NONE.\n",
      status: 2,
    },
    {
      claim: "an unstable feature",
      args: ["-e", "begin { print(1); }"],
      env: { BPFTRACE_UNSTABLE_TYPEINFO: "foo" },
      stderr: "unstable_typeinfo: Invalid value for unstable config: valid values are enable, warn, and error.\n",
      status: 2,
    },
    {
      claim: "before the script's own settings",
      args: ["-e", "config = { foo = 1 } begin { print(1); }"],
      env: { BPFTRACE_MAX_STRLEN: "abc" },
      stderr: "max_strlen: expecting a number, got abc\n",
      status: 2,
    },
    {
      claim: "a color that is none",
      args: ["-e", "begin { print(1); }"],
      env: { BPFTRACE_COLOR: "foo" },
      stdout: "1\n\n\n",
      stderr:
        "WARNING: Invalid env value! The valid values of `BPFTRACE_COLOR` are [auto|always|never]. The current value is foo!\nAttached 1 probe\n",
    },
    {
      claim: "no color",
      args: ["-e", "begin { print($x); }"],
      env: { BPFTRACE_COLOR: "never" },
      stderr: "stdin:1:15-17: ERROR: Undefined or undeclared variable: $x\nbegin { print($x); }\n              ~~\n",
      status: 1,
    },
    {
      claim: "color",
      args: ["-e", "begin { $i = 0; let $z; print(1/$i); while (0) { } }"],
      env: { BPFTRACE_COLOR: "always" },
      stdout: "1\n\n\n",
      stderr:
        "\u001b[33mstdin:1:38-51: WARNING: While loops are deprecated and may be removed in the future.\u001b[0m\nbegin { $i = 0; let $z; print(1/$i); while (0) { } }\n                                     ~~~~~~~~~~~~~\nHINT: For loops support ranges (e.g. `for ($x : $start..$end) { ... }`), and can be used in place of while. These are more easily proven to be bounded by the verifier.\n\u001b[33mstdin:1:17-23: WARNING: Variable $z was never assigned to.\u001b[0m\nbegin { $i = 0; let $z; print(1/$i); while (0) { } }\n                ~~~~~~\nAttached 1 probe\n\u001b[33mstdin:1:31-35: WARNING: Divide or modulo by 0 detected. This can lead to unexpected results. 1 is being used as the result.\u001b[0m\nbegin { $i = 0; let $z; print(1/$i); while (0) { } }\n                              ~~~~\n",
    },
    {
      claim: "errors in color",
      args: ["-e", "begin { let $n = 1; let $n = 2; }"],
      env: { BPFTRACE_COLOR: "always" },
      stderr:
        "\u001b[31mstdin:1:21-27: ERROR: Variable $n was already declared. Variable shadowing is not allowed.\u001b[0m\nbegin { let $n = 1; let $n = 2; }\n                    ~~~~~~\n\u001b[31mstdin:1:9-15: ERROR: This is the initial declaration.\u001b[0m\nbegin { let $n = 1; let $n = 2; }\n        ~~~~~~\n",
      status: 1,
    },
    {
      claim: "BTF that is none is a warning",
      args: ["-e", "begin { print(sizeof(struct task_struct)); }"],
      env: { BPFTRACE_BTF: "/etc/passwd" },
      stderr:
        'WARNING: BTF: failed to parse BTF from /etc/passwd\nstdin:1:22-40: ERROR: Cannot resolve unknown type "struct task_struct"\nbegin { print(sizeof(struct task_struct)); }\n                     ~~~~~~~~~~~~~~~~~~\n',
      status: 1,
    },
  ],
  "exit statuses": [
    { claim: "0", args: ["-q", "-e", "begin { exit(); }"], stdout: "\n\n" },
    { claim: "that of exit()", args: ["-q", "-e", "begin { exit(3); }"], stdout: "\n\n", status: 3 },
    { claim: "of which only 8 bits count", args: ["-q", "-e", "begin { exit(1025); }"], stdout: "\n\n", status: 1 },
    {
      claim: "1 for what is wrong with the program",
      args: ["-e", "begin { foo(); }"],
      stderr: "stdin:1:9-14: ERROR: Unknown function: 'foo'\nbegin { foo(); }\n        ~~~~~\n",
      status: 1,
    },
    {
      claim: "2 for the environment",
      args: ["-e", "begin { }"],
      env: { BPFTRACE_LOG_SIZE: "x" },
      stderr: "log_size: expecting a number, got x\n",
      status: 2,
    },
    {
      claim: "255 for what the kernel refuses",
      args: ["-e", "let @m = hash(0); begin { @m[1] = 1; }"],
      stderr:
        "stdin:1:1-18: ERROR: Failed to create map @m with room for 0 keys: Invalid argument\n" +
        "let @m = hash(0); begin { @m[1] = 1; }\n~~~~~~~~~~~~~~~~~\n" +
        "HINT: Try another number of entries in the declaration e.g. `let @m = hash(5000)`\n",
      status: 255,
    },
  ],
  listing: [
    { claim: "one word at most", args: ["-l", "a", "b"], stderr: "<usage>", status: 1 },
    {
      claim: "tracepoints of a category",
      args: ["-l", "tracepoint:sched:sched_switc*"],
      stdout: "tracepoint:sched:sched_switch\n",
    },
    { claim: "by alias", args: ["-l", "t:sched:sched_switch"], stdout: "tracepoint:sched:sched_switch\n" },
    {
      claim: "by the event alone",
      args: ["-l", "tracepoint:sys_enter"],
      stdout: "tracepoint:raw_syscalls:sys_enter\n",
    },
    {
      claim: "with their fields",
      args: ["-lv", "tracepoint:sched:sched_switch"],
      stdout:
        "tracepoint:sched:sched_switch\n    char prev_comm[16]\n    pid_t prev_pid\n    int prev_prio\n    long prev_state\n    char next_comm[16]\n    pid_t next_pid\n    int next_prio\n",
    },
    { claim: "what nothing matches", args: ["-l", "tracepoint:nope:*"] },
    { claim: "a provider that is none", args: ["-l", "nope:foo"] },
    { claim: "types", args: ["-l", "struct list_hea*"], stdout: "struct list_head\n" },
    {
      claim: "their definition",
      args: ["-lv", "struct list_head"],
      stdout: "vmlinux: struct list_head {\n\tstruct list_head *next;\n\tstruct list_head *prev;\n};\n\n",
    },
    {
      claim: "enums",
      args: ["-lv", "enum pid_type"],
      stdout:
        "vmlinux: enum pid_type {\n\tPIDTYPE_PID = 0,\n\tPIDTYPE_TGID = 1,\n\tPIDTYPE_PGID = 2,\n\tPIDTYPE_SID = 3,\n\tPIDTYPE_MAX = 4,\n};\n\n",
    },
    { claim: "types that are not there", args: ["-l", "union nonexist"] },
    {
      claim: "the probes of a program",
      args: ["-l", "-e", "interval:s:1 { } begin { } tracepoint:sched:sched_switch { } interval:ms:5 { }"],
      stdout: "interval:s:\ntracepoint:sched:sched_switch\ninterval:ms:\n",
    },
    {
      claim: "after expansion",
      args: ["-l", "-e", "tracepoint:sched:sched_wakeu* { }"],
      stdout: "tracepoint:sched:sched_wakeup\ntracepoint:sched:sched_wakeup_new\n",
    },
    { claim: "of a script", args: ["-l", "a.bt"] },
    {
      claim: "a program that is wrong",
      args: ["-l", "-e", "tracepoint:foo:bar { }"],
      stderr: "stdin:1:1-19: ERROR: No matches for tracepoint foo:bar.\ntracepoint:foo:bar { }\n~~~~~~~~~~~~~~~~~~\n",
      status: 1,
    },
  ],
  formatting: [
    {
      claim: "--fmt",
      args: ["--fmt", "-e", "begin{print(1);$x=1+2*3}"],
      stdout: "begin\n{\n  print(1);\n  $x = 1 + (2 * 3);\n}\n",
    },
    {
      claim: "a program that is wrong",
      args: ["--fmt", "-e", "begin { print(1 }"],
      stderr: "stdin:1:17-18: ERROR: syntax: expected ')'\nbegin { print(1 }\n                ~\n",
      status: 1,
    },
  ],
};

/** What rows name. */
const FILES: Readonly<Record<string, string>> = {
  "a.bt": "begin { print(1); }\n",
  "comment.bt": "// nothing\n",
  "crlf.bt": "begin { print($1); }\r\n",
  "empty.bt": "",
  "shadow.bt": "begin {\t$n = 1;\n\tif (1) { let $n = 2; }\n}\n",
  "stubborn.sh": "trap '' TERM\necho ready\nexec >/dev/null 2>&1\nfor i in 1 2 3 4 5; do sleep 1; done\n",
  "shebang.bt": "#!/usr/bin/env tsbt\nbegin { print($1); print($#); }\n",
};

const directory = mkdtempSync(join(tmpdir(), "tsbt-cli-"));

beforeAll(() => {
  mkdirSync(join(directory, "dir"));
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(directory, name), text, "latin1");
});

afterAll(() => rmSync(directory, { recursive: true }));

for (const [group, rows] of Object.entries(ROWS)) {
  describe(group, () => {
    for (const { claim, args, stdout = "", stderr = "", status = 0, ...options } of rows) {
      kernelTest(`${claim}: ${args.join(" ")}`, { matrix: false }, async () => {
        const result = await runTsbt(args, { cwd: directory, ...options });
        const shown = transcript(result);
        expect(withoutUsage(result.stdout), shown).toBe(stdout);
        expect(withoutUsage(result.stderr), shown).toBe(stderr);
        expect(result.status, shown).toBe(status);
      });
    }
  });
}

const withoutUsage = (text: string): string => text.replace(/^tsbt - a [^]*/m, "<usage>");

describe("what the machine lacks", () => {
  /** Several processors may pass the tracepoint before `exit()` is carried out: the first one prints. */
  const TRACE = ["-e", "tracepoint:sched:sched_switch { if (@passed++ == 0) { print(1); exit(); } }"];
  const TRACED = { stdout: expect.stringMatching(/^1\n\n\n@passed: \d+\n$/) as string, stderr: "", status: 0 };

  kernelTest("somebody without privileges is told which one is missing", { matrix: false }, async () => {
    const stderr = "ERROR: Missing CAP_DAC_READ_SEARCH capability, please run tsbt as the root user.\n";
    expect(await asNobody(["-e", "begin { print(1); }"])).toMatchObject({ stdout: "", stderr, status: 1 });
    expect(await asNobody(["-l"])).toMatchObject({ stdout: "", stderr, status: 1 });
  });

  kernelTest("somebody without privileges may ask for help, and format", { matrix: false }, async () => {
    expect(await asNobody(["--fmt", "-e", "begin{}"])).toMatchObject({ stdout: "begin\n{}\n", status: 0 });
    expect(await asNobody(["-V"])).toMatchObject({ status: 0 });
    expect(await asNobody(["-h"])).toMatchObject({ status: 0 });
  });

  kernelTest("where nobody has mounted tracefs, it is mounted for us alone", { matrix: false }, async () => {
    const unmount = "umount -l /sys/kernel/tracing; umount -l /sys/kernel/debug/tracing; umount -l /sys/kernel/debug";
    const words = ["-m", "/bin/sh", "-c", `(${unmount}) 2>/dev/null; exec "$@"`, "sh", tsbtCommand(), "-q", ...TRACE];
    expect(await new Child("/usr/bin/unshare", words).finished).toMatchObject(TRACED);
  });

  kernelTest("a kernel without BTF has no types, and traces all the same", { matrix: false }, async () => {
    const env = { BPFTRACE_BTF: "/nonexistent" };
    expect(await runTsbt(["-q", ...TRACE], { env })).toMatchObject(TRACED);
    const { stderr, status } = await runTsbt(["-e", "begin { print(curtask.pid); }"], { env });
    expect(stderr).toMatch(/^WARNING: BTF: failed to parse BTF from \/nonexistent\n.*ERROR/);
    expect(status).toBe(1);
  });
});

/** As a user without any privilege. */
function asNobody(args: readonly string[]): Promise<Finished> {
  return new Child("/usr/bin/setpriv", ["--reuid=65534", "--regid=65534", "--clear-groups", tsbtCommand(), ...args])
    .finished;
}

describe("signals", () => {
  kernelTest("the status of exit() in an end probe counts after a signal", { matrix: false }, async () => {
    const tsbt = await startTsbt(["-e", "interval:s:100 { } end { exit(7); }"]);
    expect(await tsbt.interrupt()).toMatchObject({ stdout: "\n\n", status: 7, signal: null });
  });

  kernelTest("one ends the wait for a child that exit() did not end", { matrix: false }, async () => {
    // What it writes, it writes when the signal does nothing to it any more.
    const script = "tracepoint:syscalls:sys_exit_write /pid == cpid/ { print(0); exit(4); } end { print(1); }";
    const tsbt = new Child(tsbtCommand(), ["-c", "/bin/sh stubborn.sh", "-e", script], { cwd: directory });
    await tsbt.printed("0\n");
    expect(await tsbt.interrupt()).toMatchObject({ stdout: "ready\n0\n1\n\n\n", status: 4 });
  });

  kernelTest("a second one ends at once, though nobody reads the maps", { matrix: false }, async () => {
    const fill = "begin { for ($i : 0..4000) { @[$i] = (comm, comm, comm); } }";
    // The reader has the pipe, and reads what we write.
    const pipe = 'exec 3<&0; "$1" -e "$2" </dev/null | cat 4<&0 <&3';
    const words = ["-c", pipe, "sh", tsbtCommand(), `${fill} interval:s:100 { }`];
    const shell = new Child("/bin/sh", words, { input: "open" });
    await shell.printed("Attached 2 probes\n", "stderr");
    const pid = await waitFor("tsbt", () => childOf(shell.pid));
    process.kill(pid, "SIGINT");
    await waitFor("it to write", () => isWriting(pid));
    process.kill(pid, "SIGINT");
    await waitFor("its end", () => !existsSync(`/proc/${pid}`));
    shell.closeInput();
    await shell.finished;
  });

  kernelTest("SIGHUP has its default action: no maps", { matrix: false }, async () => {
    const tsbt = await startTsbt(["-e", "interval:s:100 { @ = 1; } begin { @ = 2; }"]);
    tsbt.kill("SIGHUP");
    expect(await tsbt.finished).toMatchObject({ stdout: "", signal: "SIGHUP" });
  });
});

describe("readers that go away end the trace quietly", () => {
  for (const [claim, script] of [
    ["of what probes print", 'interval:ms:5 { printf("tick\\n"); }'],
    ["of a lot at once", 'begin { for ($i : 0..100000) { printf("tick\\n"); } }'],
    ["of maps", 'begin { printf("tick\\n"); for ($i : 0..4000) { @[$i] = $i; } }'],
  ] as const) {
    kernelTest(claim, { matrix: false }, async () => {
      const words = ["-c", `"$1" -q -e "$2" | head -n 1; echo "\${PIPESTATUS[0]}"`, "bash", tsbtCommand(), script];
      expect(await new Child("/bin/bash", words).finished).toMatchObject({ stdout: "tick\n0\n", stderr: "" });
    });
  }
});

/** The process that is tsbt by now. */
function childOf(parent: number): number | undefined {
  const children = readFileSync(`/proc/${parent}/task/${parent}/children`, "latin1").split(" ").filter(Boolean);
  return children.map(Number).find((pid) => readFileSync(`/proc/${pid}/comm`, "latin1") === "tsbt\n");
}

/** Sleeps in write(2), which is system call 1 on x86_64 and 64 on aarch64. */
const isWriting = (pid: number): boolean => /^(1|64) 0x1 /.test(readFileSync(`/proc/${pid}/syscall`, "latin1"));
