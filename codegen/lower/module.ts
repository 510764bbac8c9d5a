/** What all programs of a script share while they are lowered: maps, events, strings, warnings. */
import type { Span } from "../../grammar/index.js";
import type { TypedProgram } from "../analysis/typed-program.js";
import {
  type AggregationFormat,
  type BpfMap,
  type EventBase,
  type EventSchema,
  type LossSite,
  LATE_EVENT_BYTES,
  LATER_TARGET,
  type ScriptMap,
  type WarningSite,
} from "../object.js";
import { InternalError } from "../internal-error.js";
import type { ActionCall } from "../language/actions.js";
import type { AggregationDefinition, Settings, SlotLayout } from "../language/aggregation.js";
import { aggregationNamed } from "../language/language.js";
import type { KernelFacts } from "../facts.js";
import type { KeyTable } from "../kernel/key-table.js";
import type { MapInfo } from "../language/map-info.js";
import type { Takings } from "../language/takings.js";
import { MAX_MEMORY_BYTES, ProgramLimitError } from "../program-limits.js";
import { CACHE_BYTES, FILE_BYTES, FILE_KEY_BYTES, NODE_BYTES, SPACE_BYTES } from "../kernel/unwind-rules.js";
import { alignUp, sizeOf } from "../types/layout.js";
import type { StructSource } from "../types/struct-source.js";
import { PROGRAM, type Type } from "../types/type.js";
import { formatOf } from "./format-of.js";
import { KeyTables } from "./key-tables.js";
import { entriesOf, MAX_ARRAY_SLOTS, type NewMap, storageOf } from "./map-storage.js";
import { Outlines } from "./outlines.js";
import { decidesByComm } from "./task-name.js";
import { needsSpareRoom, spareSizes } from "./spare-room.js";
import { findTakings } from "./takings.js";

/** How a script map is kept in the kernel. */
export interface LoweredMap {
  readonly info: MapInfo;
  /** Index into the object's maps. */
  readonly index: number;
  /** Index into the object's script maps. */
  readonly scriptIndex: number;
  readonly valueBytes: number;
  /** Of an aggregation: how each CPU's part of a value lies in memory. */
  readonly slot: SlotLayout | undefined;
  readonly settings: Settings;
  /** A scalar plain map is global data; behind the value lies its is-set flag. */
  readonly setFlagOffset: number | undefined;
  /** One entry, which is always there. */
  readonly isArray: boolean;
  /** Its entries are in a table of ours. */
  readonly table: KeyTable | undefined;
  /** Of an array of programs, which lies beside the map that says what is to be in it: see {@link ProgramArray}. */
  readonly programs: ArrayOfPrograms | undefined;
}

export interface ArrayOfPrograms {
  readonly slots: number;
  /** Indexes into the object's maps: the array that tail calls name, and which of its slots have a program. Undefined: there are too many. */
  readonly bySlot: { readonly array: number; readonly filled: number } | undefined;
  /** Index into the object's maps: an array of the script's programs, by number. It is made when somebody asks. */
  readonly byNumber: () => number;
  readonly byNumberIfUsed: () => number | undefined;
}

/** Indexes into the object's maps; of the arrays each probe has a u64 in the only entry. */
interface SpareMaps {
  readonly ring: number;
  readonly used: number;
  readonly allowed: number;
}

/** Indexes into the object's maps. */
interface UnwindMaps {
  readonly spaces: number;
  readonly nodes: number;
  readonly files: number;
  readonly cache: number;
}

/** Processes that are followed at the same time. */
const MAX_SPACES = 8192;

/** 4 million rows. Each is allocated when it is written. */
const MAX_NODES = 16_384;

const MAX_FILES = 16_384;

/** More than one ring full of other events leaves behind. */
const LATE_EVENTS = 1024;

/** Kernel names have at most this many characters. */
const NAME_LENGTH = 15;

