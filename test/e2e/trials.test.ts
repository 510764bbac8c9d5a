/** `test` and `bench` probes: `--test`, `--bench`, `--mode` (probes-and-cli.md 5.2, 17.4, 17.5; output.md 14). */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished } from "vitest";
import { kernelTest, runTsbt, TracingChild } from "../support/index.js";

/** Colours as letters, and no times. */
const plain = (text: string): string =>
  text
    .replaceAll("\x1b[32m", "<g>")
    .replaceAll("\x1b[31m", "<r>")
    .replaceAll("\x1b[0m", "</>")
    .replace(/ \(\d+ (ns|\xce\xbcs|ms|s)\)$/gm, " (time)")
    .replace(/"duration": \d+,/g, '"duration": 1,');

interface Row {
  readonly claim: string;
  readonly args: readonly string[];
  readonly stdout?: string;
  readonly stderr?: string;
  readonly status?: number;
  readonly matrix?: false;
}

function check({ claim, args, stdout = "", stderr = "", status = 0, matrix }: Row): void {
  kernelTest(claim, matrix === undefined ? {} : { matrix }, async () => {
    const result = await runTsbt(args);
    expect({ ...result, stdout: plain(result.stdout) }).toMatchObject({ stdout, stderr, status });
  });
}

kernelTest("BPFTRACE_COLOR=never: tests have no colours either", {}, async () => {
  const { stdout, status } = await runTsbt(["--test", "-e", "test:good { }"], { env: { BPFTRACE_COLOR: "never" } });
  expect([stdout.split("\n")[0], status]).toEqual(["[==========] Running 1 tests.", 0]);
});

