/** `--emit FILE`, and `tsbt FILE`: what was compiled does what the script does. */
import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished } from "vitest";
import { FULL_LANGUAGE } from "../../../codegen/full-language.js";
import type { Attachment } from "../../../codegen/object.js";
import { decodeScript, encodeScript } from "../../../codegen/saved/index.js";
import { NUMBER } from "../../../src/cli/version.js";
import { compile, hostFacts, loadCompiled } from "../../../src/api/index.js";
import { transcript } from "../../support/child.js";
import { compileC, type FeatureName, kernelTest, runTsbt, tsbtCommand } from "../../support/index.js";

const PROGRAM = `
#include <sys/sdt.h>
__attribute__((noinline)) int twice(int n) { return n * 2; }
int main(void) {
  int sum = 0;
  for (int i = 1; i <= 3; i++) { STAP_PROBE2(own, turn, i, "text"); sum += twice(i); }
  return sum == 12 ? 7 : 1;
}
`;

const program = (): string => compileC(PROGRAM, { name: "twice" });

function directory(): string {
  const made = mkdtempSync(join(tmpdir(), "tsbt-emit-"));
  onTestFinished(() => rmSync(made, { recursive: true }));
  return made;
}

interface Row {
  readonly claim: string;
  /** PROGRAM stands for its path. */
  readonly script: string;
  readonly args?: readonly string[];
  /** Of compiling. */
  readonly options?: readonly string[];
  /** Of running. */
  readonly runs?: readonly string[];
  readonly needs?: FeatureName | readonly FeatureName[];
  readonly usesProgram?: true;
}

const ROWS: readonly Row[] = [
  {
    claim: "text with values of all kinds",
    script:
      'begin { printf("%d %x %s %c %p|%-5s|%r\\n", -1, 255, "text", 65, 0, "a", buf("ab", 2)); print((1, "a", (x = 2))); exit(); }',
  },
  {
    claim: "parameters and options of the script",
    script: 'begin { print($1); print(str($2)); print(getopt("n", 1)); exit(); }',
    args: ["5", "abc", "--", "--n=9"],
  },
  {
    claim: "maps and aggregations",
    script:
      'begin { for $i : 0..20 { @c[$i % 3] = count(); @h = hist($i); @l = lhist($i, 0, 20, 5); @s = stats($i); @t["a", $i] = $i; @m = max(-$i); @d = stddev($i); } delete(@t, ("a", 3)); exit(); }',
  },
  {
    claim: "what is printed, cleared and zeroed",
    script:
      "begin { @a[1] = 2; print(@a); clear(@a); print(@a); @b = count(); zero(@b); @e[3] = 4; print(@e, 1, 2); exit(); }",
  },
  {
    claim: "strings and macros of the library",
    script:
      'begin { $s = "hello world"; print(strstr($s, "wor")); print(str_concat($s, "!")); print(strlen($s)); assert(1 == 1, "x"); exit(); }',
  },
  {
    claim: "warnings at run time, with their lines",
    script: "begin { $z = (int64)pid * 0; @ = 1 / $z; print(cpid); exit(); }",
  },
  {
    claim: "programs that go on to each other",
    script:
      'let @next = progarray(4); prog one { printf("one\\n"); } begin { @next[1] = one; } self:signal:SIGUSR1 { tail_call(@next, 1); } end { print(1); } interval:ms:10 { exit(); }',
  },
  {
    claim: "loops and recursion of types",
    script:
      "begin { $i = 0; while ($i < 5) { $i++; if ($i == 3) { continue; } print($i); } unroll(2) { print(7); } exit(); }",
  },
  {
    claim: "time",
    script: 'begin { time("%Y\\n"); print(strftime("%Y", nsecs)); exit(); } interval:s:5 { print(1); }',
  },
  {
    claim: "begin, interval, end",
    script: 'begin { print("b"); } interval:ms:1 { print("i"); exit(); } end { print("e"); }',
  },
  { claim: "tests", script: 'test:a { assert(1 == 1, "no"); } test:b { assert(1 == 2, "no"); }', runs: ["--test"] },
  { claim: "JSON", script: 'begin { printf("%d\\n", 1); @a["x"] = hist(3); exit(); }', runs: ["-f", "json"] },
  {
    claim: "what is not safe, where it is allowed",
    script: 'begin { system("echo %d", 5); exit(); }',
    options: ["--unsafe"],
    runs: ["--unsafe"],
  },
  {
    claim: "system calls of a command",
    script:
      'tracepoint:syscalls:sys_enter_openat /pid == cpid/ { @n = count(); if (str(args.filename) == "/dev/null") { print("opened"); } } tracepoint:syscalls:sys_exit_openat /pid == cpid && args.ret > 0/ { @[pid == cpid] = 1; } end { print((has_cpid, cpid > 0)); }',
    runs: ["-c", "/bin/cat /dev/null"],
    needs: "tracepoint",
  },
  {
    claim: "functions of a program, and their returns",
    script:
      'uprobe:PROGRAM:twice { printf("in %d %s\\n", arg0, func); @[ustack(1)] = count(); } uretprobe:PROGRAM:twice { printf("out %d\\n", retval); }',
    runs: ["-c", "PROGRAM"],
    needs: "uprobe",
    usesProgram: true,
  },
  {
    claim: "USDT probes of a program",
    script: 'usdt:PROGRAM:own:turn { printf("%d %s\\n", arg0, str(arg1)); }',
    runs: ["-c", "PROGRAM"],
    needs: "uprobe",
    usesProgram: true,
  },
  {
    claim: "stacks and functions of the kernel",
    script:
      "kprobe:vfs_read /pid == cpid/ { @[func, probe] = 1; @s[kstack(1)] = 1; } kretprobe:vfs_read /pid == cpid/ { @r = 1; }",
    runs: ["-c", "/bin/cat /etc/hostname"],
    needs: "kprobe",
  },
  {
    claim: "trampolines, with their types",
    script:
      'fentry:vfs_read /pid == cpid/ { if (str(args.file.f_path.dentry.d_name.name) == "hostname") { @read = 1; } } fexit:vfs_read /pid == cpid/ { if (retval > 0) { @n = 1; } }',
    runs: ["-c", "/bin/cat /etc/hostname"],
    needs: "fentry",
  },
];

