import { expect, test } from "vitest";
import { isSameStep } from "../../../codegen/alike/same-step.js";
import type { Instruction, Terminator } from "../../../codegen/ir/ir.js";
import { parseProgram } from "../../../codegen/ir/parse.js";

/** One of each opcode. */
const TEXT = `
program main(v0: context) {
  slot s0: 16 align 8 "x"
b0:
  v1 = const 5
  v2 = varying 5, 6
  v3 = add v1, v2
  v4 = zext 32 v3
  v5 = byte-swap 16 v4
  v6 = compare eq v5, v1
  v7: frame = slot-address s0
  v8 = load u32 [v7 + 4]
  store u32 [v7 + 4], v8
  atomic-add u64 [v7 + 8], v8
  v9 = atomic-fetch-add u64 [v7 + 8], v8
  v10 = atomic-claim u64 [v7 + 8], v8
  v11: map-value = map-value 1 + 8
  copy 8 align 8 [v7 + 0], [v11 + 0]
  zero 8 align 8 [v7 + 0]
  v12: map = map 1
  v13 = point
  v14 = call get_smp_processor_id()
  v15 = call ktime_get_ns()
  v16 = call-kfunc bpf_rcu_read_lock#7(v1)
  v17 = call-function 0(v1) changes map 1
  v18: function = function 0
  branch eq v17, v1, b1(v1), b2(v1)
b1(v19):
  may-goto b2(v1), b2(v19)
b2(v20):
  loop 5 b3(v1), b4(v1)
b3(v21):
  jump b4(v21)
b4(v22):
  exit v22
}`;

type Step = Instruction | Terminator;
const steps = (): readonly Step[] =>
  parseProgram(TEXT).functions.flatMap(({ blocks }) => blocks.flatMap((b) => [...b.instructions, b.terminator]));

test("an instruction is the same as one that is spelled like it, and as no other of the program", () => {
  const others = steps();
  for (const [i, step] of steps().entries())
    for (const [j, other] of others.entries()) expect(isSameStep(step, other), `${step.op} ${other.op}`).toBe(i === j);
});

test("each field counts, but where it stands in the script", () => {
  for (const step of steps()) {
    for (const field of Object.keys(step).filter((name) => name !== "span" && name !== "op"))
      for (const changed of variantsOf(step[field as keyof Step]))
        expect(isSameStep(step, { ...step, [field]: changed }), `${step.op}.${field}`).toBe(false);
    const span = { file: { name: "other", text: "" }, start: 0, end: 0 };
    expect(isSameStep(step, { ...step, span }), step.op).toBe(true);
  }
});

/** The field with one thing in it changed. */
function variantsOf(value: unknown): readonly unknown[] {
  switch (typeof value) {
    case "undefined":
      return [];
    case "number":
      return [value + 1];
    case "bigint":
      return [value + 1n];
    case "boolean":
      return [!value];
    case "string":
      return [`${value}x`];
    default:
      if (Array.isArray(value))
        return [[...value, 0], ...value.flatMap((one, i) => variantsOf(one).map((other) => value.with(i, other)))];
      return Object.entries(value as object).flatMap(([name, one]) =>
        variantsOf(one).map((other) => ({ ...(value as object), [name]: other })),
      );
  }
}
