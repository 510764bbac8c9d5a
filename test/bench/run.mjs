/**
 * What tracing costs, next to an empty Node where that can be compared and, where one is given, next to bpftrace:
 *
 *     [BPFTRACE=/path/to/bpftrace] [TSBT=/path/to/tsbt] npm run bench -- [--runs N] [--save FILE] [CASE...]
 *
 * The contenders take turns, so that a machine which slows down slows them all. Ratios are medians over the rounds, of
 * the figures of one round. The file has what is printed, and the figures of each round.
 */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { CASES } from "./cases/index.mjs";
import { ROOT } from "./compile.mjs";
import { summaries } from "./groups.mjs";
import { wholeRun } from "./measures/whole-run.mjs";
import { Record } from "./record.mjs";
import { table } from "./table.mjs";

const TSBT = process.env["TSBT"] ?? join(ROOT, "dist/tsbt");
const BPFTRACE = process.env["BPFTRACE"];

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { runs: { type: "string", default: "15" }, save: { type: "string" } },
});
const unknown = positionals.find((name) => !Object.hasOwn(CASES, name));
if (unknown !== undefined) throw new Error(`no case "${unknown}": ${Object.keys(CASES).join(", ")}`);
if (!existsSync(TSBT)) throw new Error(`there is no ${TSBT}: npm run build`);

const record = new Record(options.save, { tsbt: TSBT, bpftrace: BPFTRACE });
const done = [];
for (const name of positionals.length > 0 ? positionals : Object.keys(CASES)) {
  const { measure = wholeRun, goals = {}, group, ...rest } = CASES[name];
  const figures = await figuresOf({ measure, ...rest });
  done.push({ name, group, metrics: measure.metrics, figures });
  record.add(name, table(measure.metrics, figures, goals), figures);
}
for (const { title, text } of summaries(done)) record.add(title, text);
record.end();

/** @returns for each contender, one list of the measure's metrics per round */
async function figuresOf({ measure, args, prepare, runs, isAlone, others = {} }) {
  const prepared = (await prepare?.()) ?? {};
  const contenders = {
    ...(measure.baseline && { "empty node": measure.baseline }),
    tsbt: [TSBT, ...args(prepared)],
    ...(typeof others === "function" ? others(prepared, TSBT) : others),
    ...(BPFTRACE && !isAlone && { bpftrace: [BPFTRACE, ...args(prepared)] }),
  };
  const names = Object.keys(contenders);
  const figures = Object.fromEntries(names.map((name) => [name, []]));
  const rounds = Math.min(runs ?? Infinity, Number(options.runs));
  if (runs === undefined) for (const name of names) await measure.cost(contenders[name], prepared); // warms the page cache
  for (let round = 0; round < rounds; round++) {
    const first = round % names.length;
    for (const name of [...names.slice(first), ...names.slice(0, first)]) {
      figures[name].push(await measure.cost(contenders[name], prepared));
    }
  }
  await prepared.release?.();
  return figures;
}
