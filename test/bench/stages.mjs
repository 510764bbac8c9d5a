/**
 * Where the time of a compilation goes, by stage and pass: the first of our source files that is on the stack, below those
 * that only call one stage after the other.
 *
 *     npm run bench:stages -- [--functions N] [--runs N] SCRIPT [ARGUMENT...]
 *
 * Without the optimising tier, as the command compiles. `gc` is the collector's part of each row. Time in which the machine
 * did something else is left out: no sample counts for more than two intervals.
 */

import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import { coldCode, programOf } from "../../src/build/cold-code/plugin.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const CACHE = join(ROOT, ".cache/bench");

const INTERVAL_MICROSECONDS = 200;

/** They have the stages in order, and do little themselves. */
const DRIVERS = new Set([
  "test/bench/stages-program.ts",
  "codegen/compile.ts",
  "codegen/back-end.ts",
  "codegen/optimize/index.ts",
  "codegen/bpf/generate.ts",
  "codegen/analysis/index.ts",
  "src/runtime/loader.ts",
]);

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { functions: { type: "string", default: "0" }, runs: { type: "string", default: "3" } },
});
const [script, ...rest] = positionals;
if (script === undefined) throw new Error("which script?");
const program = await bundle();
const fileOfLine = filesByLine(readFileSync(program, "utf8"));
const profiles = Array.from({ length: Number(options.runs) }, () => profileOf(program));
const loadMs = profiles.reduce((sum, profile) => sum + profile.loadMs, 0) / profiles.length;
printTable("stage", [...rowsBy(stageOf), ["load into the kernel (wall)", { ms: loadMs, gc: 0 }]]);
if (Number(options.functions) > 0) printTable("function", rowsBy(functionOf), Number(options.functions));

async function bundle() {
  mkdirSync(CACHE, { recursive: true });
  const outfile = join(CACHE, "stages.mjs");
  const entry = join(ROOT, "test/bench/stages-program.ts");
  const plugins = [coldCode(programOf(ROOT, entry))];
  const banner = {
    js: 'import { createRequire as requirerOf } from "node:module"; const require = requirerOf(import.meta.url);',
  };
  const how = { bundle: true, platform: "node", format: "esm", banner, plugins };
  await build({ absWorkingDir: ROOT, entryPoints: [entry], outfile, ...how });
  return outfile;
}

/** esbuild writes the name of each file above what comes from it. */
function filesByLine(code) {
  let file = "";
  return code.split("\n").map((line) => (file = /^\/\/ (\S+\.(?:ts|js|mjs))$/.exec(line)?.[1] ?? file));
}

function profileOf(bundled) {
  const output = join(CACHE, "stages.cpuprofile");
  const args = [bundled, join(ROOT, "dist/tsbt.node"), script, output, String(INTERVAL_MICROSECONDS), ...rest];
  execFileSync(process.execPath, ["--no-opt", "--sparkplug", ...args]);
  return JSON.parse(readFileSync(output, "utf8"));
}

/** @returns for each row, milliseconds in all and in the collector, as means over the profiles */
function rowsBy(nameOf) {
  const rows = new Map();
  for (const {
    profile: { nodes, samples, timeDeltas },
  } of profiles) {
    const byId = new Map(nodes.map((node) => [node.id, node]));
    for (const node of nodes) for (const child of node.children ?? []) byId.get(child).parent = node;
    samples.forEach((id, i) => {
      const stack = [];
      for (let node = byId.get(id); node !== undefined; node = node.parent) stack.push(node.callFrame);
      const isCollector = stack[0].functionName === "(garbage collector)";
      const name = nameOf(stack);
      const row = rows.get(name) ?? { ms: 0, gc: 0 };
      const ms = Math.min(timeDeltas[i + 1] ?? 0, 2 * INTERVAL_MICROSECONDS) / 1000 / profiles.length;
      row.ms += ms;
      if (isCollector) row.gc += ms;
      rows.set(name, row);
    });
  }
  return [...rows].toSorted(([, a], [, b]) => b.ms - a.ms);
}

function stageOf(stack) {
  const files = stack
    .map(fileOf)
    .filter((file) => file.startsWith("codegen") || file.startsWith("grammar") || file.startsWith("src/"));
  return files.findLast((file) => !DRIVERS.has(file)) ?? files[0] ?? stack[0].functionName;
}

function functionOf(stack) {
  const [top, caller] = stack;
  const isOurs = fileOf(top) !== "";
  const place = (frame) => `${frame.functionName} ${fileOf(frame)}`;
  return isOurs || caller === undefined ? place(top) : `${top.functionName} < ${place(caller)}`;
}

function fileOf({ url, lineNumber }) {
  return url.endsWith("stages.mjs") ? (fileOfLine[lineNumber] ?? "") : "";
}

function printTable(title, rows, limit = rows.length) {
  const total = rows.reduce((sum, [, { ms }]) => sum + ms, 0);
  console.log(`\n${"ms".padStart(9)} ${"gc".padStart(8)}  ${title}`);
  for (const [name, { ms, gc }] of rows.slice(0, limit)) {
    if (ms >= total / 1000) console.log(`${ms.toFixed(1).padStart(9)} ${gc.toFixed(1).padStart(8)}  ${name}`);
  }
  console.log(`${total.toFixed(1).padStart(9)}           all`);
}
