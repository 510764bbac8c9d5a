/** Programs that others are to run, and how they end. */
import type { RawProgram } from "./addon.js";

/** What a child becomes. Text is byte strings. */
export interface ProgramToRun {
  /** The program's file; no search is made. */
  readonly path: string;
  /** The program's own name included. */
  readonly argv: readonly string[];
  /** Of the form NAME=value. This process's environment when left out. */
  readonly env?: readonly string[];
  /** Where they are others than this process's. */
  readonly limits?: readonly ResourceLimit[];
  /** All others have their default action. */
  readonly ignoredSignals?: readonly number[];
}

/** For setrlimit(2). */
export interface ResourceLimit {
  readonly resource: number;
  readonly soft: bigint;
  readonly hard: bigint;
}

/** How a child ended: one of the two is defined. */
export interface ExitStatus {
  readonly code: number | undefined;
  readonly signal: number | undefined;
}

/** What a program has printed on its standard streams, as a byte string, and how it ended. */
export interface Captured extends ExitStatus {
  readonly text: string;
}

/** From the status of wait(2). Undefined when the child has merely stopped. */
export function exitStatusOf(status: number): ExitStatus | undefined {
  const signal = status & 0x7f;
  if (signal === 0x7f) return undefined;
  return signal === 0 ? { code: (status >> 8) & 0xff, signal: undefined } : { code: undefined, signal };
}

export const rawProgram = ({ path, argv, env, limits = [], ignoredSignals = [] }: ProgramToRun): RawProgram => ({
  path: Buffer.from(path, "latin1"),
  argv: stringBlock(argv),
  env: env && stringBlock(env),
  limits: BigUint64Array.from(limits.flatMap(({ resource, soft, hard }) => [BigInt(resource), soft, hard])),
  ignoredSignals: Int32Array.from(ignoredSignals),
});

/** Strings, each with a NUL after it. */
function stringBlock(strings: readonly string[]): Uint8Array {
  return Buffer.from(strings.map((text) => `${text}\0`).join(""), "latin1");
}
