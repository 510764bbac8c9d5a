/** What the command line asks for (probes-and-cli.md 13), and what is answered when it asks for nothing that can be done. */
import { VERSION } from "../../../src/cli/version.js";
import { commandTests } from "./command-rows.js";

commandTests({
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
      claim: "a word in its place",
      args: ["-p", "not_a_pid", "-e", "begin { print(1); }"],
      stderr: "ERROR: Failed to parse pid: invalid integer: not_a_pid\n",
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
      stderr:
        "ERROR: USAGE: --no-feature can only have values 'kprobe_multi,kprobe_session,uprobe_multi,tail_calls,steady_raw_tracepoints,compare_exchange'.\n",
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
});
