import { execFileSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect } from "vitest";
import { checkScript, Child, kernelTest, TracingChild } from "../../support/index.js";
import { languageTests } from "../language/language-rows.js";

const UNSAFE = ["--unsafe"];

languageTests("functions that act in user space", {
  "a width or precision has a limit": [
    {
      script: 'begin { printf("%65535s|\\n", "x"); }',
      matches: /^ {65534}x\|\n\n\n$/,
    },
    {
      script: 'begin { printf("%2147483647s|\\n", "x"); }',
      says: ["1:9-39 ERROR: width of format specifier s is too large, must be <= 65535 (2147483647 provided)"],
    },
    {
      script: 'begin { errorf("%-0999999999999d", 5); warnf("%.65536d", 1); cat("%65536s", comm); }',
      says: [
        "1:9-38 ERROR: width of format specifier d is too large, must be <= 65535 (999999999999 provided)",
        "1:40-60 ERROR: precision of format specifier d is too large, must be <= 65535 (65536 provided)",
        "1:62-82 ERROR: width of format specifier s is too large, must be <= 65535 (65536 provided)",
      ],
    },
    {
      script: 'begin { fail("%99999999999x", 5); }',
      says: ["1:9-33 ERROR: width of format specifier x is too large, must be <= 65535 (99999999999 provided)"],
    },
    {
      script: 'begin { system("%65536s", "x"); debugf("%65536d", 5); }',
      options: UNSAFE,
      says: [
        "1:9-31 ERROR: width of format specifier s is too large, must be <= 65535 (65536 provided)",
        "1:33-53 ERROR: width of format specifier d is too large, must be <= 65535 (65536 provided)",
        "1:33-53 WARNING: The debugf() builtin is not recommended for production use. For more information see bpf_trace_printk in bpf-helpers(7).",
      ],
    },
    { script: 'begin { printf("%99999999999%|%0000000000005d\\n", 7); }', prints: ["%|00007"] },
    // strftime() and time() have their own limits.
    {
      script:
        'begin { time("%2147483647Y"); time("%99999999999999999999a"); print(strftime("%-2147483647d", 1s)); time("%010Y\\n"); }',
      matches: /^\(\?\)\n0{6}\d{4}\n\n\n$/,
      says: [
        "ERROR: strftime returned zero (Success)",
        "ERROR: strftime returned zero (Success)",
        "ERROR: strftime returned 0",
      ],
      status: 0,
    },
  ],
  "errorf() and warnf() name their place": [
    {
      script: 'begin { errorf("bad %d", 5); warnf("warn %s\\n", "x"); printf("p\\n"); }',
      says: ["1:9-28 ERROR: bad 5", "1:30-53 WARNING: warn x"],
      prints: ["p"],
      status: 0,
    },
    {
      script: 'macro m(x) { warnf("in macro %d\\n", x); } macro n(y) { m(y) } begin { n(5); }',
      says: ["1:14-39 WARNING: in macro 5", "1:56-60 WARNING: expanded from", "1:71-75 WARNING: expanded from"],
      prints: [],
    },
    {
      script: 'begin { errorf("e"); warnf("w"); }',
      options: ["--no-warnings"],
      says: ["1:9-20 ERROR: e"],
      prints: [],
      status: 0,
    },
    {
      script: 'begin { errorf("bad %d"); }',
      says: ["1:9-25 ERROR: not enough arguments for format string (0 supplied, 1 expected)"],
    },
    { script: 'begin { warnf("bad %f", 1); }', says: ["1:9-27 ERROR: unsupported format specifier: f"] },
    { script: "begin { errorf(5); }", says: ["1:9-18 ERROR: errorf() expects a string literal (int provided)"] },
    {
      script: 'begin { $a = errorf("x"); }',
      says: ["1:9-25 ERROR: Value 'void' cannot be assigned to a scratch variable."],
    },
  ],
  "assert() ends the trace": [
    {
      // bpftrace names a place in its library first.
      script: 'begin { assert(false, "boo"); print(1); }',
      says: ["1:9-29 ERROR: assert failed: boo"],
      prints: [],
      status: 1,
    },
    { script: 'begin { assert(1 == 1, "boo"); print(1); }', prints: ["1"] },
  ],
  "cat() prints a file as far as it is allowed to": [
    {
      script:
        'begin { printf("a"); cat("/proc/sys/kernel/ostype"); cat("/tmp"); printf("x\\n"); cat("/proc/sys/kernel/%s", "ostype"); }',
      prints: ["aLinux", "x", "Linux"],
    },
    {
      script: 'config = { max_cat_bytes = 3 } begin { cat("/proc/sys/kernel/ostype"); print(1); }',
      prints: ["Lin1"],
    },
    {
      script: 'begin { cat("/nonexistent/%d", 5); print(1); }',
      says: ["ERROR: failed to open file '/nonexistent/5' (No such file or directory)"],
      prints: ["1"],
      status: 0,
    },
    { script: "begin { cat(5); }", says: ["1:9-15 ERROR: cat() expects a string literal (int provided)"] },
    {
      script: 'begin { $x = "a"; cat($x); }',
      says: ["1:19-26 ERROR: cat() expects a string literal (string provided)"],
    },
  ],
  "system() runs a command where its turn is": [
    {
      script:
        'begin { printf("1\\n"); system("echo a; echo b >&2"); system("printf x"); printf("2\\n"); system("echo $0 %d %s", 5, "y"); }',
      options: UNSAFE,
      prints: ["1", "a", "b", "", "x", "2", "sh 5 y", ""],
    },
    {
      // What bpftrace shows in parentheses is the error of some other call.
      script: 'begin { system("echo lost; exit 3"); system("kill -9 $$"); system("nosuchcommand"); print(1); }',
      options: UNSAFE,
      says: [
        "ERROR: command exited with code 3 (Success)",
        "ERROR: child process did not exit normally (Success)",
        "ERROR: command exited with code 127 (Success)",
      ],
      prints: ["1"],
      status: 0,
    },
    {
      script: 'begin { system("echo hi"); }',
      says: ["1:9-26 ERROR: system() is an unsafe function being used in safe mode"],
    },
    {
      script: "begin { system(5); }",
      options: UNSAFE,
      says: ["1:9-18 ERROR: system() expects a string literal (int provided)"],
    },
    {
      script: 'begin { system("%d"); }',
      options: UNSAFE,
      says: ["1:9-21 ERROR: not enough arguments for format string (0 supplied, 1 expected)"],
    },
  ],
  "join() takes an array of strings": [
    { script: "begin { join(uptr(0)); print(1); }", prints: ["", "1"], isForKernels: true },
    {
      script: 'begin { join("abc"); }',
      says: ["1:9-20 ERROR: () only supports int or pointer arguments (string provided)"],
    },
    { script: "begin { join(curtask, 5); }", says: ["1:9-25 ERROR: join() expects a string literal (int provided)"] },
    { script: "begin { join(0, 1, 2); }", says: ["1:9-22 ERROR: join() takes up to 2 arguments (3 provided)"] },
    {
      script: 'begin { $x = ","; join(0, $x); }',
      says: ["1:19-30 ERROR: join() expects a string literal (string provided)"],
    },
  ],
});

