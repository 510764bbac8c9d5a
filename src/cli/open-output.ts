/** `-f`, `-o`, `-B`: where what a run prints goes, and in which format. */
import { openSync } from "node:fs";
import { didYouMean } from "../../grammar/index.js";
import { bytePath } from "../files/index.js";
import {
  JsonOutput,
  type Output,
  TextOutput,
  type TextOutputOptions,
  TrialJson,
  type TrialOutput,
  TrialText,
  type ValueContext,
  Writer,
} from "../output/index.js";
import type { Console } from "./console.js";
import { failure } from "./exit-error.js";
import { reasonOf } from "./read-program.js";
import type { Settings } from "./settings.js";

export function openOutput(
  values: ValueContext,
  settings: Settings,
  { color, isColorless, showsWarnings }: Console,
): Outputs {
  const open = FORMATS.get(settings.format);
  if (open === undefined) {
    throw failure(
      `Invalid output format "${settings.format}"\nValid formats: 'text', 'json'`,
      1,
      didYouMean(settings.format, FORMATS.keys()),
    );
  }
  const fd = settings.outputFile === undefined ? 1 : openOutputFile(settings.outputFile);
  const out = new Writer(fd, settings.buffering);
  const err = new Writer(2, "none");
  return open({ out, err, values, color, isQuiet: settings.isQuiet, showsWarnings, colorsTrials: !isColorless });
}

interface OpenOptions extends TextOutputOptions {
  readonly colorsTrials: boolean;
}

interface Outputs {
  readonly output: Output;
  readonly trials: TrialOutput;
}

const FORMATS: ReadonlyMap<string, (options: OpenOptions) => Outputs> = new Map([
  [
    "text",
    (options): Outputs => ({
      output: new TextOutput(options),
      trials: new TrialText(options.out, options.colorsTrials),
    }),
  ],
  ["json", (options): Outputs => ({ output: new JsonOutput(options), trials: new TrialJson(options.out) })],
] satisfies [string, (options: OpenOptions) => Outputs][]);

function openOutputFile(path: string): number {
  try {
    return openSync(bytePath(path), "w");
  } catch (error) {
    throw failure(`Failed to open output file: "${path}": ${reasonOf(error)}`);
  }
}
