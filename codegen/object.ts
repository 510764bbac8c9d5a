/**
 * A compiled script as plain data: it can be printed, compared, written to a file and loaded later.
 * Everything that user space must know to load, attach, decode and print is here.
 */
import type { Span } from "../grammar/index.js";
import type { AGGREGATIONS, AggregationName } from "./functions/index.js";
import type { KeyTable } from "./kernel/key-table.js";
import type { ActionCall, ActionCallOf, ActionName } from "./language/actions.js";
import type { AggregationDefinition } from "./language/aggregation.js";
import type { PointsByProvider } from "./providers/index.js";

export interface BpfObject {
  readonly maps: readonly BpfMap[];
  readonly programs: readonly BpfProgram[];
  /** BTF of all programs and maps; empty when nothing needs it. */
  readonly btf: Uint8Array;
  readonly events: readonly EventSchema[];
  /** Strings that events name by index: formats, separators. Byte strings. */
  readonly strings: readonly string[];
  readonly attachments: readonly Attachment[];
  /** Script maps in the order of first appearance. */
  readonly scriptMaps: readonly ScriptMap[];
  readonly programArrays: readonly ProgramArray[];
  /** By the number of their counter: see `losses` of {@link MapRole}. */
  readonly losses: readonly LossSite[];
  /** The probes that have some of the spare ring, by number, which are labels as in {@link EventSchema}. */
  readonly spareProbes: readonly string[];
  /** What run-time warnings name by index. */
  readonly warnings: readonly WarningSite[];
  readonly license: string;
}

// ---------------------------------------------------------------- maps and programs

export type BpfMapType =
  | "hash"
  | "lru-hash"
  | "percpu-hash"
  | "lru-percpu-hash"
  | "array"
  | "percpu-array"
  | "ring-buffer"
  | "perf-event-array"
  | "prog-array"
  | "queue";

/** What a map is for, when user space has to do with it and it is none of the script's. There is at most one of each. */
export type MapRole =
  /** The ring of events. */
  | "events"
  /** A queue of events that must arrive and found no room in the ring. See {@link LATE_EVENT_BYTES}. */
  | "late-events"
  /** A second ring, of which each probe may take a little (`lower/spare-room.ts`), for events that found no room though their probe had not sent much. */
  | "spare-ring"
  /**
   * One entry with a u64 for each of `spareProbes`: so many bytes, with the headers of records, it may have written there. User
   * space adds what it has read.
   */
  | "spare-allowance"
  /** Of each CPU a u64 for each of `losses`, all in one entry. */
  | "losses"
  /** Per-CPU counters of run-time warnings (u64 count, s64 first result), by the number of their schema. */
  | "warnings"
  /** A perf event array for packets. */
  | "packets"
  /** Hashes that user space fills with tables for `dw_ustack`: see `kernel/unwind-rules.ts`. */
  | "unwind-spaces"
  | "unwind-nodes"
  | "unwind-files"
  /** One entry with the boot-time nanoseconds at which the run starts, which the runtime writes. */
  | "run-start"
  /** One entry whose u64 is not 0 when the run is over: programs that look at it do nothing then. */
  | "stop-flag"
  /**
   * One entry of two u64, 0 where there is none: the process that events are filtered by, and the child that was started to be
   * traced. The loader writes it, and nobody after that.
   */
  | "target"
  /** Like `run-start`, with CLOCK_TAI minus CLOCK_BOOTTIME in nanoseconds. */
  | "boot-to-tai";

export interface BpfMap {
  readonly role: MapRole | undefined;
  /** At most 15 characters of [A-Za-z0-9_]. */
  readonly name: string;
  readonly type: BpfMapType;
  readonly keyBytes: number;
  readonly valueBytes: number;
  /** For a ring buffer its size in bytes, 0 = the runtime decides. For a perf event array the number of CPUs. */
  readonly maxEntries: number;
  /** BTF type ids in the object's BTF, 0 = none. */
  readonly keyTypeId: number;
  readonly valueTypeId: number;
  /** Entries are allocated when they are made (BPF_F_NO_PREALLOC). */
  readonly isAllocatedOnDemand: boolean;
  /** The first value of a one-entry array (global data). */
  readonly initial: Uint8Array | undefined;
  readonly isReadOnly: boolean;
}