describe("--test", () => {
  const rows: readonly Row[] = [
    {
      claim: "tests run in their order, and what they print is shown of those that fail",
      args: [
        "--test",
        "-e",
        'test:good { print(1); } test:bad { printf("shown\\n"); return 1; } test:"with a blank" { } end { print("e"); }',
      ],
      stdout:
        "<g>[==========]</> Running 3 tests.\n" +
        "<g>[ RUN      ]</> good\n<g>[       OK ]</> good (time)\n" +
        "<g>[ RUN      ]</> bad\nshown\n<r>[  FAILED  ]</> bad (time)\n" +
        "<g>[ RUN      ]</> with a blank\n<g>[       OK ]</> with a blank (time)\n" +
        "<g>[==========]</> 3 tests ran.\n<g>[  PASSED  ]</> 2 tests.\n" +
        "<r>[  FAILED  ]</> 1 test, listed below:\n<r>[  FAILED  ]</> bad\n" +
        "e\n\n\n",
      status: 1,
    },
    {
      claim: "one that passes is counted in the singular, and maps are not printed",
      args: ["--mode", "test", "-e", "test:a { @ = 1; }"],
      stdout:
        "<g>[==========]</> Running 1 tests.\n<g>[ RUN      ]</> a\n<g>[       OK ]</> a (time)\n" +
        "<g>[==========]</> 1 test ran.\n<g>[  PASSED  ]</> 1 test.\n\n\n",
    },
    {
      claim: "in JSON a record for each, with what it printed as text; what begin printed belongs to the first",
      args: [
        "--test",
        "-f",
        "json",
        "-e",
        'begin { printf("hi\\n"); } test:a { print((1, "x")); } test:b { @[1] = 2; print(@); return 3; } end { print("e"); }',
      ],
      stdout:
        '{"type": "test_result", "data": {"a": {"duration": 1, "passed": true, "output": "hi\\n(1, x)\\n"}}}\n' +
        '{"type": "test_result", "data": {"b": {"duration": 1, "passed": false, "output": "@[1]: 2\\n"}}}\n' +
        '{"type": "value", "data": "e"}\n',
      status: 1,
    },
    {
      claim: "a message of the script, an error at run time and exit() with a status fail one test, and no other",
      args: [
        "--test",
        "-f",
        "json",
        "-e",
        'test:a { errorf("no"); } test:b { exit(7); } test:c { exit(0); } test:d { print(3); warnf("w"); } test:e { print(1 / @z); } test:f { }',
      ],
      stdout:
        '{"type": "test_result", "data": {"a": {"duration": 1, "passed": false, "output": "stdin:1:10-22: ERROR: no\\n"}}}\n' +
        '{"type": "test_result", "data": {"b": {"duration": 1, "passed": false, "output": ""}}}\n' +
        '{"type": "test_result", "data": {"c": {"duration": 1, "passed": true, "output": ""}}}\n' +
        '{"type": "test_result", "data": {"d": {"duration": 1, "passed": true, "output": "3\\nstdin:1:85-95: WARNING: w\\n"}}}\n' +
        '{"type": "test_result", "data": {"e": {"duration": 1, "passed": false, "output": "1\\nstdin:1:114-120: WARNING: Divide or modulo by 0 detected. This can lead to unexpected results. 1 is being used as the result.\\n' +
        'test:a { errorf(\\"no\\"); } test:b { exit(7); } test:c { exit(0); } test:d { print(3); warnf(\\"w\\"); } test:e { print(1 / @z); } test:f { }\\n' +
        '                                                                                                                 ~~~~~~\\n"}}}\n' +
        '{"type": "test_result", "data": {"f": {"duration": 1, "passed": true, "output": ""}}}\n',
      status: 1,
    },
    {
      claim: "each test is warned of what goes wrong in it, though it be at the same place",
      args: [
        "--test",
        "--no-warnings",
        "-f",
        "json",
        "-e",
        'test:a, test:b, test:c { if (probe != "test:b") { @ = 1 / @z; } }',
      ],
      stdout: [true, false, true]
        .map(
          (fails, i) =>
            `{"type": "test_result", "data": {"${"abc"[i]}": {"duration": 1, "passed": ${!fails}, "output": ""}}}\n`,
        )
        .join(""),
      status: 1,
    },
    {
      claim: "an assertion says where it stands",
      args: [
        "--test",
        "-f",
        "json",
        "-e",
        'test:a { assert(pid == tid, "first"); assert(pid != tid, "boo"); print(1); }',
      ],
      stdout:
        '{"type": "test_result", "data": {"a": {"duration": 1, "passed": false, "output": "stdin:1:39-64: ERROR: assert failed: boo\\n"}}}\n',
      status: 1,
    },
    {
      claim: "tests find what begin finds: the tracer, its stacks, their own names",
      args: [
        "--test",
        "-e",
        'test:a, test:b { assert(comm == "tsbt" && probetype == "test" && strcontains(probe, "test:"), "x"); } test:c { @[kstack(1)] = 1; assert(len(@) == 1, "x"); }',
      ],
      stdout:
        "<g>[==========]</> Running 3 tests.\n" +
        ["a", "b", "c"].map((name) => `<g>[ RUN      ]</> ${name}\n<g>[       OK ]</> ${name} (time)\n`).join("") +
        "<g>[==========]</> 3 tests ran.\n<g>[  PASSED  ]</> 3 tests.\n\n\n",
    },
    {
      claim: "nothing is attached, and without tests it is a run of begin and end",
      args: ["--test", "-e", "begin { @ = 1; print(1); } interval:ms:1 { print(2); exit(); } end { exit(3); }"],
      stdout: "1\n\n\n",
      status: 3,
    },
    {
      claim: "tests are filtered by name",
      args: ["--test", "--probe-filter", "^test:b", "-f", "json", "-e", "test:a { } test:b { }"],
      stdout: '{"type": "test_result", "data": {"b": {"duration": 1, "passed": true, "output": ""}}}\n',
      matrix: false,
    },
    {
      claim: "no test may be left",
      args: ["--test", "--probe-filter", "zzz", "-e", "test:a { }"],
      stdout: "No probes to attach\n",
      status: 1,
      matrix: false,
    },
    {
      claim: "a script with nothing to run",
      args: ["--test", "-e", "interval:s:1 { }"],
      stderr: "ERROR: Attachment failed for all probes.\n",
      status: 255,
      matrix: false,
    },
    {
      claim: "the command of -c does not run",
      args: ["--test", "-c", "/bin/echo ran", "-f", "json", "-e", "test:a { if (cpid == 0) { return 1; } }"],
      stdout: '{"type": "test_result", "data": {"a": {"duration": 1, "passed": true, "output": ""}}}\n',
      matrix: false,
    },
  ];
  for (const row of rows) check(row);

  kernelTest("the table goes where -o says, with its colours", { matrix: false }, async () => {
    const directory = mkdtempSync(join(tmpdir(), "tsbt-trials-"));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const file = join(directory, "out");
    expect(await runTsbt(["--test", "-q", "-o", file, "-e", "test:a { }"])).toMatchObject({ stdout: "", status: 0 });
    expect(plain(readFileSync(file, "latin1"))).toMatch(/^<g>\[==========\]<\/> Running 1 tests\.\n/);
  });

  kernelTest("more output than the ring holds is a loss of that test", { matrix: false }, async () => {
    const script =
      "config = { perf_rb_pages = 8 } test:a { for ($i : 0..100000) { print((comm, comm, comm)); } return 1; } test:b { print(1); return 1; }";
    const { stdout } = await runTsbt(["--test", "-f", "json", "-e", script]);
    const [a = "", b = ""] = stdout.split("\n");
    expect(a).toMatch(/Lost [1-9]\d* events\\n"}}}$/);
    expect(b).toMatch(/"output": "1\\n"}}}$/);
  });
});

