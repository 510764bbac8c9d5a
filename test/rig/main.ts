/**
 * Runs the tests, all of them or the stages that are named:
 *
 *     node test/run.mjs [STAGE...]
 *
 * A failed stage does not keep the next ones from running. The exit status is 0 if nothing failed.
 */
import type { Outcome } from "./outcome.js";
import type { Stage } from "./stage.js";
import { MORE_STAGES, STAGES } from "./stages.js";
import { formatSummary } from "./summary.js";

const outcomes: Outcome[] = [];
for (const stage of chosenStages(process.argv.slice(2))) outcomes.push(...(await runStage(stage)));
console.log(`\n${formatSummary(outcomes)}`);
process.exitCode = outcomes.some(({ state }) => state === "failed") ? 1 : 0;

function chosenStages(names: readonly string[]): readonly Stage[] {
  if (names.length === 0) return STAGES;
  const all = [...STAGES, ...MORE_STAGES];
  return names.map((name) => {
    const stage = all.find((candidate) => candidate.name === name);
    if (stage === undefined) throw new Error(`no stage ${name}; there are ${all.map((one) => one.name).join(", ")}`);
    return stage;
  });
}

async function runStage(stage: Stage): Promise<readonly Outcome[]> {
  console.log(`\n== ${stage.name}: ${stage.what}`);
  const begin = Date.now();
  const results = await stage.run(outcomes).catch((error: unknown): readonly Outcome[] => {
    console.error(error);
    return [{ file: stage.name, claim: "the stage runs to its end", state: "failed", reason: String(error) }];
  });
  console.log(`-- ${stage.name}: ${((Date.now() - begin) / 1000).toFixed(1)} s`);
  return results;
}