describe("what was compiled does what the script does:", () => {
  for (const { claim, script, args = [], options = [], runs = [], needs = [], usesProgram } of ROWS) {
    const packages = usesProgram === undefined ? {} : { package: ["gcc", "libc6-dev", "systemtap-sdt-dev"] as const };
    kernelTest(claim, { needs, ...packages }, async () => {
      const named = (text: string): string =>
        usesProgram === undefined ? text : text.replaceAll("PROGRAM", program());
      const cwd = directory();
      const path = join(cwd, "a.bt");
      writeFileSync(path, named(script));
      const made = await runTsbt([...options, "--emit", "a.tsbt", "a.bt", ...args], { cwd });
      expect([made.stdout, made.status], transcript(made)).toEqual(["", 0]);
      const compiled = await runTsbt([...runs.map(named), "a.tsbt"], { cwd });
      const own = await runTsbt([...options.filter((o) => !runs.includes(o)), ...runs.map(named), "a.bt", ...args], {
        cwd,
      });
      expect(own.stdout, transcript(own)).not.toBe("");
      expect(withoutTimes(compiled.stdout), transcript(compiled)).toBe(withoutTimes(own.stdout));
      expect(compiled.status).toBe(own.status);
      // What is said of the script was said when it was compiled.
      expect(made.stderr + compiled.stderr).toBe(own.stderr);
    });
  }
});

const withoutTimes = (text: string): string => text.replace(/\(\d+ [^)]*s\)/g, "(time)");

kernelTest("-p is told when it is run, and keeps out all other processes", { needs: "tracepoint" }, async () => {
  const cwd = directory();
  await runTsbt(
    [
      "--emit",
      "p.tsbt",
      "-e",
      "tracepoint:syscalls:sys_enter_openat { @[pid] = count(); } interval:ms:300 { exit(); }",
    ],
    { cwd },
  );
  const [own, init] = await Promise.all([
    runTsbt(["-p", `${process.pid}`, "p.tsbt"], { cwd }),
    runTsbt(["-p", `${process.ppid}`, "p.tsbt"], { cwd }),
  ]);
  expect(own.stdout).toMatch(new RegExp(`^\\s*(@\\[${process.pid}\\]: \\d+\\s*)?$`));
  expect(init.stdout).not.toMatch(new RegExp(`@\\[${process.pid}\\]`));
});

