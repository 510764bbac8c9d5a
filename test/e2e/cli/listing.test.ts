/** `-l` and `--fmt` (probes-and-cli.md 16, 19). */
import { commandTests } from "./command-rows.js";

commandTests({
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
      stderr: "stdin:1:1-19: ERROR: No matches for tracepoint foo:bar.\ntracepoint:foo:bar { }\n           ~~~\n",
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
});
