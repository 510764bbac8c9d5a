import { expect } from "vitest";
import { type ChildOptions, type Finished, transcript } from "./child.js";
import { TracingChild } from "./tsbt.js";

export interface ScriptExpectation extends ChildOptions {
  /** The script, as `-e` takes it. Text is a byte string. */
  readonly script: string;
  /** Command-line options before the script. */
  readonly options?: readonly string[];
  /** The script's own arguments. */
  readonly args?: readonly string[];
  /** What standard output must be, exactly. */
  readonly stdout?: string;
  /** What standard error must be, exactly. Without it, and with status 0, only "Attached" lines may be there. */
  readonly stderr?: string;
  /** What standard output must match. */
  readonly match?: RegExp | readonly RegExp[];
  /** What standard error must match. */
  readonly stderrMatch?: RegExp | readonly RegExp[];
  /** The exit status, by default 0. */
  readonly status?: number;
  /** Makes happen what the script traces, once the probes are attached. */
  readonly trigger?: (tsbt: TracingChild) => Promise<void> | void;
}

/** Runs a script with the built tsbt and compares what it did. */
export async function checkScript(expected: ScriptExpectation): Promise<Finished> {
  const { script, options = [], args = [] } = expected;
  const tsbt = new TracingChild([...options, "-e", script, ...args], expected);
  if (expected.trigger !== undefined) {
    await tsbt.attached();
    await expected.trigger(tsbt);
  }
  const result = await tsbt.finished;
  compare(result, expected);
  return result;
}

function compare(result: Finished, expected: ScriptExpectation): void {
  const shown = `${expected.script}\n${transcript(result)}`;
  expect({ status: result.status, signal: result.signal }, shown).toEqual({
    status: expected.status ?? 0,
    signal: null,
  });
  if (expected.stdout !== undefined) expect(result.stdout, shown).toBe(expected.stdout);
  for (const pattern of list(expected.match)) expect(result.stdout, shown).toMatch(pattern);
  for (const pattern of list(expected.stderrMatch)) expect(result.stderr, shown).toMatch(pattern);
  if (expected.stderr !== undefined) expect(result.stderr, shown).toBe(expected.stderr);
  else if (expected.stderrMatch === undefined && (expected.status ?? 0) === 0) {
    expect(withoutAttached(result.stderr), shown).toBe("");
  }
}

function withoutAttached(stderr: string): string {
  return stderr.replace(/^Attached \d+ probes?\n/gm, "");
}

function list(value: RegExp | readonly RegExp[] | undefined): readonly RegExp[] {
  if (value === undefined) return [];
  return value instanceof RegExp ? [value] : value;
}