export class ModuleState {
  readonly maps: BpfMap[] = [];
  readonly events: EventSchema[] = [];
  readonly strings: string[] = [];
  readonly scriptMaps: ScriptMap[] = [];
  readonly warnings: WarningSite[] = [];
  readonly losses: LossSite[] = [];
  readonly #stringIndex = new Map<string, number>();
  readonly #scriptMapsByName = new Map<string, LoweredMap>();
  readonly #lossIndex = new Map<string, number>();
  readonly #warningIndex = new Map<string, number>();
  readonly #program: TypedProgram;
  readonly #possibleCpus: number;
  readonly #tables: KeyTables;
  readonly takings: Takings;
  readonly outlines: Outlines;
  /** Names of tasks are more than printed. */
  readonly decidesByComm: boolean;
  #ringBuffer: number | undefined;
  #lossCounters: number | undefined;
  #warningCounts: number | undefined;
  #packets: number | undefined;
  #lateEvents: number | undefined;
  /** Several probes send events. */
  readonly hasSpareRoom: boolean;
  #spareMaps: SpareMaps | undefined;
  readonly #spare = new Map<string, { readonly slot: number; largest: number }>();
  #spareCpus = 0;
  #unwindMaps: UnwindMaps | undefined;
  #zeroes: { readonly index: number; bytes: number } | undefined;
  #runStart: number | undefined;
  #stopFlag: number | undefined;
  #running: number | undefined;
  #bootToTai: number | undefined;
  #target: number | undefined;
  #opaqueZero: number | undefined;
  #constants: number | undefined;
  #constantText = "";
  #nextNumber = 0;
  readonly #constantOffsets = new Map<string, number>();

  constructor(program: TypedProgram, facts: KernelFacts, hasTables: boolean) {
    this.#program = program;
    this.#possibleCpus = facts.possibleCpus;
    this.#tables = new KeyTables(program, facts, hasTables);
    this.takings = findTakings(program);
    this.outlines = new Outlines(program);
    this.decidesByComm = decidesByComm(program);
    this.hasSpareRoom = needsSpareRoom(program);
    for (const info of program.maps) this.#addScriptMap(info);
  }

  /** Of what is made one after the other: memory of programs, and times of it. */
  nextNumber(): number {
    return this.#nextNumber++;
  }

  addMap(map: NewMap): number {
    this.maps.push({
      role: undefined,
      keyTypeId: 0,
      valueTypeId: 0,
      isAllocatedOnDemand: false,
      initial: undefined,
      isReadOnly: false,
      ...map,
      name: map.name.replace(/[^A-Za-z0-9_]/g, "_").slice(0, NAME_LENGTH),
    });
    return this.maps.length - 1;
  }

  /** Those that have spare room, by number. */
  get spareProbes(): readonly string[] {
    return this.#spareMaps === undefined ? [] : [...this.#spare.keys()];
  }

