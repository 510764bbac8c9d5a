/** What programs see of a trace. Nothing but types: the package's declarations are made of this file and those that it names. */
import type { Data, MapKind, MapValueData } from "../output/index.js";
import type {
  DroppedEvent,
  JoinEvent,
  LossesEvent,
  LostEvent,
  MapEvent,
  MessageEvent,
  PrintfEvent,
  ScriptRange,
  TextEvent,
  ValueEvent,
} from "../core/index.js";
import type { Shape, ShapeOfText } from "./shape.js";

// ---------------------------------------------------------------- scripts

/** A script from a file, as `import script from "./script.bt"` gives it. */
export interface Script<S extends Shape = Shape> {
  readonly source: string;
  /** For messages. */
  readonly name: string;
  /** For the type checker alone: it is not there. */
  readonly shape?: S;
}

/** A script that has been compiled for one kernel. */
export interface CompiledScript<S extends Shape = Shape> {
  /** As `uname -r` prints it. */
  readonly release: string;
  /** What is dubious about it. */
  readonly warnings: readonly ScriptDiagnostic[];
  /** Canonical names of its probes. */
  readonly probes: readonly string[];
  /** For `loadCompiled`. */
  save(): Uint8Array;
  readonly shape?: S;
}

export type AnyScript = string | Script | CompiledScript;

export type ShapeOf<S> =
  S extends Script<infer Known>
    ? Known
    : S extends CompiledScript<infer Known>
      ? Known
      : S extends string
        ? ShapeOfText<S>
        : Shape;

export interface ScriptDiagnostic {
  readonly severity: "error" | "warning";
  /** Stays the same when the words change. */
  readonly code: string;
  readonly message: string;
  /** Undefined: about the script as a whole. */
  readonly at: ScriptRange | undefined;
  readonly hints: readonly string[];
  /** Places that have to do with it. */
  readonly contexts: readonly { readonly message: string; readonly at: ScriptRange }[];
}

// ---------------------------------------------------------------- options

export interface ScriptOptions {
  /** `$1`, `$2` … */
  readonly args?: readonly (string | number | bigint)[];
  /** `--name=value` of the command; `true` for `--name`. */
  readonly named?: Readonly<Record<string, string | number | bigint | true>>;
  /** Allows `system()`, `signal()` and the like. */
  readonly unsafe?: boolean;
  /** Settings as `BPFTRACE_…` variables make them, such as `BPFTRACE_MAX_STRLEN`. */
  readonly env?: Readonly<Record<string, string | number>>;
  /** C headers that are read before the script's own definitions. */
  readonly include?: readonly string[];
  readonly includeDirs?: readonly string[];
  /** Failed reads and lookups come as warnings. */
  readonly warnOfReads?: boolean;
  /** For messages; else `script`. */
  readonly name?: string;
}

export interface TraceOptions extends ScriptOptions {
  /** Aborting is `stop()`; before everything is attached, `trace` throws. */
  readonly signal?: AbortSignal;
  /** Only this process is traced. */
  readonly pid?: number;
  /** A program to start when everything is attached, which is traced: it has this process's streams, and its end ends the trace. */
  readonly command?: string | readonly string[];
  /** Integers are bigints only where a number would not be exact, or always. */
  readonly integers?: "exact" | "bigint";
  /** The kernel counts what the programs cost: ours, and those of everybody else meanwhile. */
  readonly cost?: boolean;
  /** `false`: nobody will read them, and none are kept. */
  readonly events?: boolean;
  /** So many events wait for their readers, and a batch more; then the kernel's ring fills up. Else 8192. */
  readonly buffered?: number;
  /** At the end all maps come as events. */
  readonly printMaps?: boolean;
  /** Told of probes that were skipped and the like. */
  readonly onNotice?: (message: string) => void;
}

// ---------------------------------------------------------------- a trace

export type {
  DroppedEvent,
  JoinEvent,
  LossesEvent,
  LostEvent,
  MapEvent,
  MessageEvent,
  PrintfEvent,
  TextEvent,
  ValueEvent,
};

type PrintfOf<S extends Shape> = S["printf"] extends infer Known
  ? Known extends { readonly format: infer Format extends string; readonly args: infer Args extends readonly Data[] }
    ? Omit<PrintfEvent, "format" | "args"> & { readonly format: Format; readonly args: Args }
    : never
  : never;

export type EventOf<S extends Shape> =
  PrintfOf<S> | ValueEvent | MapEvent | TextEvent | JoinEvent | MessageEvent | LostEvent | LossesEvent | DroppedEvent;

/** Each reader gets all events from when it begins, the first one from the beginning. */
export interface Events<Event> extends AsyncIterable<Event> {
  /** Those that have come since the last time, all at once: for throughput. */
  batches(): AsyncIterable<readonly Event[]>;
}

/** Keys of several parts are arrays. A map without keys has the key `undefined`. */
export interface TraceMap<Key = Data | undefined, Value = MapValueData> {
  /** With its `@`. */
  readonly name: string;
  readonly kind: MapKind;
  /** One consistent snapshot, in the order in which `print()` shows it. `clear`: in the same pass, so that no update is lost. */
  entries(options?: { readonly clear?: boolean }): Promise<readonly (readonly [key: Key, value: Value])[]>;
  get(key?: Key): Promise<Value | undefined>;
  /** Of maps whose values are assigned. A program is named, or numbered; it is one that the script puts into that array. */
  set(key: Key, value: Value): Promise<void>;
  /** Whether it was there. */
  delete(key?: Key): Promise<boolean>;
  clear(): Promise<void>;
}

export type MapsOf<S extends Shape> = {
  readonly [Name in keyof S["maps"]]: TraceMap<S["maps"][Name]["key"], S["maps"][Name]["value"]>;
};

/** One of the two is defined. */
export interface CommandEnd {
  readonly code: number | undefined;
  /** Its number. */
  readonly signal: number | undefined;
}

export interface ProgramCost {
  readonly probe: string;
  readonly runs: bigint;
  /** How long all runs took together. */
  readonly ns: bigint;
}

export interface Trace<S extends Shape = Shape> extends AsyncDisposable {
  readonly events: Events<EventOf<S>>;
  /** By name, without the `@`. */
  readonly maps: MapsOf<S>;
  /** Events that found no room in the kernel's ring, until now. */
  readonly lost: bigint;
  /** What has been lost until now, events and else, by probe and cause; all of it when the trace has ended. */
  readonly losses: LossesEvent["losses"];
  /** Of the option `command`. */
  readonly command: { readonly pid: number; readonly ended: Promise<CommandEnd> } | undefined;
  /** Undefined where it is not measured. */
  readonly cost: readonly ProgramCost[] | undefined;
  /** Settles when the script has ended, by itself or because it was stopped; the status is what `exit()` was given. */
  readonly ended: Promise<{ readonly status: number }>;
  /** Ends it as Ctrl-C ends the command, and waits for that. Maps can still be read. */
  stop(): Promise<void>;
}