describe("the file", () => {
  kernelTest(
    "is for all to read, is there at once or not at all, and what was a link stays one",
    { matrix: false },
    async () => {
      const cwd = directory();
      writeFileSync(join(cwd, "real"), "old");
      symlinkSync("real", join(cwd, "link"));
      const umask = process.umask(0o077);
      try {
        await runTsbt(["--emit", "link", "-e", "begin { print(1); exit(); }"], { cwd });
      } finally {
        process.umask(umask);
      }
      expect(statSync(join(cwd, "real")).mode & 0o777).toBe(0o644);
      expect(readdirSync(cwd).sort()).toEqual(["link", "real"]);
      expect((await runTsbt(["-q", "link"], { cwd })).stdout).toBe("1\n\n\n");
      const before = readFileSync(join(cwd, "real"));
      const wrong = await runTsbt(["--emit", "link", "-e", "begin { print(; }"], { cwd });
      expect(wrong.status).toBe(1);
      expect(readFileSync(join(cwd, "real")).equals(before)).toBe(true);
    },
  );

  kernelTest("leaves nothing behind where there is no room for it", { matrix: false }, () => {
    const cwd = directory();
    const script = `begin { exit(); } // ${"x".repeat(4000)}`;
    const limited = ["-c", 'ulimit -f 1; exec "$@"', "bash", tsbtCommand(), "--emit", "a", "-e", script];
    const { stderr, status } = spawnSync("bash", limited, { cwd, encoding: "utf8" });
    expect([stderr, status]).toEqual(['ERROR: Failed to open output file: "a": File too large\n', 1]);
    expect(readdirSync(cwd)).toEqual([]);
  });

  kernelTest("that --fmt replaces keeps its permissions", { matrix: false }, async () => {
    const cwd = directory();
    writeFileSync(join(cwd, "a.bt"), "begin{}", { mode: 0o750 });
    await runTsbt(["--fmt", "-o", "a.bt", "a.bt"], { cwd });
    expect(readFileSync(join(cwd, "a.bt"), "utf8")).toBe("begin\n{}\n");
    expect(statSync(join(cwd, "a.bt")).mode & 0o777).toBe(0o750);
  });

  kernelTest("is the same for the TypeScript interface, which can run it and make it", { matrix: false }, async () => {
    const cwd = directory();
    await runTsbt(["--emit", "a", "-e", "begin { print(1); exit(); }"], { cwd });
    const made = loadCompiled(readFileSync(join(cwd, "a")));
    expect(made.probes).toEqual(["begin"]);
    writeFileSync(join(cwd, "b"), made.save());
    expect((await runTsbt(["-q", "b"], { cwd })).stdout).toMatch(/^1\n/);
  });

  kernelTest("may come from standard input", { matrix: false }, async () => {
    const cwd = directory();
    await runTsbt(["--emit", "a", "-e", "begin { print(1); exit(); }"], { cwd });
    const { stdout } = await runTsbt(["-q", "-"], { cwd, input: readFileSync(join(cwd, "a"), "latin1") });
    expect(stdout).toBe("1\n\n\n");
  });

  kernelTest("names its probes for -l, and shows its programs", { matrix: false }, async () => {
    const cwd = directory();
    await runTsbt(["--emit", "a", "-e", "begin { exit(); } interval:s:1 { }"], { cwd });
    expect((await runTsbt(["-l", "a"], { cwd })).stdout).toBe("begin\ninterval:s:1\n");
    const { stdout } = await runTsbt(["-d", "bytecode,plan", "--mode", "codegen", "a"], { cwd });
    expect(stdout).toMatch(/^BPF bytecode of begin_1:[^]*Attachments:/);
  });
});

