/**
 * What a run gives out. There is one implementation for each format (`-f`), and one that makes data of it; they differ in
 * words and in where these go, never in what happens.
 */
import type { ScriptMap } from "../../codegen/object.js";
import type { Span } from "../../grammar/index.js";
import type { Losses } from "./losses.js";
import type { Argument } from "./argument.js";
import type { MapReading } from "./map-reading.js";
import type { Memory } from "./memory.js";
import type { MapPrintOptions } from "./maps/map-entries.js";

/** A map, ready to be printed as often as it is asked for. */
export interface PrintableMap {
  print(reading: MapReading, options: MapPrintOptions): void;
}

/** Handles one record, which starts at `at`. */
export type EventHandler = (m: Memory, at: number) => void;

/** The values that the records of a call site have. All readers take the start of the record. */
export interface SentValues {
  /** In the order of the schema. */
  readonly arguments: readonly Argument[];
  /** Finds the strings of a record that have no fixed place. Called before any reader is. */
  readonly locate: ((m: Memory, at: number) => void) | undefined;
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
  // Compiled once for each call site.
  compilePrintf(format: string, values: SentValues, span: Span): EventHandler;
  /** Of `print(value)`: there is one. */
  compileValue(values: SentValues, span: Span): EventHandler;
  compileMap(map: ScriptMap): PrintableMap;

  time(text: string): void;
  /** The beginning of a file. */
  cat(text: string): void;
  /** What a command has printed. */
  system(text: string): void;
  /** One line of strings. */
  join(strings: readonly string[], separator: string): void;
  /** Messages of the script itself, about a place in it. */
  errorf(message: string, span: Span): void;
  warnf(message: string, span: Span): void;

  attachedProbes(count: number): void;
  lostEvents(count: bigint): void;
  /** At the end, if anything was: by probe and cause. */
  losses(losses: Losses): void;
  /** What was not done because a signal had come: how often, by function. */
  droppedActions(counts: ReadonlyMap<string, number>): void;
  helperFailed(failure: HelperFailure): void;
  runtimeError(message: string, span: Span): void;
  warningRepeated(warning: RepeatedWarning): void;
  /** Something that user space was asked to do did not work; the run goes on. */
  failure(message: string): void;

  /** Before the dump of the maps. */
  endOfRun(): void;
  /** After each batch of events, and within it before something is waited for. */
  endOfBatch(): void;
  flush(): void;
  /** The reader of the output has gone away: there is no point in going on. */
  readonly isClosed: boolean;
}
