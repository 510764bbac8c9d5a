import { describe, expect, test } from "vitest";
import { parseProgram } from "../../../codegen/ir/parse.js";
import { printProgram } from "../../../codegen/ir/print.js";
import { FINAL_PASSES, optimize, PASSES } from "../../../codegen/optimize/index.js";
import { randomProgram, RANDOM_MAPS } from "../../support/random-ir.js";
import { MAPS, program } from "./check-pass.js";

describe("the table of passes", () => {
  test("names are unique and can be typed", () => {
    const names = [...PASSES, ...FINAL_PASSES].map((pass) => pass.name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z-]+$/);
  });

  test("a pass comes after those it names", () => {
    PASSES.forEach((pass, at) => {
      const earlier = new Set(PASSES.slice(0, at).map(({ name }) => name));
      for (const name of pass.after ?? []) expect(earlier.has(name), `${pass.name} after ${name}`).toBe(true);
    });
  });
});

/** `@[pid]++` twice, as the lowering writes it, without the missing entry. */
const COUNT_TWICE = program(
  ["", "2"]
    .map(
      (n) => `  v${n}10: frame = slot-address s${n === "" ? 0 : 1}
  v${n}11 = call get_current_pid_tgid()
  v${n}12 = const 32
  v${n}13 = shr v${n}11, v${n}12
  store u64 [v${n}10 + 0], v${n}13
  v${n}14: map = map 0
  v${n}15: map-value-or-null = call map_lookup_elem(v${n}14, v${n}10)
  v${n}16 = const 0
  v${n}19 = const 1
  branch ne v${n}15, v${n}16, b${n}1(v${n}15), b${n}3
b${n}1(v${n}17: map-value):
  atomic-add u64 [v${n}17 + 0], v${n}19
  jump b${n}3
b${n}3:`,
    )
    .join("\n")
    .concat("\n  exit v1"),
);

test("the second of two equal statements needs no helper, no lookup and no slot", () => {
  const text = printProgram(optimize(parseProgram(COUNT_TWICE), { maps: MAPS }));
  expect(text.match(/call get_current_pid_tgid/g)).toHaveLength(1);
  expect(text.match(/call map_lookup_elem/g)).toHaveLength(1);
  expect(text.match(/slot s/g)).toHaveLength(1);
  expect(text.match(/atomic-add/g)).toHaveLength(2);
});

test("without the shapes of maps lookups are not shared", () => {
  const text = printProgram(optimize(parseProgram(COUNT_TWICE)));
  expect(text.match(/call map_lookup_elem/g)).toHaveLength(2);
});

test("a pass can be switched off by name", () => {
  const text = printProgram(optimize(parseProgram(COUNT_TWICE), { maps: MAPS, disabled: new Set(["share-calls"]) }));
  expect(text.match(/call get_current_pid_tgid/g)).toHaveLength(2);
});

test("required passes run anyway", () => {
  const all = new Set([...PASSES, ...FINAL_PASSES].map(({ name }) => name));
  const text = printProgram(optimize(parseProgram(COUNT_TWICE), { maps: MAPS, disabled: all }));
  expect(text).toContain("v3: frame = slot-address s0");
});

test("each change can be watched", () => {
  const seen: string[] = [];
  optimize(parseProgram(COUNT_TWICE), { maps: MAPS, afterPass: (pass) => seen.push(pass) });
  expect(seen).toContain("share-calls");
  expect(seen.at(-1)).toBe("renumber");
});

test("the same input gives the same output", () => {
  for (let seed = 1; seed <= 50; seed++) {
    const [first, second] = [1, 2].map(() => printProgram(optimize(randomProgram(seed), { maps: RANDOM_MAPS })));
    expect(first).toBe(second);
  }
});

test("what is optimised already does not change", () => {
  const once = optimize(parseProgram(COUNT_TWICE), { maps: MAPS });
  expect(printProgram(optimize(once, { maps: MAPS }))).toBe(printProgram(once));
});

/** Nothing is timed here: what grows with the square of the size would not end within the test's limit. */
describe("large functions", () => {
  test("20,000 instructions in one block", () => {
    const lines = Array.from(
      { length: 10_000 },
      (_, at) => `  v${at + 3} = add v${at + 2}, v1\n  store u64 [v0 + ${at % 512}], v${at + 3}`,
    );
    const text = program(`${lines.join("\n")}\n  exit v1`);
    expect(printProgram(optimize(parseProgram(text)))).toContain("store");
  });

  test("2,000 branches after one another", () => {
    const lines = Array.from(
      { length: 2_000 },
      (_, at) =>
        `  branch eq v1, v2, b${2 * at + 1}, b${2 * at + 2}\nb${2 * at + 1}:\n  store u64 [v0 + ${at % 512}], v1\n  jump b${2 * at + 2}\nb${2 * at + 2}:`,
    );
    expect(printProgram(optimize(parseProgram(program(`${lines.join("\n")}\n  exit v1`))))).toContain("store");
  });

  test("2,000 branches inside one another", () => {
    const open = Array.from(
      { length: 2_000 },
      (_, at) => `  v${at + 10} = add v1, v2\n  branch eq v2, v${at + 10}, b${at + 1}, b9999\nb${at + 1}:`,
    );
    const text = program(`${open.join("\n")}\n  exit v1\nb9999:\n  exit v2`);
    expect(printProgram(optimize(parseProgram(text)))).toContain("exit");
  });
});
