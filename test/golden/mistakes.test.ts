import { describe, expect, it } from "vitest";
import { compile, DEFAULT_OPTIONS } from "../../codegen/compile.js";
import { FULL_LANGUAGE } from "../../codegen/full-language.js";
import { renderDiagnostics } from "../../grammar/index.js";
import { ExitError } from "../../src/cli/exit-error.js";
import { checkNamedParameters, namedParameters } from "../../src/cli/named-parameters.js";
import { readSettings } from "../../src/cli/options.js";
import { savedFacts } from "../fixtures/facts.js";
import { type Mistake, readMistakes, writeMistakes } from "./mistakes.js";

const MISTAKES = readMistakes();

describe("mistakes as users make them", () => {
  if (process.env["UPDATE_GOLDEN"] === "1") {
    it("are written anew", () => {
      writeMistakes(MISTAKES.map((mistake) => ({ ...mistake, said: saidOf(mistake) })));
    });
  }

  for (const mistake of MISTAKES) {
    it(mistake.name, () => {
      const said = saidOf(mistake);
      if (process.env["UPDATE_GOLDEN"] !== "1") expect(said).toBe(mistake.said);
      const [first] = said.split("\n");
      if (mistake.differs === undefined) expect(first).toBe(mistake.reference);
    });
  }
});

/** On standard error, without the usage text that follows what is wrong with options. */
function saidOf({ args }: Mistake): string {
  try {
    return compiled(args).trimEnd();
  } catch (error) {
    if (!(error instanceof ExitError)) throw error;
    return error.text.replace(/^USAGE:\n[^]*/m, "USAGE: ...").trimEnd();
  }
}

function compiled(args: readonly string[]): string {
  const settings = readSettings(args);
  const text = settings.program?.kind === "text" ? settings.program.text : "";
  const { positional, isUnsafe, named } = settings;
  const options = { ...DEFAULT_OPTIONS, positional, isUnsafe, named: namedParameters(named) };
  const { diagnostics, typed } = compile({ name: "stdin", text }, savedFacts(), FULL_LANGUAGE, options);
  if (typed !== undefined) checkNamedParameters(named, typed.options);
  return renderDiagnostics(diagnostics, { color: false });
}