/** Where in the `target` map the two are. */
export const LATER_TARGET = { filter: 0, child: 8, bytes: 16 } as const;

export const specialMap = ({ maps }: Pick<BpfObject, "maps">, role: MapRole): BpfMap | undefined =>
  maps.find((map) => map.role === role);

export type ProgramType = "raw-tracepoint" | "tracepoint" | "kprobe" | "perf-event" | "tracing" | "xdp";

export interface BpfProgram {
  /** The full function name (probes-and-cli.md 1.5); the kernel keeps 15 characters of it. */
  readonly name: string;
  /** For messages: `tracepoint:syscalls:sys_enter_openat`. */
  readonly probeName: string;
  /** All its attach points, as written. */
  readonly label: string;
  readonly type: ProgramType;
  readonly schedule: Schedule;
  /** The code is loaded once for each. */
  readonly loads: readonly ProgramLoad[];
  /** Encoded instructions, 8 bytes each, relocations at zero. */
  readonly code: Uint8Array;
  readonly relocations: readonly Relocation[];
  /** `bpf_func_info` and `bpf_line_info` records for the object's BTF. */
  readonly funcInfo: Uint8Array;
  readonly lineInfo: Uint8Array;
  /** For messages: which instruction came from where. */
  readonly lines: readonly { readonly instruction: number; readonly span: Span }[];
}

/** What the loader writes into an instruction. `instruction` counts 8-byte slots. */
export type Relocation =
  | { readonly kind: "map"; readonly instruction: number; readonly map: number }
  | { readonly kind: "map-value"; readonly instruction: number; readonly map: number; readonly offset: number }
  /** The number of the attach point that the program is loaded for. */
  | { readonly kind: "point"; readonly instruction: number }
  | { readonly kind: "kfunc"; readonly instruction: number; readonly name: string; readonly btfId: number };

/** What the kernel is told of a program beside its code. */
export interface ProgramLoad {
  /** How it is attached, for people. */
  readonly way: string;
  /** One link does for all points. */
  readonly isMulti: boolean;
  readonly expectedAttach: ExpectedAttach;
  /** Of `tracing` programs. */
  readonly attachTo: LoadTarget | undefined;
  /** Written into the code: the number of the point that this is for, of code that asks and is not told by cookie. */
  readonly point: number;
  /** Maps (by index) that the code names, and those that are meant: see {@link ProgramArray}. */
  readonly mapsInstead: readonly { readonly map: number; readonly instead: number }[];
}

export type ExpectedAttach =
  "none" | "kprobe-multi" | "kprobe-session" | "uprobe-multi" | "raw-tp" | "fentry" | "fexit" | "iterator";

/** When a program runs, and what it takes to end that (probes-and-cli.md 10). */
export type Schedule = AttachedSchedule | TracerSchedule | CalledSchedule;

export interface AttachedSchedule {
  readonly runs: "attached";
  /**
   * Which pass of attaching it belongs to, so that several probes on one event fire in the order of the script: the
   * kernel runs some kinds in the order of attaching and others in the opposite order.
   */
  readonly order: "forward" | "reverse";
  /**
   * Detaching makes the kernel wait: 75 ms for a perf tracepoint, 100 ms for a perf uprobe, 25 ms for a `uprobe.multi`
   * link (a raw tracepoint takes 0.1 ms, a clock nothing). Such programs are silenced when a run ends, and detached when
   * everything has been printed.
   */
  readonly isSlowToDetach: boolean;
}

/** Run by the tracer itself. */
export type TracerSchedule = OnceSchedule | SignalSchedule | TrialSchedule;

/** Once, before or after everything that is attached. */
export interface OnceSchedule {
  readonly runs: "before" | "after";
}

/** Each time that the tracer gets a signal. */
export interface SignalSchedule {
  readonly runs: "on-signal";
  readonly signal: "SIGUSR1";
}

/** When tests (`--test`) or benchmarks (`--bench`) are asked for, and then in place of all that is attached. */
export interface TrialSchedule {
  readonly runs: "as-test" | "as-benchmark";
}

/** Entered by other programs, through an array of programs. */
export interface CalledSchedule {
  readonly runs: "called";
  /** Where that can be told of whoever enters it: as in {@link AttachedSchedule}. */
  readonly isSlowToDetach?: true;
  /** By such as run before anything is attached. */
  readonly isBefore?: true;
}

