import { describe, expect, test } from "vitest";
import { ExitError } from "../../../src/cli/exit-error.js";
import { OPTIONS, readSettings } from "../../../src/cli/options.js";
import { usage } from "../../../src/cli/usage.js";

function failureOf(args: readonly string[]): ExitError {
  try {
    readSettings(args);
  } catch (error) {
    if (error instanceof ExitError) return error;
    throw error;
  }
  throw new Error("the command line was accepted");
}

describe("usage errors", () => {
  test.each([
    [["-B", "x", "-e", "1"], "ERROR: USAGE: -B must be either 'line', 'full', or 'none'.\n"],
    [
      ["-kk", "-e", "1"],
      "ERROR: USAGE: -kk has been deprecated. Use a single -k for runtime warnings for errors in map lookups and probe reads.\n",
    ],
    [["-k", "--no-warnings", "-e", "1"], "ERROR: USAGE: -k, --warnings conflicts with --no-warnings\n"],
    [
      ["--mode", "x", "-e", "1"],
      "ERROR: USAGE: --mode can only be 'codegen', 'compiler-bench', 'bench', 'test' or 'format'.\n",
    ],
    [["--mode", "test", "--test", "-e", "1"], "ERROR: USAGE: --test conflicts with existing --mode\n"],
    [["--test", "--bench", "-e", "1"], "ERROR: USAGE: --bench conflicts with existing --mode\n"],
    [["--test", "--fmt", "-e", "1"], "ERROR: USAGE: --fmt conflicts with existing --mode\n"],
    [["-d", "foo", "-e", "1"], "ERROR: USAGE: invalid option for -d: foo\n"],
    [
      ["--without-pass", "share-calls", "-e", "1"],
      "ERROR: USAGE: --dump-after and --without-pass are for debugging: they need -d as well.\n",
    ],
    [["-v"], "ERROR: USAGE: filename or -e 'program' required.\n"],
    [["-e", ""], "ERROR: USAGE: filename or -e 'program' required.\n"],
    [["-p", "1", "-c", "x", "-e", "1"], `ERROR: USAGE: Cannot use both -c and -p.\n${usage(OPTIONS)}`],
    [["-l", "a", "b"], usage(OPTIONS)],
    [[], usage(OPTIONS)],
    [["--x"], `tsbt: unrecognized option '--x'\n${usage(OPTIONS)}`],
  ])("%j", (args, text) => {
    expect(failureOf(args)).toMatchObject({ text, status: 1 });
  });
});

test("help goes to standard output, as any end with status 0 does", () => {
  expect(failureOf(["-h"])).toMatchObject({ text: usage(OPTIONS), status: 0 });
});

test("every option is in the usage text", () => {
  for (const { short, long } of OPTIONS) {
    if (long !== undefined) expect(usage(OPTIONS)).toContain(`--${long}`);
    else expect(usage(OPTIONS)).toContain(`-${short}`);
  }
});

test("a mode overrides what was said before", () => {
  expect(readSettings(["--bench", "--mode", "test", "-e", "1"])).toMatchObject({ mode: "test" });
  expect(readSettings(["-e", "1"])).toMatchObject({ mode: "trace" });
});

describe("what the words mean", () => {
  test.each([
    [["a.bt", "x", "-v", "--", "--n=1", "-y", "z"], { kind: "file", path: "a.bt" }, ["x", "-y", "z"], ["--n=1"]],
    [["-e", "prog", "x", "--", "--flag"], { kind: "text", text: "prog" }, ["x"], ["--flag"]],
    [["-e", "one", "-e", "two"], { kind: "text", text: "two" }, [], []],
    [["-", "x"], { kind: "stdin" }, ["x"], []],
  ])("%j", (args, program, positional, named) => {
    expect(readSettings(args)).toMatchObject({ program, positional, named });
  });

  test("-l takes one word, a pattern or a file", () => {
    expect(readSettings(["-l"])).toMatchObject({ isListing: true, program: undefined, pattern: undefined });
    expect(readSettings(["-lv", "x:*"])).toMatchObject({ isListing: true, isVerbose: true, pattern: "x:*" });
  });

  test("an empty -p or -c was not given", () => {
    expect(readSettings(["-p", "", "-c", "", "-e", "1"])).toMatchObject({ pid: undefined, command: undefined });
  });

  test("-d takes stages, several at a time or all", () => {
    expect([...readSettings(["-d", "ast,ir", "-d", "verifier", "-e", "1"]).dumps]).toEqual(["ast", "ir", "verifier"]);
    expect([...readSettings(["-d", "codegen,codegen-opt,dis,parse", "-e", "1"]).dumps]).toEqual([
      "ir",
      "bytecode",
      "ast",
    ]);
    expect(readSettings(["-d", "all", "-e", "1"]).dumps.size).toBe(7);
  });
});
