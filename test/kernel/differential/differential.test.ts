import { expect } from "vitest";
import { randomFrom } from "../../random.js";
import { kernelTest } from "../../support/index.js";
import { differenceOf } from "./difference.js";
import { EndlessProgramError } from "./evaluate.js";
import { randomProgram } from "./generate/program.js";
import { KernelRunner, type Run } from "./kernel-runner.js";
import { type Form, printProgram } from "./print.js";
import type { Program } from "./program.js";
import { shrink } from "./shrink.js";
import { VerifierWork } from "./verifier-work.js";

const SEED = Number(process.env["TEST_SEED"] ?? 1);
/** The first program, to look at one again. */
const FIRST = Number(process.env["TEST_FIRST"] ?? 0);
const CHOSEN = process.env["TEST_PROGRAMS"];
/** Unless more are asked for, always the same ones: a change fails for what it does, not for how fast the machine is. */
const PROGRAMS = Number(CHOSEN ?? 1000);
/** Of a run for which no number was chosen, on a machine that is busy or emulated. */
const SECONDS = 120;

kernelTest(
  `random programs do on the kernel what the language reference says (TEST_SEED=${SEED})`,
  { timeoutMs: CHOSEN === undefined ? 300_000 : 3_600_000 },
  () => {
    const runner = new KernelRunner();
    const work = new VerifierWork();
    const end = CHOSEN === undefined ? performance.now() + SECONDS * 1000 : Infinity;
    for (let id = FIRST; id < FIRST + PROGRAMS && performance.now() < end; id++) {
      const program = generate(id);
      const run = runner.run(printProgram(program, formOf(program)), program.positional);
      work.add(program.id, run);
      if (differenceOf(program, run) !== undefined) fail(program, runner);
    }
    console.log(`TEST_SEED=${SEED} TEST_FIRST=${FIRST}\n${work}`);
    expect(work.isReasonable, `${work}`).toBe(true);
  },
);

const generate = (id: number): Program => randomProgram(randomFrom(SEED * 1_000_003 + id), id);

/** Some come to their bodies by tail calls. */
const formOf = ({ id }: Program): Form => (id % 4 === 3 ? "tail calls" : "probes");

/** With the smallest program that fails in the same way. */
function fail(program: Program, runner: KernelRunner): never {
  const runOf = (candidate: Program): ReturnType<KernelRunner["run"]> =>
    runner.run(printProgram(candidate, formOf(candidate)), candidate.positional);
  const wrong = runOf(program);
  console.log(`program ${program.id} of seed ${SEED} is wrong: looking for the smallest that is wrong in the same way`);
  const smallest = shrink(program, (candidate) => {
    const run = runOf(candidate);
    return run.kind === wrong.kind && isWrong(candidate, run) && sameMessage(run, wrong);
  });
  const difference = differenceOf(smallest, runOf(smallest)) ?? "not seen again";
  expect.fail(`program ${program.id} of seed ${SEED}\n${printProgram(smallest, formOf(smallest))}\n${difference}`);
}

function isWrong(program: Program, run: Run): boolean {
  try {
    return differenceOf(program, run) !== undefined;
  } catch (error) {
    if (error instanceof EndlessProgramError) return false;
    throw error;
  }
}

/** Of programs that do not compile: apart from names and numbers. */
const sameMessage = (a: Run, b: Run): boolean =>
  a.kind !== "does not compile" || b.kind !== "does not compile" || outline(a.message) === outline(b.message);

const outline = (message: string): string => (message.split("\n", 1)[0] ?? "").replace(/[@$]?\w*\d\w*/g, "");
