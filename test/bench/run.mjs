/**
 * What a short run costs, next to an empty Node and, where one is given, next to bpftrace:
 *
 *     [BPFTRACE=/path/to/bpftrace] [TSBT=/path/to/tsbt] npm run bench -- [--runs N] [CASE...]
 *
 * The contenders take turns, so that a machine which slows down slows them all. Ratios are medians over the rounds, of
 * the figures of one round.
 */

import { execFile, execFileSync } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = join(HERE, "../..");

/** Each script ends by itself, after its first event where it waits for one. */
const CASES = {
  "begin and exit": "BEGIN { exit(); }",
  "openat one-liner": `tracepoint:syscalls:sys_enter_openat /pid == ${process.pid}/ { printf("%s %s\\n", comm, str(args.filename)); exit(); }`,
  "struct walk": `BEGIN { printf("%d %s\\n", curtask->pid, curtask->group_leader->comm); exit(); }`,
};

const CONTENDERS = {
  "empty node": () => [process.execPath, "-e", "0"],
  tsbt: (script) => [process.env["TSBT"] ?? join(ROOT, "dist/tsbt"), "-e", script],
  ...(process.env["BPFTRACE"] && { bpftrace: (script) => [process.env["BPFTRACE"], "-e", script] }),
};

const METRICS = [
  { name: "wall", unit: "ms", scale: 1000 },
  { name: "CPU", unit: "ms", scale: 1000 },
  { name: "peak memory", unit: "MiB", scale: 1024 },
];

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { runs: { type: "string", default: "15" } },
});
const unknown = positionals.find((name) => !Object.hasOwn(CASES, name));
if (unknown !== undefined) throw new Error(`no case "${unknown}": ${Object.keys(CASES).join(", ")}`);

const measure = compileMeasure();
const opener = setInterval(() => closeSync(openSync("/dev/null")), 1); // what the one-liner waits for
for (const name of positionals.length > 0 ? positionals : Object.keys(CASES)) {
  printTable(name, await runCase(CASES[name], Number(options.runs)));
}
clearInterval(opener);

function compileMeasure() {
  const file = join(ROOT, ".cache/bench/measure");
  mkdirSync(dirname(file), { recursive: true });
  execFileSync(process.env["CC"] ?? "cc", ["-O2", "-o", file, join(HERE, "measure.c")]);
  return file;
}

/** @returns for each contender, one list of METRICS per round */
async function runCase(script, runs) {
  const names = Object.keys(CONTENDERS);
  const figures = Object.fromEntries(names.map((name) => [name, []]));
  for (const name of names) await costOf(CONTENDERS[name](script)); // warms the page cache
  for (let round = 0; round < runs; round++) {
    const first = round % names.length;
    for (const name of [...names.slice(first), ...names.slice(0, first)]) {
      figures[name].push(await costOf(CONTENDERS[name](script)));
    }
  }
  return figures;
}

async function costOf(command) {
  if (!existsSync(command[0])) throw new Error(`there is no ${command[0]}: npm run build`);
  // Makes Node read a certificate bundle at every start; tsbt protects itself, an empty Node cannot.
  const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env;
  const { stdout } = await promisify(execFile)(measure, command, { env });
  const [wall, cpu, memory, status] = stdout.split(" ").map(Number);
  if (status !== 0) throw new Error(`${command.join(" ")} ended with status ${status}`);
  return [wall, cpu, memory];
}

function printTable(name, figures) {
  const rows = METRICS.map(({ name: metric, unit, scale }, i) => {
    const of = (contender) => figures[contender].map((figure) => figure[i]);
    const medians = Object.keys(figures).map((contender) => (median(of(contender)) / scale).toFixed(1));
    const ratios = Object.keys(figures)
      .filter((contender) => contender !== "tsbt")
      .map((other) => median(of("tsbt").map((ours, round) => ours / of(other)[round])).toFixed(2));
    return [`${metric} (${unit})`, ...medians, ...ratios];
  });
  const others = Object.keys(figures).filter((contender) => contender !== "tsbt");
  const header = ["", ...Object.keys(figures), ...others.map((other) => `tsbt / ${other}`)];
  console.log(`\n${name}\n${layOut([header, ...rows])}`);
}

function layOut(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const line = (row) => row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join("  ");
  return rows.map(line).join("\n");
}

function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1];
}
