import { expect } from "vitest";
import { randomFrom } from "../../random.js";
import { kernelTest, runTsbt } from "../../support/index.js";
import { evaluate } from "./evaluate.js";
import { Generator } from "./generate.js";
import { printProgram } from "./print.js";
import type { Program } from "./program.js";
import { shrink } from "./shrink.js";

const SEED = Number(process.env["TEST_SEED"] ?? 1);
const PROGRAMS = Number(process.env["TEST_PROGRAMS"] ?? 1000);
/** Programs that share a script: each is a probe with maps of its own. */
const BATCH = 25;
/** The first program, to look at one again. */
const FIRST = Number(process.env["TEST_FIRST"] ?? 0);

kernelTest(
  `${PROGRAMS} random programs do on the kernel what the language reference says (TEST_SEED=${SEED})`,
  { timeoutMs: 240_000, matrix: false },
  async () => {
    for (let first = FIRST; first < FIRST + PROGRAMS; first += BATCH) {
      const programs = Array.from({ length: Math.min(BATCH, FIRST + PROGRAMS - first) }, (_, i) => generate(first + i));
      await checkBatch(programs);
    }
  },
);

const generate = (id: number): Program => new Generator(randomFrom(SEED * 1_000_003 + id), id).program();

/** A batch that fails is run again one by one, to show the smallest script that fails. */
async function checkBatch(programs: readonly Program[]): Promise<void> {
  const failure = await differenceOf(programs);
  if (failure === undefined) return;
  for (const program of programs) {
    if ((await differenceOf([program])) === undefined) continue;
    const smallest = await shrink(program, async (candidate) => isSame(await differenceOf([candidate])));
    const difference = await differenceOf([smallest]);
    expect.fail(`program ${program.id} of seed ${SEED}\n${printProgram(smallest)}\n${difference ?? ""}`);
  }
  expect.fail(`programs ${programs[0]?.id}… fail together but not alone\n${failure}`);
}

/** A smaller program that does not even compile fails for another reason. */
const isSame = (difference: string | undefined): boolean =>
  difference !== undefined && !difference.includes("Undefined or undeclared");

async function differenceOf(programs: readonly Program[]): Promise<string | undefined> {
  const script = programs.map(printProgram).join("");
  const result = await runTsbt(["-q", "--no-warnings", "-"], { input: script, timeoutMs: 60_000 });
  if (result.status !== 0) return `status ${result.status}: ${result.stderr.slice(0, 4000)}`;
  const found = new Map<string, string>();
  for (const line of result.stdout.split("\n")) {
    const [, name, value] = /^(@.*): (-?\d+)$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) found.set(name, value);
  }
  const wanted = new Map(programs.flatMap((program) => [...evaluate(program)]));
  const lines = [...wanted].filter(([name, value]) => found.get(name) !== value);
  const extra = [...found.keys()].filter((name) => !wanted.has(name));
  if (lines.length === 0 && extra.length === 0) return undefined;
  return [
    ...lines.map(([name, value]) => `${name}: ${value} wanted, ${found.get(name) ?? "nothing"} found`),
    ...extra.map((name) => `${name}: not wanted`),
  ].join("\n");
}
