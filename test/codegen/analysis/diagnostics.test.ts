import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { analyseScript, listed } from "./analyse-script.js";

interface Recorded {
  readonly script: string;
  readonly said: string[];
}

/** `test/fixtures/language/diagnostics.txt`: a script, then what is said of it, indented. */
function readRecorded(): readonly Recorded[] {
  const text = readFileSync(new URL("../../fixtures/language/diagnostics.txt", import.meta.url), "latin1");
  const recorded: Recorded[] = [];
  for (const line of text.split("\n")) {
    if (line === "" || /^(# |other lines)/.test(line)) continue;
    if (line.startsWith("    ")) recorded.at(-1)?.said.push(line.slice(4));
    else recorded.push({ script: line, said: [] });
  }
  return recorded;
}

describe("the reference says the same of", () => {
  for (const { script, said } of readRecorded()) {
    it(script, () => {
      const { diagnostics } = analyseScript(script);
      const ours = diagnostics.flatMap((d) => [
        `${d.severity === "error" ? "E" : "W"} ${listed(d)}`,
        ...d.hints.map((hint) => `  hint ${hint}`),
      ]);
      expect([...new Set(ours)].sort()).toEqual(said);
    });
  }
});
