import { describe, expect } from "vitest";
import { kernelTest, runTsbt } from "../support/index.js";

const SCRIPT =
  'begin { print(getopt("n", 5, "how many")); print(getopt("verbose")); print(getopt("s", "abc")); print(getopt("neg", -3)); if (getopt("verbose")) { print("v"); } }';

const EXPECTED = "HINT: expected program options: --n: --verbose: --s: --neg\n";
const ROWS: readonly (readonly [claim: string, args: readonly string[], stdout: string, stderr: string])[] = [
  ["options have their defaults", [], "5\nfalse\nabc\n-3\n\n\n", ""],
  [
    "options have the values that they are given",
    ["--n=0x10", "--verbose", "--s=x=y", "--neg=-9"],
    "16\ntrue\nx=y\n-9\nv\n\n\n",
    "",
  ],
  ...["off", "False", "FALSE", "No", "0", "oFF"].map(
    (word) => [`a boolean may be ${word}`, [`--verbose=${word}`], "5\nfalse\nabc\n-3\n\n\n", ""] as const,
  ),
  ...["on", "True", "TRUE", "Yes", "1"].map(
    (word) => [`a boolean may be ${word}`, [`--verbose=${word}`], "5\ntrue\nabc\n-3\nv\n\n\n", ""] as const,
  ),
  ["a string may be empty", ["--s="], "5\nfalse\n\n-3\n\n\n", ""],
  ["an integer may be below zero", ["--n=-5"], "18446744073709551611\nfalse\nabc\n-3\n\n\n", ""],
  [
    "an integer of more than 64 bits is refused",
    ["--n=18446744073709551616"],
    "",
    "ERROR: program command line option --n value is out of range (value: 18446744073709551616)\n",
  ],
  ["a wrong integer is refused", ["--n=x"], "", "ERROR: program command line option --n invalid integer (value: x)\n"],
  [
    "an integer needs a value",
    ["--n"],
    "",
    "ERROR: program command line option --n expects an integer (value: true)\n",
  ],
  [
    "a wrong boolean is refused",
    ["--verbose=maybe"],
    "",
    "ERROR: program command line option --verbose expects a boolean (e.g. 'true') (value: maybe)\n",
  ],
  [
    "what the script does not know is refused",
    ["--zz", "--n=1"],
    "",
    `ERROR: unexpected program command line options: --zz\n${EXPECTED}`,
  ],
  ["help lists them", ["--help"], "", "HINT: expected program options:\n--n: how many\n--verbose\n--s\n--neg\n"],
];

describe("options of a script (language.md 16.3)", () => {
  for (const [claim, args, stdout, stderr] of ROWS) {
    kernelTest(claim, { matrix: false }, async () => {
      const result = await runTsbt(["-q", "-e", SCRIPT, "--", ...args]);
      expect({ stdout: result.stdout, stderr: result.stderr, status: result.status }).toEqual({
        stdout,
        stderr,
        status: stderr === "" ? 0 : 1,
      });
    });
  }

  const refused: readonly (readonly [script: string, message: RegExp])[] = [
    [
      "begin { print(getopt()); }",
      /ERROR: The 'getopt' function can take a maximum of three arguments and a minimum of one/,
    ],
    ["begin { print(getopt(5)); }", /ERROR: First argument to 'getopt' must be a string literal\./],
    [
      'begin { print(getopt("a", pid)); }',
      /ERROR: Second argument to 'getopt' must be a string literal, integer literal/,
    ],
    [
      'begin { print(getopt("n", 1)); print(getopt("n", 2)); }',
      /ERROR: Command line option 'n' needs to have the same default value in all places it is used\. Previous default value: 1/,
    ],
    [
      'begin { print(getopt("n", 1, "a")); print(getopt("n", 1, "b")); }',
      /ERROR: Command line option 'n' must have the same description in all places it's used/,
    ],
  ];
  for (const [script, message] of refused) {
    kernelTest(`${script} is refused`, { matrix: false }, async () => {
      const result = await runTsbt(["-e", script]);
      expect(result.stderr).toMatch(message);
      expect(result.status).toBe(1);
    });
  }
});
