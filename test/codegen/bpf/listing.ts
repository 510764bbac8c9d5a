/** IR text in, listing out: what the tables of the back end's tests are made of. */
import { disassemble, generate, type GeneratedProgram } from "../../../codegen/bpf/index.js";
import type { Feature } from "../../../codegen/facts.js";
import { parseProgram } from "../../../codegen/ir/parse.js";

export interface ListingOptions {
  /** What the kernel lacks. */
  readonly without?: readonly Feature[];
}

export function generateText(text: string, { without = [] }: ListingOptions = {}): GeneratedProgram {
  return generate(parseProgram(text), { supports: (feature) => !without.includes(feature) });
}

/** Without places, one instruction a line. */
export const listing = (text: string, options?: ListingOptions): string =>
  disassemble(generateText(text, options).code)
    .split("\n")
    .map((line) => line.replace(/^ *\d+: /, ""))
    .join("\n");

/** A program with the context in v0 and words of it in v1 and v2; `body` starts with v3 and ends its block. */
export const withWords = (body: string): string => `program p(v0: context) {
  slot s0: 16 align 8 "slot"
b0:
  v1 = load u64 [v0 + 0]
  v2 = load u64 [v0 + 8]
${body}
}`;

export const lines = (text: string): string =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .join("\n");
