import { describe, expect, it } from "vitest";
import { formatLiterals } from "../../../codegen/types/format-literals.js";
import { parseFormat, specifiersOf } from "../../../codegen/types/format-string.js";

describe("format strings", () => {
  const ROWS: readonly (readonly [format: string, specifiers: readonly string[], text: string])[] = [
    ["plain", [], "plain"],
    ["%d %s\n", ["d", "s"], " \n"],
    ["100%%", [], "100%"],
    ["%5%", [], "%"],
    ["%-5d|%05x|%+d", ["d", "x", "d"], "||"],
    ["%rh %rx %r %gr", ["rh", "rx", "r", "gr"], "   "],
    ["%lld %hhu %Lx", ["d", "u", "x"], "  "],
    ["%*d %.3s %.*d", ["d", "s", "d"], "  "],
    ["%k %y % ", [], "%k %y % "],
    ["%.d %5.s %.-5d %.0d", ["d"], "%.d %5.s %.-5d "],
    ["%0-5d", [], "%0-5d"],
    ["%f %e", ["f", "e"], " "],
  ];
  for (const [format, specifiers, text] of ROWS) {
    it(JSON.stringify(format), () => {
      expect(specifiersOf(format).map((s) => s.conversion)).toEqual(specifiers);
      expect(
        parseFormat(format)
          .map((part) => (part.kind === "text" ? part.text : ""))
          .join(""),
      ).toBe(text);
    });
  }

  it("take literals at compile time", () => {
    expect(formatLiterals("%s is %d, %5d, %-5d| %05d %x %c %%", ["a", 1n, 2n, 3n, 4n, 255n, 65n])).toBe(
      "a is 1,     2, 3    | 00004 ff A %",
    );
    expect(formatLiterals("%s %d", [true, true])).toBe("true 1");
  });
});
