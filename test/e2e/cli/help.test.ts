import { expect } from "vitest";
import { kernelTest, run, runTsbt, tsbtCommand } from "../../support/index.js";

kernelTest(
  "help says what a function, a builtin, a probe, an option, a setting and a message are",
  { root: false, matrix: false },
  async () => {
    const lines: readonly (readonly [name: string, text: RegExp])[] = [
      [
        "hist",
        /^function {2}hist\(n: int\[, bits: int\]\)\n\n {2}Counts values in power-of-two buckets\.\n\n {2}Example:\n {4}tsbt -e '/,
      ],
      ["hist()", /^function {2}hist\(/],
      ["comm", /builtin {2}comm: string/],
      ["k", /^probe {2}kprobe, k\n/],
      ["-p", /^option {2}-p, --pid PID\n/],
      ["max_map_keys", /^config variable {2}max_map_keys = 4096\n/],
      ["getopt", /^language {2}getopt\("name"\[/],
      ["arg0", /^builtin {2}argN\n/],
      ["BEGIN", /^probe {2}begin\n/],
      ["kprobe:vfs_read", /^probe {2}kprobe, k\n/],
      ["tail_calls", /^feature {2}tail_calls\n/],
      ["BPFTRACE_MAX_MAP_KEYS", /^environment variable {2}BPFTRACE_MAX_MAP_KEYS\n[^]* How many keys/],
      ["EDITOR", /^environment variable {2}EDITOR, VISUAL\n/],
      ["int8", /^type {2}int8 \S+ int64/],
      ["==", /^language {2}operators/],
      ["@start", /^language {2}@name/],
      ["$1", /^language {2}\$1, /],
      ["Count", /^function {2}count\(/],
      ["no-matches", /^message {2}No matches for [^]*Cause: [^]*Remedy: /],
    ];
    for (const [name, text] of lines) {
      const result = await runTsbt(["help", name]);
      expect(result).toMatchObject({ status: 0, stderr: "" });
      expect(result.stdout).toMatch(text);
    }
  },
);

kernelTest("help alone lists the names", { root: false, matrix: false }, async () => {
  const { stdout, status } = await runTsbt(["help"]);
  expect(status).toBe(0);
  expect(stdout).toMatch(/^tsbt help NAME says what a name means\.\n/);
  expect(stdout).toMatch(/^FUNCTION\n {4}assert_str avg /m);
});

kernelTest(
  "a kind of name lists its names; a call is looked up by its function",
  { root: false, matrix: false },
  async () => {
    expect((await runTsbt(["help", "functions"])).stdout).toMatch(/^ {4}assert_str avg /);
    expect((await runTsbt(["help", "Option"])).stdout).toMatch(/^ {4}--bench /);
    expect((await runTsbt(["help", "hist(args.ret)"])).stdout).toMatch(/^function {2}hist\(/);
  },
);

kernelTest(
  "what has several spellings, and a type of the kernel, is found",
  { root: false, matrix: false },
  async () => {
    for (const [words, start] of [
      [["ms"], "language  10us, 5ms"],
      [["format"], "language  printf("],
      [["json"], "format  tsbt -f json\n"],
      [["u64"], "type  int8 "],
      [["struct", "task_struct"], "keyword  struct\n"],
      [["struct task_struct"], "keyword  struct\n"],
    ] as const) {
      const { stdout } = await runTsbt(["help", ...words]);
      expect(stdout.slice(0, start.length)).toBe(start);
    }
  },
);

kernelTest("messages are not what is meant by a name", { root: false, matrix: false }, async () => {
  expect((await runTsbt(["help", "task_struct"])).stderr).toBe("ERROR: there is no help on 'task_struct'\n");
});

kernelTest("help on what does not exist names what is near", { root: false, matrix: false }, async () => {
  const result = await runTsbt(["help", "histt"]);
  expect(result).toEqual({
    stdout: "",
    stderr: "ERROR: there is no help on 'histt'\nHINT: Did you mean `hist`?\n",
    status: 1,
    signal: null,
  });
});

kernelTest(
  "a subcommand takes one word, and completion is for shells that are known",
  { root: false, matrix: false },
  async () => {
    expect(await runTsbt(["help", "a", "b"])).toMatchObject({
      status: 1,
      stderr: "ERROR: USAGE: tsbt help takes one word.\n",
    });
    expect(await runTsbt(["completion", "csh"])).toMatchObject({
      status: 1,
      stderr: "ERROR: USAGE: tsbt completion bash|zsh|fish\n",
    });
    expect(await runTsbt(["types"])).toMatchObject({ status: 1, stderr: "ERROR: USAGE: tsbt types script.bt\n" });
  },
);

kernelTest("a folder that is called as a subcommand is none", { root: false, matrix: false }, async () => {
  const script = `cd $(mktemp -d) && mkdir help types && "$0" help comm && "$0" types`;
  const { stdout, stderr } = await run("/bin/sh", ["-c", script, tsbtCommand()]);
  expect(stdout).toMatch(/^function {2}comm/);
  expect(stderr).toBe("ERROR: USAGE: tsbt types script.bt\n");
});

kernelTest("a script that is called help is run", { matrix: false }, async () => {
  const script = `cd $(mktemp -d) && echo 'BEGIN { print("the script"); exit(); }' > help && exec "$0" help`;
  const { stdout } = await run("/bin/sh", ["-c", script, tsbtCommand()]);
  expect(stdout).toContain("the script");
});

kernelTest("setup takes no words", { root: false, matrix: false }, async () => {
  expect(await runTsbt(["setup", "foo"])).toMatchObject({
    stdout: "",
    stderr: "ERROR: USAGE: tsbt setup takes no words; a script of that name is run by ./setup\n",
    status: 1,
  });
});
