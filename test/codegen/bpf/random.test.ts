/** Generated code does what the IR says: random programs, under low and high register pressure. */
import { describe, expect, test } from "vitest";
import { generate } from "../../../codegen/bpf/index.js";
import { StackOverflowError } from "../../../codegen/bpf/layout/frame.js";
import type { Feature } from "../../../codegen/facts.js";
import type { IrProgram } from "../../../codegen/ir/ir.js";
import { randomFrom } from "../../random.js";
import { runBpf } from "../../support/bpf-interpreter.js";
import { interpret } from "../../support/ir-interpreter.js";
import {
  GLOBAL_BYTES,
  HASH,
  randomContext,
  randomProgram,
  type RandomProgramOptions,
} from "../../support/random-program.js";

const MAPS = [{ keyBytes: 4, valueBytes: GLOBAL_BYTES }, HASH];

const SHAPES: readonly (RandomProgramOptions & { readonly name: string; readonly seeds: number })[] = [
  { name: "small", statements: 8, longLived: 2, subprograms: 0, seeds: 120 },
  { name: "long", statements: 60, longLived: 6, subprograms: 2, seeds: 60 },
  { name: "crowded", statements: 30, longLived: 45, subprograms: 1, seeds: 40 },
];
const FEATURES: readonly { readonly kernel: string; readonly supports: (feature: Feature) => boolean }[] = [
  { kernel: "new", supports: () => true },
  { kernel: "old", supports: () => false },
];

describe.each(FEATURES)("for a $kernel kernel", ({ supports }) => {
  test.each(SHAPES)("$name programs do what their IR does", ({ seeds, ...shape }) => {
    for (let seed = 1; seed <= seeds; seed++) {
      const random = randomFrom(seed);
      const program = randomProgram(random, shape);
      const context = randomContext(random);
      const generated = generateOrSkip(program, supports);
      if (generated === undefined) continue;
      const expected = interpret(program, MAPS, context.slice());
      const actual = runBpf(generated, MAPS, context.slice());
      expect({ seed, result: actual.result }).toEqual({ seed, result: BigInt.asUintN(64, expected.result) });
      const maps = actual.globals.map((bytes, map) =>
        [...(actual.entries[map] ?? []), Buffer.from(bytes).toString("hex")].join(" "),
      );
      expect({ seed, globals: maps[0] }).toEqual({ seed, globals: expected.maps[0] });
      // The second map has no global data.
      expect({ seed, entries: entriesOf(maps[1]) }).toEqual({ seed, entries: entriesOf(expected.maps[1]) });
    }
  });
});

/** Random programs may ask for more stack than there is. */
function generateOrSkip(
  program: IrProgram,
  supports: (feature: Feature) => boolean,
): ReturnType<typeof generate> | undefined {
  try {
    return generate(program, { supports, isChecked: true });
  } catch (error) {
    if (error instanceof StackOverflowError) return undefined;
    throw error;
  }
}

const entriesOf = (map: string | undefined): readonly string[] => (map ?? "").split(" ").slice(0, -1);
