/**
 * `instructions.txt`: how many instructions the compiler makes of what is measured by hand (`npm run bench`): the bodies of its
 * events, the goldens, the examples that the saved facts are enough for. An exact measure that is the same on every machine:
 * a change that makes code longer or shorter shows it in its diff.
 *
 *     instructions  programs  script
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { goldenFiles } from "./golden-file.js";

const ROOT = join(import.meta.dirname, "../..");
const PATH = join(import.meta.dirname, "instructions.txt");
const HEADING = "instructions  programs  script";

export interface Script {
  readonly name: string;
  readonly source: string;
}

export async function countedScripts(): Promise<readonly Script[]> {
  const { eventScripts } = (await import(pathToFileURL(join(ROOT, "test/bench/cases/events.mjs")).href)) as {
    readonly eventScripts: (call: string) => Readonly<Record<string, string>>;
  };
  const inFolder = (folder: string): readonly Script[] =>
    readdirSync(join(ROOT, folder))
      .filter((file) => file.endsWith(".bt"))
      .sort()
      .map((file) => ({ name: `${folder}/${file}`, source: readFileSync(join(ROOT, folder, file), "latin1") }));
  return [
    ...Object.entries(eventScripts("openat")).map(([name, source]) => ({ name: `event: ${name}`, source })),
    ...goldenFiles().map(({ name, source }) => ({ name: `golden: ${name}`, source })),
    ...inFolder("examples"),
    ...inFolder("test/bench/scripts"),
  ];
}

export interface Count {
  readonly name: string;
  readonly instructions: number;
  readonly programs: number;
}

const lineOf = ({ name, instructions, programs }: Count): string =>
  `${String(instructions).padStart(12)}  ${String(programs).padStart(8)}  ${name}`;

export const readCounts = (): string => readFileSync(PATH, "utf8");

export const writeCounts = (counts: readonly Count[]): void => writeFileSync(PATH, textOf(counts));

export const textOf = (counts: readonly Count[]): string => `${HEADING}\n${counts.map(lineOf).join("\n")}\n`;
