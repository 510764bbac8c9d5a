/** What a run gives out, as data, in the order in which it happens. Text is text, no byte string. */
import type { Data, LossCause, MapData } from "../output/index.js";

/** A place in the script. Lines and columns begin with 1; columns count as JavaScript counts characters. */
export interface ScriptPlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** From `start` up to `end`, which are offsets in the text. */
export interface ScriptRange extends ScriptPlace {
  readonly start: number;
  readonly end: number;
}

export interface PrintfEvent {
  readonly kind: "printf";
  readonly format: string;
  /** One for each conversion: text for `%s` and `%c`, bytes for `%r`, else a number. */
  readonly args: readonly Data[];
  /** What the command prints. Made when it is asked for: a copy of the event (`{ ...event }`, one for another thread) has none. */
  readonly text: string;
  readonly at: ScriptPlace;
}

/** `print(value)` */
export interface ValueEvent {
  readonly kind: "value";
  readonly value: Data;
  readonly text: string;
  readonly at: ScriptPlace;
}

/** `print(@map)`, and the maps at the end of the run where they are asked for. */
export interface MapEvent {
  readonly kind: "map";
  readonly map: MapData;
}

export interface TextEvent {
  /** `cat`: the beginning of a file; `system`: what a command has printed. */
  readonly kind: "time" | "cat" | "system";
  readonly text: string;
}

export interface JoinEvent {
  readonly kind: "join";
  readonly strings: readonly string[];
  readonly text: string;
}

/** `errorf()` and `warnf()`, or something that a script has asked for and that did not work. */
export interface MessageEvent {
  readonly kind: "error" | "warning";
  readonly message: string;
  readonly at: ScriptPlace | undefined;
  /** Of the kernel's helper that has failed, without `bpf_`, and what it has returned. */
  readonly helper?: string;
  readonly result?: number;
  /** How often the place has warned since it was last said, or `isTotal`: in all. */
  readonly times?: bigint;
  readonly isTotal?: boolean;
}

/** So many events found no room in the ring, since the last time. */
export interface LostEvent {
  readonly kind: "lost";
  readonly count: bigint;
}

/** At the end, if anything was lost: what, by probe and cause. */
export interface LossesEvent {
  readonly kind: "losses";
  readonly losses: readonly {
    readonly probe: string;
    readonly counts: { readonly [cause in LossCause]?: bigint };
  }[];
}

/** What was queued when the run was stopped, and takes its time: how often it was not done, by function. */
export interface DroppedEvent {
  readonly kind: "dropped";
  readonly counts: Readonly<Record<string, number>>;
}

export type TraceEvent =
  PrintfEvent | ValueEvent | MapEvent | TextEvent | JoinEvent | MessageEvent | LostEvent | LossesEvent | DroppedEvent;
