import { describe, expect, test } from "vitest";
import { parseOptions } from "../../../src/cli/command-line.js";
import type { OptionSpec } from "../../../src/cli/expand-arguments.js";

const SPECS: readonly OptionSpec[] = [
  { short: "e", long: undefined, takesValue: true },
  { short: "l", long: "list", takesValue: false },
  { short: "v", long: "verbose", takesValue: false },
  { short: "V", long: "version", takesValue: false },
  { short: "p", long: "pid", takesValue: true },
  { short: undefined, long: "no-feature", takesValue: true },
  { short: undefined, long: "no-warnings", takesValue: false },
];
const names = SPECS.map((spec) => spec.short ?? spec.long);

function parse(line: string): string {
  const { options, words, error } = parseOptions(line.split(" ").filter(Boolean), SPECS);
  const found = options.map(({ index, value }) => (value === "" ? names[index] : `${names[index]}=${value}`));
  return error ?? `${found.join(" ")} | ${words.join(" ")}`;
}

describe("what getopt_long does", () => {
  test.each([
    ["-e x", "e=x | "],
    ["-ex", "e=x | "],
    ["-lv a", "l v | a"],
    ["-lp12 a", "l p=12 | a"],
    ["--pid 12", "p=12 | "],
    ["--pid=12", "p=12 | "],
    ["--pi=12", "p=12 | "],
    ["--list a", "l | a"],
    ["a -v b -l c", "v l | a b c"],
    ["a -- -v --x", " | a -v --x"],
    ["-", " | -"],
    ["--pid=", "p | "],
    ["-p -v", "p=-v | "],
    ["", " | "],
    ["--x", "unrecognized option '--x'"],
    ["--x=3", "unrecognized option '--x'"],
    ["-5", "invalid option -- '5'"],
    ["-v5", "invalid option -- '5'"],
    ["-p", "option requires an argument -- 'p'"],
    ["--pid", "option '--pid' requires an argument"],
    ["--list=3", "option '--list' doesn't allow an argument"],
    ["--no", "option '--no' is ambiguous; possibilities: '--no-feature' '--no-warnings'"],
    ["--ver", "option '--ver' is ambiguous; possibilities: '--verbose' '--version'"],
    ["--version", "V | "],
  ])("%s", (line, expected) => {
    expect(parse(line)).toBe(expected);
  });
});
