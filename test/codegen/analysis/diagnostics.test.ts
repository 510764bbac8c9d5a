import { describe, expect, it } from "vitest";
import { analyseScript, listed } from "./analyse-script.js";
import { readRecorded } from "./recorded.js";

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