/** A row of the table: name, time, iterations. */
const TABLE_ROW = /^(\S.*?) +(\d+) +(\d+)$/;

describe("--bench", () => {
  kernelTest("each benchmark is a row: what a run takes, and how many runs were measured", {}, async () => {
    const script =
      'begin { printf("b\\n"); } bench:count { @ = count(); } bench:skipped { return 1; } ' +
      'bench:loop { for ($i : 0..20000) { @n = $i; } } bench:print { printf("%d\\n", 1); } end { printf("e %d\\n", @n); }';
    const { stdout, stderr, status } = await runTsbt(["--bench", "-e", script]);
    expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
    const [heading = "", dashes, ...rows] = stdout.split("\n");
    expect(heading).toBe(`${"Benchmark".padEnd(41)}${"Time(ns)".padEnd(15)}Iterations`);
    expect(dashes).toBe("-".repeat(66));
    expect(rows.splice(3)).toEqual(["e 19999", "", "", ""]);
    const [count, loop, print] = rows.map((row) => TABLE_ROW.exec(row)?.slice(1) ?? []);
    expect([count?.[0], loop?.[0], print?.[0]]).toEqual(["count", "loop", "print"]);
    // It was repeated until all runs together took a millisecond.
    for (const [, ns, runs] of [count, loop, print].map((row) => row?.map(Number) ?? [])) {
      expect((ns ?? 0) * (runs ?? 0)).toBeGreaterThanOrEqual(1_000_000);
    }
    // 20,000 turns take longer than one step.
    expect(Number(loop?.[1])).toBeGreaterThan(Number(count?.[1]));
  });

  kernelTest("the longest name makes the column wide", { matrix: false }, async () => {
    const name = "a".repeat(50);
    const { stdout } = await runTsbt(["--bench", "-e", `bench:${name} { } bench:b { }`]);
    const [heading, dashes, first, second] = stdout.split("\n");
    expect(heading).toBe(`${"Benchmark".padEnd(51)}${"Time(ns)".padEnd(15)}Iterations`);
    expect(dashes).toBe("-".repeat(76));
    expect(first).toMatch(new RegExp(`^${name} \\d+ +\\d+$`));
    expect(second).toMatch(/^b {50}\d+ +\d+$/);
  });

  kernelTest("in JSON each is a record", {}, async () => {
    const { stdout } = await runTsbt(["--mode=bench", "-f", "json", "-e", "bench:a { @++; } bench:b { }"]);
    expect(stdout).toMatch(
      /^({"type": "benchmark_result", "data": {"[ab]": {"average": \d+, "iters": [1-9]\d*}}}\n){2}$/,
    );
  });

  kernelTest("one that goes wrong is named, the others are measured, and the status is 1", {}, async () => {
    const script =
      'bench:a { errorf("no"); } bench:b { exit(3); } bench:c { print(1 / @z); } bench:d { exit(0); } bench:e { warnf("w"); }';
    const { stdout, stderr, status } = await runTsbt(["--bench", "-e", script]);
    expect(stderr).toBe(["a", "b", "c"].map((name) => `ERROR: Benchmark '${name}' failed.\n`).join(""));
    expect(stdout).toMatch(/^Benchmark .*\n-+\nd +\d+ +\d+\ne +\d+ +\d+\n\n\n$/);
    expect(status).toBe(1);
  });

  kernelTest("what the kernel does not let benchmarks call is marked", {}, async () => {
    const { stderr, status } = await runTsbt(["--bench", "-e", "bench:a { print(kstack); }"]);
    expect(stderr).toMatch(
      /^stdin:1:11-24: ERROR: helper bpf_get_stack\w* not allowed in probe\nbench:a { print\(kstack\); }\n {10}~{13}\n/,
    );
    expect(status).toBe(255);
  });

  for (const row of [
    { claim: "all may be skipped", args: ["--bench", "-e", "bench:a { return 1; }"], stdout: "\n\n" },
    {
      claim: "a script with tests alone",
      args: ["--bench", "-e", "test:a { }"],
      stderr: "ERROR: No probes attached; use --test to run test probes.\n",
      status: 255,
    },
  ]) {
    check({ ...row, matrix: false });
  }

  kernelTest("a signal ends it", { matrix: false }, async () => {
    // All of them would take minutes.
    const long = Array.from({ length: 500 }, (_, i) => `bench:long${i}`).join(", ");
    const script = `bench:first { } ${long} { for ($i : 0..2000000) { @[$i & 1023] = count(); } } bench:last { }`;
    const tsbt = new TracingChild(["--bench", "--no-warnings", "-e", script]);
    await tsbt.printed(/^first /m);
    tsbt.kill("SIGINT");
    const { stdout, status } = await tsbt.finished;
    expect(stdout).toMatch(/\n\n\n$/);
    expect(stdout).not.toContain("last");
    expect(status).toBe(1);
  });
});

