import { describe, expect, it } from "vitest";
import { FULL_LANGUAGE } from "../../../codegen/full-language.js";
import { compile, DEFAULT_OPTIONS, type CompileOptions } from "../../../codegen/compile.js";
import { type Diagnostic, renderDiagnostics } from "../../../grammar/index.js";
import { savedFacts } from "../../fixtures/facts.js";
import { readTranscripts } from "../../fixtures/language/messages.js";

const FACTS = savedFacts();

describe("messages with their excerpts, contexts and hints, in order, each once", () => {
  for (const { words, script, said } of readTranscripts()) {
    it([...words, script.replaceAll("\n", " ")].join(" "), () => {
      const { diagnostics, cFailure } = compile(
        { name: "stdin", text: script },
        FACTS,
        FULL_LANGUAGE,
        optionsOf(words),
      );
      expect(renderDiagnostics(diagnostics.map(asInReference), { color: false }) + cFailure).toBe(said);
    });
  }
});

/** Without what tsbt adds: `test/golden/mistakes` has that. */
const asInReference = (diagnostic: Diagnostic): Diagnostic => ({ ...diagnostic, mark: undefined, help: {} });

function optionsOf(words: readonly string[]): CompileOptions {
  const separator = words.includes("--") ? words.indexOf("--") : words.length;
  const own = words.slice(0, separator);
  const settings = own.flatMap((word) => {
    const [, name, value] = /^(BPFTRACE_\w+)=(.*)$/.exec(word) ?? [];
    return name === undefined || value === undefined ? [] : [[name, value] as const];
  });
  return {
    ...DEFAULT_OPTIONS,
    positional: words.slice(separator + 1),
    isUnsafe: own.includes("--unsafe"),
    environment: new Map(settings),
  };
}
