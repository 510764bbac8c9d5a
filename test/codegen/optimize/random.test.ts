/** Random programs do the same before and after every pass, and stay well-formed. */
import { expect, test, vi } from "vitest";
import type { IrFunction, IrProgram } from "../../../codegen/ir/ir.js";
import { printProgram } from "../../../codegen/ir/print.js";
import { formatFault, verifyFunction, verifyProgram } from "../../../codegen/ir/verify.js";
import { FINAL_PASSES, optimize, PASSES, type Pass } from "../../../codegen/optimize/index.js";
import { interpret, type Outcome } from "../../support/ir-interpreter.js";
import { RANDOM_MAPS, randomProgram } from "../../support/random-ir.js";

/** Long enough for `RUNS=5000` on a machine that has other things to do. */
vi.setConfig({ testTimeout: 600_000 });

/** `SEED=123 npx vitest run …` runs one; the seed of a failing run is in the message. */
const SEEDS: readonly number[] =
  process.env["SEED"] === undefined
    ? Array.from({ length: Number(process.env["RUNS"] ?? 100) }, (_, at) => Number(process.env["FROM"] ?? 1) + at)
    : [Number(process.env["SEED"])];

const CONTEXT = Uint8Array.from({ length: 128 }, (_, at) => at * 37);
const cx = { maps: RANDOM_MAPS };

/** Undefined for a program that accesses memory it does not have, which the kernel would refuse. */
function outcomeOf(program: IrProgram): Outcome | undefined {
  try {
    return interpret(program, RANDOM_MAPS, CONTEXT);
  } catch (error) {
    if (/outside of memory|too many steps/.test(String(error))) return undefined;
    throw error;
  }
}

function runPass(pass: Pass, program: IrProgram): IrProgram {
  return { functions: program.functions.map((fn) => pass.run(fn, cx)) };
}

function check(name: string, seed: number, before: IrProgram, after: IrProgram, wanted: Outcome): void {
  const where = (): string => `pass ${name}, seed ${seed}\n${printProgram(before)}\nafter\n${printProgram(after)}`;
  const faults = verifyProgram(after).map(formatFault);
  if (faults.length > 0) expect.fail(`${faults.join("\n")}\n${where()}`);
  const outcome = outcomeOf(after);
  if (JSON.stringify(outcome, bigints) !== JSON.stringify(wanted, bigints)) {
    expect(outcome, where()).toEqual(wanted);
  }
}
const bigints = (_: string, value: unknown): unknown => (typeof value === "bigint" ? String(value) : value);

test("random programs are well-formed, and most of them run", () => {
  const programs = SEEDS.map(randomProgram);
  for (const program of programs) expect(verifyProgram(program).map(formatFault)).toEqual([]);
  if (SEEDS.length > 10) expect(programs.filter(outcomeOf).length).toBeGreaterThan(SEEDS.length / 2);
});

test.each([...PASSES, ...FINAL_PASSES])("$name alone keeps what programs do", (pass) => {
  for (const seed of SEEDS) {
    const program = randomProgram(seed);
    const wanted = outcomeOf(program);
    if (wanted !== undefined) check(pass.name, seed, program, runPass(pass, program), wanted);
  }
});

test("one pass after the other keeps what programs do", () => {
  for (const seed of SEEDS) {
    let program = randomProgram(seed);
    const wanted = outcomeOf(program);
    if (wanted === undefined) continue;
    for (const pass of [...PASSES, ...PASSES, ...PASSES, ...FINAL_PASSES]) {
      const after = runPass(pass, program);
      check(pass.name, seed, program, after, wanted);
      program = after;
    }
  }
});

test("the whole optimiser keeps what programs do, and settles", () => {
  for (const seed of SEEDS) {
    const program = randomProgram(seed);
    const wanted = outcomeOf(program);
    if (wanted === undefined) continue;
    const faults: string[] = [];
    const afterPass = (pass: string, fn: IrFunction): void => {
      faults.push(...verifyFunction(fn, 3).map((fault) => `${pass}: ${formatFault(fault)}`));
    };
    const after = optimize(program, { ...cx, afterPass });
    expect(faults, `seed ${seed}`).toEqual([]);
    check("all", seed, program, after, wanted);
  }
});