/** One attached thing: plain data, by the name of its provider. */
export type Attachment = {
  readonly [N in keyof PointsByProvider]: AttachmentOf<N, PointsByProvider[N]>;
}[keyof PointsByProvider];

export interface AttachmentOf<N extends string, P> {
  readonly provider: N;
  /** What `src/attach/NAME.ts` is told: paths, offsets, addresses. */
  readonly point: P;
  /** Index into `programs`. */
  readonly program: number;
  /** Index into the program's `loads`. */
  readonly load: number;
  /** By which the program knows this from its other attachments, if it asks. A point that is many places has more, one after the other. */
  readonly cookie: number | undefined;
  /** Where `program` finds the one that it goes on to for this. */
  readonly slot: ProgramSlot | undefined;
  /** Canonical probe name, for messages and `probe`. */
  readonly name: string;
  /** The attach point as written, if a wildcard has found this. */
  readonly pattern: string | undefined;
  /** Why attaching will fail, if that is known. */
  readonly trouble: string | undefined;
  /** The attach point in the script, for messages. */
  readonly span: Span;
}

/** What belongs into an array of programs. */
export interface ProgramSlot extends LoadedProgram {
  /** Index into `maps`. */
  readonly map: number;
  readonly index: number;
}

/**
 * An array of programs of the script (`progarray`). A script map says what is to be in it: the key is the slot, the value
 * the number of a program, from 1. The kernel wants all who use an array to be loaded alike, so there are as many
 * arrays as ways in which those programs are loaded.
 *
 * Where there are too many slots for an array, and before slots are filled, programs look into the script map and go on
 * by the number that they find there.
 */
export interface ProgramArray {
  /** Index into `scriptMaps`. */
  readonly scriptMap: number;
  readonly slots: number;
  /** A u32 for each slot, which is 1 while a program is in it: index into `maps`. Undefined: there are too many. */
  readonly filled: number | undefined;
  readonly arrays: readonly {
    /** By slot: index into `maps`. */
    readonly map: number | undefined;
    /** By number: index into `maps`, if somebody asks. */
    readonly byNumber: number | undefined;
    /** By number; undefined: nobody who uses this array comes to it. */
    readonly programs: readonly (LoadedProgram | undefined)[];
  }[];
}

/** Index into `programs`, and into its `loads`. */
export interface LoadedProgram {
  readonly program: number;
  readonly load: number;
}

/** What a `tracing` program is loaded for: a BTF type of the kernel or a module, or a function of another program. */
export type LoadTarget =
  | { readonly kind: "kernel"; readonly module: string; readonly btfId: number }
  | { readonly kind: "program"; readonly id: number; readonly btfId: number };

// ---------------------------------------------------------------- values as user space reads them

/** How the bytes of a value become text; made from a type by `formatOf` and free of references. */
export type ValueFormat =
  | { readonly kind: "int"; readonly bytes: number; readonly isSigned: boolean }
  | { readonly kind: "bool" }
  | {
      readonly kind: "enum";
      readonly bytes: number;
      readonly isSigned: boolean;
      readonly names: readonly (readonly [value: string, name: string])[];
    }
  | { readonly kind: "pointer" }
  /** `noTrailer`: a struct's char array, which may fill its bytes. */
  | { readonly kind: "string"; readonly bytes: number; readonly noTrailer?: boolean }
  | { readonly kind: "buffer"; readonly bytes: number }
  | { readonly kind: "array"; readonly element: ValueFormat; readonly count: number; readonly stride: number }
  | {
      readonly kind: "tuple";
      readonly bytes: number;
      readonly elements: readonly { readonly offset: number; readonly format: ValueFormat }[];
    }
  | { readonly kind: "record"; readonly bytes: number; readonly fields: readonly RecordFormatField[] }
  | {
      readonly kind: "stack";
      readonly isUser: boolean;
      readonly mode: "bpftrace" | "perf" | "raw" | "build_id";
      readonly limit: number;
    }
  | { readonly kind: "inet" }
  | { readonly kind: "ksym" | "usym" | "mac" | "timestamp" | "username" | "cgroup-path" }
  /** Not printable: `null`. */
  | { readonly kind: "none" };

