/** `--mode compiler-bench`: what compiling a script takes when it is done again and again, in rows like bpftrace's. */
import { compile, type CompileOptions } from "../../codegen/compile.js";
import type { KernelFacts } from "../../codegen/facts.js";
import { FULL_LANGUAGE } from "../../codegen/full-language.js";
import { DiagnosticBag, parse, type SourceFile } from "../../grammar/index.js";
import type { Console } from "./console.js";
import { runHot } from "./tiers.js";

/** The program has been compiled once: it is right, and what the machine has to say is known. */
export function benchCompiler(source: SourceFile, options: CompileOptions, facts: KernelFacts, console: Console): void {
  runHot();
  const stages: readonly (readonly [name: string, run: () => void])[] = [
    ["parse", () => void parse(source, new DiagnosticBag())],
    ["compile", () => void compile(source, facts, FULL_LANGUAGE, options)],
  ];
  for (const [name, run] of stages) console.out(rowOf(name, timesOf(run)));
}

const MAX_TIMES = 10_000;
const LONG_ENOUGH_NS = 100_000_000;

/** In nanoseconds. */
function timesOf(run: () => void): readonly number[] {
  const times: number[] = [];
  for (let total = 0; total < LONG_ENOUGH_NS && times.length < MAX_TIMES;) {
    const start = process.hrtime.bigint();
    run();
    const ns = Number(process.hrtime.bigint() - start);
    times.push(ns);
    total += ns;
  }
  return times;
}

/** Name, number of times, nanoseconds in all, mean and standard deviation. */
function rowOf(name: string, times: readonly number[]): string {
  const total = times.reduce((sum, ns) => sum + ns, 0);
  const mean = total / times.length;
  const deviation = Math.sqrt(times.reduce((sum, ns) => sum + (ns - mean) ** 2, 0) / times.length);
  const [unit, scale] = UNITS.find(([, scale]) => mean >= scale) ?? ["ns", 1];
  const spread = `${Math.trunc(mean / scale)} \xc2\xb1 ${Math.trunc(deviation / scale)} ${unit}`;
  return `${name.padEnd(30)}${times.length.toString().padEnd(8)}${total.toString().padEnd(14)}${spread}\n`;
}

/** Byte strings, like all text. */
const UNITS: readonly (readonly [unit: string, ns: number])[] = [
  ["s", 1_000_000_000],
  ["ms", 1_000_000],
  ["\xce\xbcs", 1000],
];
