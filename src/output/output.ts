/**
 * What a run prints. There is one implementation for each format (`-f`); they differ in words and in
 * the streams that they use, never in what happens.
 */
import type { ScriptMap } from "../../codegen/object.js";
import type { Span } from "../../grammar/index.js";
import type { Argument } from "./argument.js";
import type { MapReading } from "./map-reading.js";
import type { MapPrintOptions } from "./map-text.js";
import type { TextReader } from "./value-text.js";

/** A map, ready to be printed as often as it is asked for. */
export interface PrintableMap {
  print(reading: MapReading, options: MapPrintOptions): void;
}

export interface HelperFailure {
  readonly span: Span;
  /** Without `bpf_`. */
  readonly helper: string;
  /** What it returned: 0 or a negative error number. */
  readonly result: number;
}

/** Warnings of a place that has warned before. */
export interface RepeatedWarning {
  readonly message: string;
  readonly span: Span;
  readonly times: bigint;
  /** Of the whole run; else since the last time. */
  readonly isTotal: boolean;
}

export interface Output {
  /** How values are written by `print(value)`: compiled once for each call site. */
  compileValue(value: Argument): TextReader;
  compileMap(map: ScriptMap): PrintableMap;

  /** Text of `print(value)`, as compiled by `compileValue`. */
  value(text: string): void;
  printf(text: string): void;
  time(text: string): void;
  /** The beginning of a file. */
  cat(text: string): void;
  /** What a command has printed. */
  system(text: string): void;
  /** One line of strings. */
  join(text: string): void;
  /** Messages of the script itself, about a place in it. */
  errorf(message: string, span: Span): void;
  warnf(message: string, span: Span): void;

  attachedProbes(count: number): void;
  lostEvents(count: bigint): void;
  helperFailed(failure: HelperFailure): void;
  runtimeError(message: string, span: Span): void;
  warningRepeated(warning: RepeatedWarning): void;
  /** Something that user space was asked to do did not work; the run goes on. */
  failure(message: string): void;

  /** Before the dump of the maps. */
  endOfRun(): void;
  /** After each batch of events. */
  endOfBatch(): void;
  flush(): void;
  /** The reader of the output has gone away: there is no point in going on. */
  readonly isClosed: boolean;
}