  /** For stacks without frame pointers; user space fills in all but the cache. */
  unwindMaps(): UnwindMaps {
    const table = { type: "hash", keyBytes: 4, isAllocatedOnDemand: true } as const;
    const cache = { type: "array", keyBytes: 4, valueBytes: CACHE_BYTES, maxEntries: 1 } as const;
    this.#unwindMaps ??= {
      spaces: this.addMap({
        name: "unwind_spaces",
        role: "unwind-spaces",
        ...table,
        valueBytes: SPACE_BYTES,
        maxEntries: MAX_SPACES,
      }),
      nodes: this.addMap({
        name: "unwind_nodes",
        role: "unwind-nodes",
        ...table,
        valueBytes: NODE_BYTES,
        maxEntries: MAX_NODES,
      }),
      files: this.addMap({
        name: "unwind_files",
        role: "unwind-files",
        ...table,
        keyBytes: FILE_KEY_BYTES,
        valueBytes: FILE_BYTES,
        maxEntries: MAX_FILES,
      }),
      cache: this.addMap({ name: "unwind_cache", ...cache }),
    };
    return this.#unwindMaps;
  }

  ringBuffer(): number {
    this.#ringBuffer ??= this.addMap({
      name: "events",
      role: "events",
      type: "ring-buffer",
      keyBytes: 0,
      valueBytes: 0,
      maxEntries: 0,
    });
    return this.#ringBuffer;
  }

  packets(cpus: number): number {
    this.#packets ??= this.addMap({
      name: "packets",
      role: "packets",
      type: "perf-event-array",
      keyBytes: 4,
      valueBytes: 4,
      maxEntries: cpus,
    });
    return this.#packets;
  }

  lateEvents(): number {
    this.#lateEvents ??= this.addMap({
      name: "late_events",
      role: "late-events",
      type: "queue",
      keyBytes: 0,
      valueBytes: LATE_EVENT_BYTES,
      maxEntries: LATE_EVENTS,
    });
    return this.#lateEvents;
  }

  lossCounters(): number {
    this.#lossCounters ??= this.addMap({
      name: "losses",
      role: "losses",
      type: "percpu-array",
      keyBytes: 4,
      valueBytes: 8,
      maxEntries: 1,
    });
    return this.#lossCounters;
  }

  spareMaps(): SpareMaps {
    const counters = { type: "array", keyBytes: 4, valueBytes: 8, maxEntries: 1 } as const;
    this.#spareMaps ??= {
      ring: this.addMap({
        name: "spare",
        role: "spare-ring",
        type: "ring-buffer",
        keyBytes: 0,
        valueBytes: 0,
        maxEntries: 0,
      }),
      used: this.addMap({ name: "spare_used", ...counters }),
      allowed: this.addMap({ name: "spare_allowed", role: "spare-allowance", ...counters }),
    };
    return this.#spareMaps;
  }

  /** The number of a probe that has spare room, also for events of that size. */
  spareSlot(probe: string, eventBytes: number, cpus: number): number {
    const known = this.#spare.get(probe) ?? { slot: this.#spare.size, largest: 0 };
    known.largest = Math.max(known.largest, eventBytes);
    this.#spare.set(probe, known);
    this.#spareCpus = cpus;
    return known.slot;
  }

  /** The number of its counter. */
  lossSite({ probe, cause }: LossSite): number {
    const key = `${cause} ${probe}`;
    const known = this.#lossIndex.get(key) ?? this.losses.push({ probe, cause }) - 1;
    this.#lossIndex.set(key, known);
    return known;
  }

  /** Of each event schema that is one of warnings: u64 warnings so far and s64 result of the first. */
  warningCounts(): number {
    this.#warningCounts ??= this.addMap({
      name: "warnings",
      role: "warnings",
      type: "percpu-array",
      keyBytes: 4,
      valueBytes: 16,
      maxEntries: 1,
    });
    return this.#warningCounts;
  }

  /** Boot-time nanoseconds at the start of the trace: the runtime fills it in. */
  runStart(): number {
    this.#runStart ??= this.addMap({
      name: "run_start",
      role: "run-start",
      type: "array",
      keyBytes: 4,
      valueBytes: 8,
      maxEntries: 1,
    });
    return this.#runStart;
  }

  /** Not 0 when the run is over: programs and the runtime set it. */
  stopFlag(): number {
    this.#stopFlag ??= this.addMap({
      name: "stopped",
      role: "stop-flag",
      type: "array",
      keyBytes: 4,
      valueBytes: 8,
      maxEntries: 1,
    });
    return this.#stopFlag;
  }

  /** Not 0 while a program of the script runs on the CPU. */
  running(): number {
    this.#running ??= this.addMap({ name: "running", type: "percpu-array", keyBytes: 4, valueBytes: 8, maxEntries: 1 });
    return this.#running;
  }

  /** Nanoseconds from boot time to atomic time: the runtime fills it in. */
  bootToTai(): number {
    this.#bootToTai ??= this.addMap({
      name: "boot_to_tai",
      role: "boot-to-tai",
      type: "array",
      keyBytes: 4,
      valueBytes: 8,
      maxEntries: 1,
    });
    return this.#bootToTai;
  }

  /** Which process is traced, if that is not known yet: the loader fills it in. */
  target(): number {
    this.#target ??= this.addMap({
      name: "target",
      role: "target",
      type: "array",
      keyBytes: 4,
      valueBytes: LATER_TARGET.bytes,
      maxEntries: 1,
      initial: new Uint8Array(LATER_TARGET.bytes),
      isReadOnly: true,
    });
    return this.#target;
  }

  /** A word that is always 0, which the verifier does not know. */
  opaqueZero(): number {
    this.#opaqueZero ??= this.addMap({ name: "opaque_zero", type: "array", keyBytes: 4, valueBytes: 8, maxEntries: 1 });
    return this.#opaqueZero;
  }

  /** Global data of at least so many zero bytes, which no program writes. */
  zeroes(bytes: number): number {
    const aligned = alignUp(bytes, 8);
    if (this.#zeroes === undefined) {
      const index = this.addMap({
        name: "zeroes",
        type: "array",
        keyBytes: 4,
        valueBytes: aligned,
        maxEntries: 1,
        isReadOnly: true,
      });
      this.#zeroes = { index, bytes: aligned };
    } else if (aligned > this.#zeroes.bytes) {
      this.#zeroes.bytes = aligned;
      this.resize(this.#zeroes.index, aligned);
    }
    return this.#zeroes.index;
  }

  /** Read-only data that holds the bytes of a literal and a NUL, at a multiple of 8. */
  constant(text: string): { readonly map: number; readonly offset: number } {
    this.#constants ??= this.addMap({
      name: "constants",
      type: "array",
      keyBytes: 4,
      valueBytes: 8,
      maxEntries: 1,
      isReadOnly: true,
    });
    const map = this.#constants;
    let offset = this.#constantOffsets.get(text);
    if (offset === undefined) {
      offset = this.#constantText.length;
      this.#constantText += text.padEnd(alignUp(text.length + 1, 8), "\0");
      this.#constantOffsets.set(text, offset);
    }
    return { map, offset };
  }

  /**
   * Read-only rows, all as long as the longest and a NUL, at a multiple of 8. There are `mask + 1` of them, a power of
   * two, so that any number `& mask` is one of a row.
   */
  constantRows(rows: readonly string[]): {
    readonly map: number;
    readonly offset: number;
    readonly stride: number;
    readonly mask: number;
  } {
    const stride = alignUp(Math.max(...rows.map((row) => row.length)) + 1, 8);
    const count = 2 ** Math.ceil(Math.log2(rows.length));
    const table = rows.map((row) => row.padEnd(stride, "\0")).join("");
    // The literal's own NUL is the last byte.
    const place = this.constant(table.padEnd(count * stride, "\0").slice(0, -1));
    return { ...place, stride, mask: count - 1 };
  }

  /** Call when all programs are lowered. */
  finish(): void {
    if (this.#warningCounts !== undefined) this.#change(this.#warningCounts, { maxEntries: this.events.length });
    if (this.#lossCounters !== undefined) this.#change(this.#lossCounters, { valueBytes: 8 * this.losses.length });
    if (this.#spareMaps !== undefined) {
      const { ring, used, allowed } = this.#spareMaps;
      const largest = [...this.#spare.values()].map((probe) => probe.largest);
      const { ringBytes, bytesEach } = spareSizes(largest, this.#spareCpus);
      const allowance = new BigUint64Array(Math.max(largest.length, 1)).fill(BigInt(bytesEach));
      this.#change(ring, { maxEntries: ringBytes });
      this.#change(used, { valueBytes: allowance.byteLength });
      this.#change(allowed, { valueBytes: allowance.byteLength, initial: new Uint8Array(allowance.buffer) });
    }
    if (this.#constants === undefined) return;
    const initial = Uint8Array.from(this.#constantText, (c) => c.charCodeAt(0));
    this.#change(this.#constants, { valueBytes: initial.length, initial });
  }

  resize(index: number, valueBytes: number): void {
    this.#change(index, { valueBytes });
  }

  #change(index: number, parts: Partial<BpfMap>): void {
    const map = this.maps[index];
    if (map !== undefined) this.maps[index] = { ...map, ...parts };
  }

  intern(text: string): number {
    const known = this.#stringIndex.get(text);
    if (known !== undefined) return known;
    this.strings.push(text);
    this.#stringIndex.set(text, this.strings.length - 1);
    return this.strings.length - 1;
  }

  addEvent({ action, site }: ActionCall, schema: Omit<EventBase, "id">): EventSchema {
    const event = { id: this.events.length, action, site, ...schema } as EventSchema; // the two belong together
    this.events.push(event);
    return event;
  }

  warning(site: WarningSite): number {
    const places = [site.span, ...(site.span.expandedFrom ?? [])];
    const key = [
      site.kind,
      site.helper,
      ...places.map(({ file, start, end }) => `${file.name} ${start} ${end}`),
    ].join();
    const known = this.#warningIndex.get(key);
    if (known !== undefined) return known;
    this.warnings.push(site);
    this.#warningIndex.set(key, this.warnings.length - 1);
    return this.warnings.length - 1;
  }

  /** In the order of the script's maps. */
  get arraysOfPrograms(): readonly (LoweredMap & { readonly programs: ArrayOfPrograms })[] {
    return [...this.#scriptMapsByName.values()].flatMap((map) =>
      map.programs === undefined ? [] : [{ ...map, programs: map.programs }],
    );
  }

  scriptMap(name: string, span?: Span): LoweredMap {
    const map = this.#scriptMapsByName.get(name);
    if (map === undefined) throw new InternalError("lower", `no map ${name}`, span);
    return map;
  }

  #addScriptMap(info: MapInfo): void {
    const settings = this.#settingsOf(info);
    const slot = this.#aggregationOf(info)?.layout(settings);
    const { maxMapKeys } = this.#program.config;
    const table = this.#tables.tableOf(info, slot, entriesOf(info.declared, maxMapKeys));
    const storage = storageOf(info, slot, {
      table,
      maxMapKeys,
      isShrinking: this.takings.shrinking.has(info.name),
      possibleCpus: this.#possibleCpus,
    });
    if (table === undefined && Math.max(storage.map.keyBytes, storage.map.valueBytes) > MAX_MEMORY_BYTES)
      throw new ProgramLimitError("memory", info.span);
    const index = this.addMap({ name: info.name.slice(1) === "" ? "anonymous" : info.name.slice(1), ...storage.map });
    const scriptIndex = this.scriptMaps.length;
    this.scriptMaps.push({
      name: info.name,
      map: index,
      key:
        info.key === undefined
          ? undefined
          : { bytes: sizeOf(info.key), format: formatOf(info.key, this.#program.structs) },
      holdsPrograms: info.declared?.kind === "progarray",
      value: valueFormatOf(info.value, settings, storage.setFlagOffset, this.#program.structs),
      span: info.declared?.span ?? info.span,
      isDeclared: info.declared !== undefined,
      table,
    });
    this.#scriptMapsByName.set(info.name, {
      info,
      index,
      scriptIndex,
      valueBytes: storage.map.valueBytes,
      slot,
      settings,
      setFlagOffset: storage.setFlagOffset,
      table,
      isArray: table === undefined && (storage.map.type === "array" || storage.map.type === "percpu-array"),
      programs:
        info.declared?.kind === "progarray" ? this.#addProgramArray(info.name, info.declared.entries) : undefined,
    });
  }

  #aggregationOf({ value }: MapInfo): AggregationDefinition | undefined {
    return value.kind === "aggregation" ? aggregationNamed(this.#program.language, value.of.name) : undefined;
  }

  /** A map that is only read may have none of its own. */
  #settingsOf(info: MapInfo): Settings {
    return info.settings ?? this.#aggregationOf(info)?.settings?.read(() => undefined) ?? {};
  }

  #addProgramArray(name: string, slots: number): ArrayOfPrograms {
    const add = (what: string, type: BpfMap["type"], maxEntries: number): number =>
      this.addMap({ name: `${name.slice(1)}_${what}`, type, keyBytes: 4, valueBytes: 4, maxEntries });
    const hasArray = slots <= MAX_ARRAY_SLOTS;
    const numbers = this.#program.structs.enumerators(PROGRAM).length + 1;
    let numbered: number | undefined;
    return {
      slots,
      bySlot: hasArray
        ? { array: add("progs", "prog-array", slots), filled: add("filled", "array", slots) }
        : undefined,
      byNumber: () => (numbered ??= add("numbered", "prog-array", numbers)),
      byNumberIfUsed: () => numbered,
    };
  }
}

function valueFormatOf(
  type: Type,
  settings: Settings,
  setFlagOffset: number | undefined,
  structs: StructSource,
): ScriptMap["value"] {
  if (type.kind !== "aggregation")
    return { kind: "plain", bytes: sizeOf(type), format: formatOf(type, structs), setFlagOffset };
  const { name, sign } = type.of;
  const format = { kind: name, ...(sign === "none" ? {} : { isSigned: type.isSigned }), ...settings };
  // The definition of that name has said what its settings are.
  return format as unknown as AggregationFormat;
}