describe("functions that act in user space, in JSON", () => {
  kernelTest("each has a record of its own", { matrix: false }, async () => {
    await checkScript({
      script:
        'begin { errorf("bad %d\\n", 5); warnf("w"); system("echo a"); cat("/proc/sys/kernel/ostype"); join(uptr(0)); print(buf("ab\\xff", 3)); print(ntop(1)); printf("%rx\\n", buf("a", 1)); exit(); }',
      options: ["-q", "-f", "json", "--unsafe"],
      stdout: [
        '{"type": "errorf", "msg": "bad 5\\n", "filename": "stdin", "line": 1, "col": 9}',
        '{"type": "warnf", "msg": "w", "filename": "stdin", "line": 1, "col": 32}',
        '{"type": "syscall", "data": "a\\n"}',
        '{"type": "cat", "data": "Linux\\n"}',
        '{"type": "join", "data": ""}',
        '{"type": "value", "data": [97,98,-1]}',
        '{"type": "value", "data": "1.0.0.0"}',
        '{"type": "printf", "data": "\\\\x61\\n"}',
        "",
      ].join("\n"),
    });
  });
});

describe("what is printed before something that is waited for", () => {
  const directory = mkdtempSync(join(tmpdir(), "tsbt-waiting-"));
  afterAll(() => rmSync(directory, { recursive: true }));

  for (const [wait, reads] of [
    ["system", (fifo: string) => `system(": < ${fifo}")`],
    ["cat", (fifo: string) => `cat("${fifo}")`],
  ] as const) {
    kernelTest(`is there before ${wait}() ends`, { matrix: false }, async () => {
      const fifo = join(directory, wait);
      execFileSync("mkfifo", [fifo]);
      // Held open, so that it is neither at its end nor without a writer.
      const own = wait === "cat" ? openSync(fifo, "r+") : undefined;
      const tsbt = new TracingChild([
        "--unsafe",
        "-e",
        `begin { printf("a\\n"); ${reads(fifo)}; printf("b\\n"); exit(); }`,
      ]);
      await tsbt.printed("a\n");
      expect(tsbt.stdout).toBe("a\n");
      closeSync(own ?? openSync(fifo, "w"));
      expect((await tsbt.finished).stdout).toMatch(/^a\n\n?b\n/);
    });
  }
});

describe("join() of a program's arguments", () => {
  const ARGUMENTS = Array.from({ length: 20 }, (_, i) => `word${i}`);

  kernelTest("shows the first sixteen, with a separator", {}, async () => {
    const shell = new Child("/bin/sh", ["-c", `read go; exec /bin/true ${ARGUMENTS.join(" ")}`], { input: "open" });
    const { pid } = shell;
    await checkScript({
      script: `tracepoint:syscalls:sys_enter_execve /pid == ${pid}/ { join(args.argv); join(args.argv, ","); exit(); }`,
      stdout: `${["/bin/true", ...ARGUMENTS.slice(0, 15)].join(" ")}\n${["/bin/true", ...ARGUMENTS.slice(0, 15)].join(",")}\n\n\n`,
      trigger: async () => {
        shell.write("go\n");
        await shell.finished;
      },
    });
  });
});
