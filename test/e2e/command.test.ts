/** What the command does around a script: streams, signals, processes, statuses (probes-and-cli.md 11, 13, 15, 19). */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished } from "vitest";
import { statusOf, untilIdle } from "../support/idle.js";
import { Child, kernelTest, runTsbt, startTsbt, tsbtCommand } from "../support/index.js";

function temporaryFile(name: string): string {
  const directory = mkdtempSync(join(tmpdir(), "tsbt-command-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return join(directory, name);
}

const TICKS = 'interval:ms:20 { @n = 1; printf("tick\\n"); }';

describe("signals", () => {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    kernelTest(`${signal} ends the trace: end probes run and the maps are shown`, {}, async () => {
      const tsbt = await startTsbt(["-e", `${TICKS} end { printf("end\\n"); }`]);
      await tsbt.printed("tick");
      tsbt.kill(signal);
      const { stdout, status } = await tsbt.finished;
      expect(stdout).toMatch(/^(tick\n)+end\n\n\n@n: 1\n$/);
      expect(status).toBe(0);
    });
  }
});

describe("a trace without events", () => {
  const rows: readonly (readonly [claim: string, action: string, prints: RegExp])[] = [
    ["of a script that never sends any", "@ = count();", /^\n\n@: [1-9]\d*\n$/],
    ["of a script that sends some later", 'printf("open\\n");', /^(open\n)+\n\n$/],
  ];
  for (const [claim, action, prints] of rows) {
    kernelTest(`${claim} goes on until it is told to end`, {}, async () => {
      const shell = new Child("/bin/sh", ["-c", "read go; read line < /etc/passwd"], { input: "open" });
      const script = `tracepoint:syscalls:sys_enter_openat /pid == ${shell.pid}/ { ${action} }`;
      const tsbt = await startTsbt(["-e", script]);
      // Node ends by itself when nothing is left that could happen; when it sleeps, it has not.
      await untilIdle(() => statusOf(tsbt.pid));
      shell.write("go\n");
      await shell.finished;
      const { stdout, status, signal } = await tsbt.interrupt();
      expect({ status, signal }).toEqual({ status: 0, signal: null });
      expect(stdout).toMatch(prints);
    });
  }
});

describe("-c", () => {
  kernelTest("the child starts when everything is attached, and its end ends the trace", {}, async () => {
    const { stdout } = await runTsbt([
      "-c",
      "/bin/echo child",
      "-e",
      // Its own output comes first: this is when it has been written.
      'tracepoint:syscalls:sys_exit_write /pid == cpid/ { printf("%d\\n", args.ret); }',
    ]);
    expect(stdout).toBe("child\n6\n\n\n");
  });

  kernelTest("what the child does before it has executed its program is hardly seen", {}, async () => {
    const script = 'tracepoint:raw_syscalls:sys_enter / pid == cpid && comm != "true" / { @before++; }';
    const { stdout } = await runTsbt(["-q", "-c", "/bin/true", "-e", script]);
    // It unblocks signals and calls execve(2).
    expect(stdout).toBe("\n\n@before: 2\n");
  });

  kernelTest("exit() ends the child too", {}, async () => {
    const { status, stderr } = await runTsbt(["-v", "-c", "/bin/sleep 60", "-e", "interval:ms:10 { exit(5); }"]);
    expect(status).toBe(5);
    expect(stderr).toContain("Child terminated by signal: 15\n");
  });

  kernelTest("user-space probes see the child only", {}, async () => {
    const { stdout } = await runTsbt(["-c", "/bin/true", "-e", "uprobe:libc:exit { @[pid == cpid] = count(); }"]);
    expect(stdout).toMatch(/^\n\n(@\[true\]: \d+\n)?$/);
  });

  kernelTest("a program that is none is refused", {}, async () => {
    const { stderr, status } = await runTsbt(["-c", "/etc/passwd", "-e", "begin {}"]);
    expect(stderr).toBe(
      "ERROR: Failed to fork child: Path '/etc/passwd' does not exist or is not executable (No such file or directory)\n",
    );
    expect(status).toBe(1);
  });

  kernelTest("--dry-run attaches and says nothing, and the child never runs", {}, async () => {
    const script = "begin { print(1); } interval:s:1 {} end { print(2); }";
    expect(await runTsbt(["--dry-run", "-c", "/bin/echo child", "-e", script])).toMatchObject({
      stdout: "",
      stderr: "",
      status: 0,
    });
  });
});

describe("-p", () => {
  kernelTest("the end of the process ends the trace", {}, async () => {
    const sleeper = new Child("/bin/sleep", ["60"]);
    const tsbt = await startTsbt(["-p", String(sleeper.pid), "-e", "interval:s:100 {}"]);
    sleeper.kill("SIGKILL");
    expect((await tsbt.finished).status).toBe(0);
  });

  kernelTest("only its events pass", {}, async () => {
    const { stdout } = await runTsbt([
      "-p",
      String(process.pid),
      "-e",
      `tracepoint:syscalls:sys_enter_write { @[pid == ${process.pid}] = count(); } interval:ms:100 { exit(); }`,
    ]);
    expect(stdout).toMatch(/^\n\n(@\[true\]: \d+\n)?$/);
  });
});

describe("where the text comes from", () => {
  const SCRIPT = 'begin { printf("%s %d\\n", str($1), $2); }';

  kernelTest("a file, with parameters", {}, async () => {
    const file = temporaryFile("script.bt");
    writeFileSync(file, SCRIPT);
    expect((await runTsbt([file, "a", "2"])).stdout).toBe("a 2\n\n\n");
    writeFileSync(file, "begin { foo(); }");
    expect((await runTsbt([file])).stderr).toContain(`${file}:1:9-14: ERROR: Unknown function: 'foo'\n`);
  });

  kernelTest("standard input", {}, async () => {
    expect((await runTsbt(["-", "x", "3"], { input: SCRIPT })).stdout).toBe("x 3\n\n\n");
  });
});

describe("where the output goes", () => {
  kernelTest("-o takes all program output, standard error the rest", {}, async () => {
    const file = temporaryFile("out");
    const { stdout, stderr } = await runTsbt(["-o", file, "-e", 'begin { printf("a\\n"); @ = 1; }']);
    expect({ stdout, stderr }).toEqual({ stdout: "", stderr: "Attached 1 probe\n" });
    expect(readFileSync(file, "latin1")).toBe("a\n\n\n@: 1\n");
  });

  kernelTest("bytes of strings come out as they are", {}, async () => {
    const { stdout } = await runTsbt(["-"], { input: 'begin { print("caf\xc3\xa9 \xff\\x01"); }' });
    expect(stdout).toBe("caf\xc3\xa9 \xff\x01\n\n\n");
  });

  kernelTest("a reader that has had enough ends the trace quietly", {}, async () => {
    const shell = new Child("/bin/sh", ["-c", `"$1" -q -e "$2" | head -n 2`, "sh", tsbtCommand(), TICKS]);
    expect(await shell.finished).toMatchObject({ stdout: "tick\ntick\n", stderr: "" });
  });

  kernelTest("-f json writes one record a line, status among them", {}, async () => {
    const { stdout, stderr } = await runTsbt([
      "-f",
      "json",
      "-e",
      'begin { printf("a\\n"); @m["k", 1] = 2; print((1, "x")); }',
    ]);
    expect(stderr).toBe("");
    expect(stdout.split("\n").filter(Boolean)).toEqual([
      '{"type": "attached_probes", "count": 1, "data": {"probes": 1}}',
      '{"type": "printf", "data": "a\\n"}',
      '{"type": "value", "data": [1,"x"]}',
      '{"type": "map", "data": {"@m": {"k,1": 2}}}',
    ]);
  });
});

describe("what goes wrong", () => {
  const NO_PROBES = "No probes to attach\n";
  const rows: readonly (readonly [args: readonly string[], status: number, stdout: string, stderr: RegExp])[] = [
    [["/nonexistent"], 1, "", /^ERROR: failed to open file '\/nonexistent': No such file or directory\n$/],
    [
      ["-o", "/nonexistent/x", "-e", "begin {}"],
      1,
      "",
      /^ERROR: Failed to open output file: "\/nonexistent\/x": No such/,
    ],
    [["-f", "xml", "-e", "begin {}"], 1, "", /^ERROR: Invalid output format "xml"\nValid formats: 'text', 'json'\n$/],
    [["-p", "x", "-e", "begin {}"], 1, "", /^ERROR: Failed to parse pid: invalid integer: x\n$/],
    [["-p", "99999999", "-e", "begin {}"], 1, "", /^ERROR: Pid out of range: 99999999\n$/],
    [
      // The largest that Linux can be made to give out is one less.
      ["-p", "4194304", "-e", "begin {}"],
      1,
      "",
      /^ERROR: Failed to attach to pid: Unable to open pidfd \(No such process\)\n$/,
    ],
    [
      ["-e", "begin {}", "--", "--x", "--y=1"],
      1,
      "",
      /^ERROR: unexpected program command line options: --x, --y\nHINT: no custom/,
    ],
    [["--probe-filter", "nothing", "-e", "interval:s:1 {}"], 1, NO_PROBES, /^$/],
    [["-q", "--probe-filter", "nothing", "-e", "interval:s:1 {}"], 1, "", /^$/],
    [["-e", "begin { exit(300); }"], 44, "\n\n", /^Attached 1 probe\n$/],
  ];
  for (const [args, status, stdout, stderr] of rows) {
    kernelTest(args.join(" "), {}, async () => {
      const result = await runTsbt(args);
      expect(result.stderr).toMatch(stderr);
      expect(result).toMatchObject({ status, stdout });
    });
  }

  kernelTest("a bad variable is named without further words, with status 2", {}, async () => {
    const { stderr, status } = await runTsbt(["-e", "begin {}"], { env: { BPFTRACE_MAX_STRLEN: "abc" } });
    expect({ stderr, status }).toEqual({ stderr: "max_strlen: expecting a number, got abc\n", status: 2 });
  });
});

describe("listing", () => {
  kernelTest("tracepoints with their fields", {}, async () => {
    // Linux 7.2 has more fields in tracepoints of system calls that take file names.
    const { stdout } = await runTsbt(["-lv", "tracepoint:syscalls:sys_enter_dup2"]);
    expect(stdout).toBe(
      "tracepoint:syscalls:sys_enter_dup2\n    int __syscall_nr\n    unsigned int oldfd\n    unsigned int newfd\n",
    );
  });

  kernelTest("raw tracepoints with the parameters that the kernel passes", { needs: "btf" }, async () => {
    const { stdout } = await runTsbt(["-lv", "rawtracepoint:vmlinux:sys_exit"]);
    expect(stdout).toBe("rawtracepoint:vmlinux:sys_exit\n    struct pt_regs * regs\n    long int ret\n");
  });

  kernelTest("types of the kernel, by name and in C", { needs: "btf" }, async () => {
    expect((await runTsbt(["-l", "struct list_h*"])).stdout).toBe("struct list_head\n");
    expect((await runTsbt(["-lv", "struct list_head"])).stdout).toBe(
      "vmlinux: struct list_head {\n\tstruct list_head *next;\n\tstruct list_head *prev;\n};\n\n",
    );
  });

  kernelTest("nothing found is no error", {}, async () => {
    expect(await runTsbt(["-l", "nothing:*"])).toMatchObject({ stdout: "", stderr: "", status: 0 });
  });
});

kernelTest("--fmt needs no privileges and prints the script", { root: false }, async () => {
  expect((await runTsbt(["--fmt", "-e", "begin{$x=1;}"])).stdout).toBe("begin\n{\n  $x = 1;\n}\n");
});