describe("is not run", () => {
  kernelTest("without --unsafe, when it needs that, whatever it says of itself", { matrix: false }, async () => {
    const cwd = directory();
    for (const body of ['system("true");', "signal(1);", "signal_thread(1);"]) {
      await runTsbt(["--unsafe", "--emit", "a", "-e", `begin { if (pid == 0) { ${body} } exit(); }`], { cwd });
      const refused = await runTsbt(["a"], { cwd });
      expect(refused.stderr).toMatch(
        /^ERROR: (system|signal|signal_thread)\(\) is an unsafe function being used in safe mode\n/,
      );
      expect(refused.status).toBe(1);
    }
    await runTsbt(["--unsafe", "--emit", "a", "-e", "begin { exit(); }"], { cwd });
    expect((await runTsbt(["a"], { cwd })).status).toBe(0);
  });

  kernelTest("where a program with probes in it is another one", { needs: "uprobe", package: "gcc" }, async () => {
    const cwd = directory();
    copyFileSync(program(), join(cwd, "p"));
    await runTsbt(["--emit", "a", "-e", "uprobe:./p:twice { print(1); }"], { cwd });
    utimesSync(join(cwd, "p"), 1, 1);
    // From elsewhere it is the same file all the same.
    expect((await runTsbt(["--dry-run", join(cwd, "a")], { cwd: "/" })).status).toBe(0);
    copyFileSync(compileC("int main(void) { return 0; }"), join(cwd, "p"));
    const { stderr, status } = await runTsbt(["--dry-run", "a"], { cwd });
    expect([stderr, status]).toEqual([
      `ERROR: a was compiled where something is otherwise than here:\n  ${join(cwd, "p")} is another file\n` +
        "HINT: Compile the script again here: `tsbt --emit FILE SCRIPT`.\n",
      1,
    ]);
  });

  describe("when somebody has forged where its probes are:", () => {
    /** As if it had been compiled so. */
    function forge(path: string, change: (point: never) => object): void {
      const script = decodeScript(readFileSync(path), NUMBER, FULL_LANGUAGE);
      const attachments = script.object.attachments.map(
        (attachment) => ({ ...attachment, point: change(attachment.point as never) }) as Attachment,
      );
      writeFileSync(
        path,
        encodeScript({ ...script, object: { ...script.object, attachments } }, NUMBER, FULL_LANGUAGE),
      );
    }
    type Function = { readonly offset: bigint };
    type Sites = { readonly sites: readonly { readonly offset: bigint }[] };

    const ROWS: readonly (readonly [string, string, (point: never) => object, RegExp])[] = [
      [
        "in an instruction",
        "uprobe:./p:twice { exit(); }",
        (point: Function) => ({ ...point, offset: point.offset + 2n }),
        /into middle of instruction/,
      ],
      [
        "in what is no code",
        "uprobe:./p:twice { exit(); }",
        (point: Function) => ({ ...point, offset: 1n << 40n }),
        /Could not resolve symbol/,
      ],
      [
        "before the file",
        "uretprobe:./p:twice { exit(); }",
        (point: Function) => ({ ...point, offset: -5n }),
        /Could not resolve symbol/,
      ],
      [
        "where there is no USDT probe",
        "usdt:./p:own:turn { exit(); }",
        (point: Sites) => ({ ...point, sites: point.sites.map((site) => ({ ...site, offset: site.offset + 1n })) }),
        /Could not resolve symbol/,
      ],
      [
        "in a file whose name has a NUL",
        "uprobe:./p:twice { exit(); }",
        (point: object) => ({ ...point, filePath: "/bin/true\0x" }),
        /a name has a NUL/,
      ],
    ];
    for (const [claim, script, change, words] of ROWS) {
      kernelTest(claim, { needs: "uprobe", package: "gcc" }, async () => {
        const cwd = directory();
        copyFileSync(program(), join(cwd, "p"));
        await runTsbt(["--emit", "a", "-e", script], { cwd });
        forge(join(cwd, "a"), (point) => point);
        expect((await runTsbt(["--mode", "codegen", "a"], { cwd })).stderr).toBe("");
        forge(join(cwd, "a"), change);
        const { stderr, status } = await runTsbt(["a"], { cwd });
        expect(stderr).toMatch(/^ERROR: a is a compiled script that is damaged: /);
        expect(stderr).toMatch(words);
        expect(status).toBe(1);
      });
    }
  });

  kernelTest("when it is cut off or changed, and says where", { matrix: false }, async () => {
    const cwd = directory();
    await runTsbt(["--emit", "a", "-e", "begin { print(1); exit(); }"], { cwd });
    const whole = readFileSync(join(cwd, "a"));
    for (const length of [9, 30, whole.length >> 1, whole.length - 1]) {
      writeFileSync(join(cwd, "cut"), whole.subarray(0, length));
      const { stderr, status } = await runTsbt(["cut"], { cwd });
      expect(stderr).toMatch(/^ERROR: cut is a compiled script that is damaged: it ends too early.*\(at byte \d+\)\n$/);
      expect(status).toBe(1);
    }
    whole[whole.length >> 1]! ^= 16;
    writeFileSync(join(cwd, "changed"), whole);
    expect((await runTsbt(["changed"], { cwd })).stderr).toMatch(/damaged: it has been changed/);
  });

  kernelTest("when it sends events that it does not know", { matrix: false }, async () => {
    const cwd = directory();
    await runTsbt(["--emit", "a", "-e", 'begin { printf("1"); exit(); }'], { cwd });
    const script = decodeScript(readFileSync(join(cwd, "a")), NUMBER, FULL_LANGUAGE);
    writeFileSync(
      join(cwd, "a"),
      encodeScript({ ...script, object: { ...script.object, events: [] } }, NUMBER, FULL_LANGUAGE),
    );
    const { stderr, status } = await runTsbt(["-q", "a"], { cwd });
    const words = "it sends an event of number 0, and there are 0";
    expect([stderr, status]).toEqual([`ERROR: a is a compiled script that is damaged: ${words}\n`, 1]);
  });

  kernelTest("for another process than the one that it was compiled for", { matrix: false }, async () => {
    const cwd = directory();
    const compiled = compile("begin { print(1); exit(); }", { facts: hostFacts(), pid: process.pid });
    writeFileSync(join(cwd, "a"), compiled.save());
    for (const options of [
      ["-p", `${process.ppid}`],
      ["-c", "/bin/true"],
    ]) {
      const { stderr, status } = await runTsbt([...options, "a"], { cwd });
      expect([stderr, status]).toEqual([`ERROR: a was compiled for the process ${process.pid}\n`, 1]);
    }
    expect((await runTsbt(["-q", "-p", `${process.pid}`, "a"], { cwd })).stdout).toMatch(/^1\n/);
  });

  kernelTest("and no script is lost by a slip of the hand", { matrix: false }, async () => {
    const cwd = directory();
    const text = "begin { exit(); }\n";
    writeFileSync(join(cwd, "a.bt"), text);
    symlinkSync("a.bt", join(cwd, "link"));
    for (const path of ["a.bt", "./a.bt", "link"]) {
      const { stderr, status } = await runTsbt(["--emit", path, "a.bt"], { cwd });
      expect([stderr, status]).toEqual([`ERROR: ${path} is the script itself: --emit wants another name\n`, 1]);
    }
    expect(readFileSync(join(cwd, "a.bt"), "utf8")).toBe(text);
  });

  const LATE: readonly (readonly [readonly string[], RegExp])[] = [
    [["a", "5"], /parameters of the script would change/],
    [["a", "--", "--n=5"], /parameters of the script would change/],
    [["-I", ".", "a"], /-I would change/],
    [["-k", "a"], /compiled without -k/],
    [["-d", "ir", "a"], /nothing for -d ir to show/],
    [["--fmt", "a"], /no text of a script in it for --fmt/],
    [["types", "a"], /no text of a script in it for types/],
    [["--emit", "b", "a"], /is compiled already/],
    [["--no-feature", "kprobe_multi", "a"], /--no-feature would change/],
  ];
  kernelTest("with options that come too late", { matrix: false }, async () => {
    const cwd = directory();
    await runTsbt(["--emit", "a", "-e", "begin { print(1); exit(); }"], { cwd });
    for (const [args, words] of LATE) {
      const { stdout, stderr, status } = await runTsbt(args, { cwd });
      expect(stderr).toMatch(words);
      expect([stdout, status]).toEqual(["", 1]);
    }
    const { stderr } = await runTsbt(["a"], { cwd, env: { BPFTRACE_MAX_STRLEN: "5" } });
    expect(stderr).toMatch(/WARNING: BPFTRACE_MAX_STRLEN: settings were compiled in/);
  });
});
