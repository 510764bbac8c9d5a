/** Where output goes, what the environment says, and with which status the command ends (probes-and-cli.md 14 to 16). */
import { commandTests } from "./command-rows.js";

commandTests({
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
      claim: "variables that are called almost as ours are",
      args: ["-e", "begin { print(1); }"],
      env: { BPFTRACE_MAX_STRLN: "9", TSBT_COLOR: "never", BPFTRACE_OF_OTHERS: "1" },
      stdout: "1\n\n\n",
      stderr:
        "WARNING: BPFTRACE_MAX_STRLN is no environment variable that is read\nHINT: Did you mean `BPFTRACE_MAX_STRLEN`?\n" +
        "WARNING: TSBT_COLOR is no environment variable that is read\nHINT: Did you mean `BPFTRACE_COLOR`?\nAttached 1 probe\n",
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
});
