import { expect, it } from "vitest";
import { compile, DEFAULT_OPTIONS } from "../../codegen/compile.js";
import { FULL_LANGUAGE } from "../../codegen/full-language.js";
import { savedFacts } from "../fixtures/facts.js";
import { type Count, countedScripts, readCounts, textOf, writeCounts } from "./instructions.js";

/** Eight bytes each; a constant of 64 bits takes two. */
const INSTRUCTION_BYTES = 8;

it("as many instructions as instructions.txt says", async () => {
  const counts = (await countedScripts()).flatMap(({ name, source }): readonly Count[] => {
    const { object } = compile({ name, text: source }, savedFacts(), FULL_LANGUAGE, DEFAULT_OPTIONS);
    if (object === undefined) return [];
    const bytes = object.programs.reduce((sum, program) => sum + program.code.length, 0);
    return [{ name, instructions: bytes / INSTRUCTION_BYTES, programs: object.programs.length }];
  });
  if (process.env["UPDATE_GOLDEN"] === "1") writeCounts(counts);
  expect(textOf(counts)).toBe(readCounts());
});