describe("without --test and --bench", () => {
  const rows: readonly Row[] = [
    {
      claim: "tests and benchmarks are left out",
      args: ["-e", "begin { print(1); } test:a { print(2); } bench:a { @ = kstack; }"],
      stdout: "1\n\n\n",
      stderr: "Attached 1 probe\n",
    },
    {
      claim: "a script with nothing else: tests",
      args: ["-e", "bench:b { } test:a { }"],
      stderr: "ERROR: No probes attached; use --test to run test probes.\n",
      status: 255,
    },
    {
      claim: "a script with nothing else: benchmarks",
      args: ["-e", "bench:b { }"],
      stderr: "ERROR: No probes attached; use --bench to run benchmark probes.\n",
      status: 255,
    },
    { claim: "a script with nothing else: --dry-run", args: ["--dry-run", "-e", "bench:b { }"] },
    {
      claim: "they are checked all the same",
      args: ["-e", 'begin { } test:a { $x = 1; $x = "a"; }'],
      stderr:
        "stdin:1:28-36: ERROR: Type mismatch for $x: trying to assign value of type 'string[2]' when variable already has a type 'int8'\n" +
        'begin { } test:a { $x = 1; $x = "a"; }\n                           ~~~~~~~~\n' +
        "stdin:1:20-26: NOTE: $x got its type 'int8' here.\n" +
        'begin { } test:a { $x = 1; $x = "a"; }\n                   ~~~~~~\n',
      status: 1,
    },
    {
      claim: "-l lists them with what they are",
      args: ["-l", "-e", "test:foo { } bench:bar { } self:signal:SIGUSR1 { } begin { }"],
      stdout: "test:foo:\nbenchmark:bar:\n",
    },
  ];
  for (const row of rows) check({ ...row, matrix: false });
});

describe("--mode", () => {
  const rows: readonly Row[] = [
    { claim: "codegen compiles, and that is all", args: ["--mode", "codegen", "-e", "begin { print(1); } test:a { }"] },
    {
      claim: "codegen says what is wrong",
      args: ["--mode", "codegen", "-e", "begin { $y = x; }"],
      stderr: "stdin:1:14-15: ERROR: Unknown identifier: 'x'\nbegin { $y = x; }\n             ~\n",
      status: 1,
    },
    { claim: "format is --fmt", args: ["--mode", "format", "-e", "test:a{}"], stdout: "test:a\n{}\n" },
  ];
  for (const row of rows) check({ ...row, matrix: false });
});

kernelTest("--mode compiler-bench compiles again and again, and runs nothing", { matrix: false }, async () => {
  const { stdout, stderr, status } = await runTsbt(["--mode", "compiler-bench", "-e", "begin { print(1); }"]);
  expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
  const [parse, compile] = stdout
    .split("\n")
    .map((line) => /^(\S+) +(\d+) +(\d+) +\d+ \xc2\xb1 \d+ (\S+)$/.exec(line) ?? []);
  expect([parse?.[1], compile?.[1]]).toEqual(["parse", "compile"]);
  expect(Number(compile?.[2])).toBeGreaterThan(0);
});
