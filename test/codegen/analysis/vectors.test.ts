import { describe, expect, it } from "vitest";
import { readVectors } from "../../fixtures/language/vectors.js";
import { analyseScript, listed } from "./analyse-script.js";

describe("the vectors of the language reference", () => {
  for (const { body, error, warning } of readVectors()) {
    it(`${body} gives ${error ?? warning ?? "no message"}`, () => {
      const { diagnostics } = analyseScript(`begin { ${body} }`);
      const first = (severity: string): string | undefined => {
        const found = diagnostics.find((d) => d.severity === severity);
        return found && listed(found);
      };
      expect(first("error")).toBe(error);
      if (error === undefined) {
        // A run-time warning is not ours.
        expect(first("warning")).toBe(warning?.includes("Divide or modulo") === true ? undefined : warning);
      }
    });
  }
});