export interface RecordFormatField {
  readonly name: string;
  readonly offset: number;
  readonly format: ValueFormat;
  /** Counted from the least significant bit at `offset`; a packed field may reach beyond the bytes of its `format`. */
  readonly bits?: { readonly shift: number; readonly size: number };
}

// ---------------------------------------------------------------- script maps

export interface ScriptMap {
  /** With its `@`. */
  readonly name: string;
  /** Index into `maps`. */
  readonly map: number;
  /** Undefined: a scalar map, which is a (per-CPU) array or hash of one entry. */
  readonly key: { readonly bytes: number; readonly format: ValueFormat } | undefined;
  readonly value: MapValueFormat;
  /** Its values are no data: it is not printed at the end. */
  readonly holdsPrograms: boolean;
  /** Its declaration, or where it is met first. */
  readonly span: Span;
  readonly isDeclared: boolean;
  /** Its entries are in a table of ours, which is the only value of the map. */
  readonly table: KeyTable | undefined;
}

/** What one value of a script map holds; of an aggregation each CPU has a slot, which its definition lays out. */
export type MapValueFormat = PlainFormat | AggregationFormat;

/** Of scalar maps the value comes first, then at `setFlagOffset` a u64 that is 1 once the map was assigned to. */
export interface PlainFormat {
  readonly kind: "plain";
  readonly bytes: number;
  readonly format: ValueFormat;
  readonly setFlagOffset: number | undefined;
}

export type AggregationFormat = FormatsByAggregation[AggregationName];

/** The sign of the samples, where it counts, and what the definition's settings say. */
export type FormatsByAggregation = {
  readonly [N in AggregationName]: { readonly kind: N } & SignOf<(typeof AGGREGATIONS)[N]> &
    SettingsOf<(typeof AGGREGATIONS)[N]>;
};

type SignOf<D> = D extends { readonly type: { readonly sign: "none" } } ? object : { readonly isSigned: boolean };
type SettingsOf<D> = D extends AggregationDefinition<infer S> ? (keyof S extends never ? object : S) : never;

// ---------------------------------------------------------------- events

/**
 * One kind of ring-buffer record.
 *
 *     0        4        8            fixedBytes
 *     | schema | 0      | fields …   | variable strings, one after the other, no padding |
 *
 * Every field lies at a fixed offset. A field with `variable` is a u32 there: the number of bytes
 * (NUL not counted) of a string that follows in the variable part, in the order of the fields. A
 * string as long as its capacity was cut off, and prints with the trailer.
 */
export type EventSchema = EventBase & ActionCall;
export type EventSchemaOf<N extends ActionName> = EventBase & ActionCallOf<N>;

export interface EventBase {
  readonly id: number;
  readonly fixedBytes: number;
  readonly fields: readonly EventField[];
  readonly span: Span;
  /** Whose body sends it, for messages. */
  readonly probe: string;
}

/**
 * What programs count for user space: events of a probe that found no room in the ring, its packets that found none in the
 * rings of CPUs, and firings at which it did nothing because another program was running.
 */
export interface LossSite {
  readonly probe: string;
  readonly cause: "events" | "packets" | "recursions";
}

/** An event in the queue: its place in the ring, in 8 bytes, then header and at most one field of 8 bytes. */
export const LATE_EVENT_BYTES = 24;
export const LATE_EVENT_OFFSET = 8;

/** A packet in the ring of its CPU: schema, length, boot-time nanoseconds, then its bytes. */
export const PACKET_HEADER_BYTES = 16;

/**
 * A perf record of 16-bit length has room for so many bytes of a packet, behind 8 bytes of its own and 4 for the length of
 * what follows; all of it is a multiple of 8.
 */
export const MAX_PACKET_BYTES = 0x1_0000 - 8 - 8 - 4 - PACKET_HEADER_BYTES;

export interface EventField {
  readonly name: string;
  readonly offset: number;
  readonly format: ValueFormat;
  /** The capacity in bytes of a string that is sent at its real length. */
  readonly variable: { readonly capacity: number } | undefined;
}

/** A place that can warn at run time: division by zero, map full … */
export interface WarningSite {
  readonly kind:
    "divide-by-zero" | "array-bounds" | "helper" | "kstack" | "ustack" | "dw-ustack" | "tail-call-limit" | "slot-range";
  /** Of `helper`: without `bpf_`. */
  readonly helper: string | undefined;
  readonly span: Span;
}
