/**
 * The commands of bpf(2) that a run needs, typed. Offsets are those of `union bpf_attr` in linux/bpf.h. Failures are the
 * addon's: callers add what they were doing.
 */
import {
  ATTACH_TYPE,
  ATTR_BYTES,
  BPF_ANY,
  BPF_EXIST,
  BPF_NOEXIST,
  BPF_STATS_RUN_TIME,
  COMMAND,
  FUNC_INFO_BYTES,
  LINE_INFO_BYTES,
  MAP_FLAG,
  MAP_TYPE,
  MULTI_RETURN,
  NAME_BYTES,
  PROGRAM_TYPE,
} from "../../codegen/kernel/bpf.js";
import type { BpfMapType, ProgramType } from "../../codegen/object.js";
import type { Fd, Native } from "../kernel/native.js";
import { Struct } from "../kernel/struct.js";

/** `none`: the program's type says it all. */
export type AttachType = "none" | keyof typeof ATTACH_TYPE;

const ELEMENT_FLAG = { any: BPF_ANY, absent: BPF_NOEXIST, exist: BPF_EXIST } as const;

export interface MapSpec {
  readonly name: string;
  readonly type: BpfMapType;
  readonly keyBytes: number;
  readonly valueBytes: number;
  readonly maxEntries: number;
  readonly isAllocatedOnDemand: boolean;
  readonly isReadOnly: boolean;
  readonly btf: { readonly fd: Fd; readonly keyTypeId: number; readonly valueTypeId: number } | undefined;
}

export interface ProgramSpec {
  readonly name: string;
  readonly type: ProgramType;
  readonly expectedAttach: AttachType;
  /** Of `tracing` programs: what they attach to, in the BTF of a module or another program if there is one, else in vmlinux. */
  readonly attachBtfId: number;
  readonly attachOwner: Fd | undefined;
  readonly code: Uint8Array;
  readonly license: string;
  readonly btf: { readonly fd: Fd; readonly funcInfo: Uint8Array; readonly lineInfo: Uint8Array } | undefined;
  readonly log: { readonly level: number; readonly buffer: Buffer } | undefined;
}

/** What a batch command did: `next` continues after it, undefined at the end of the map. */
export interface Batch {
  readonly count: number;
  readonly isLast: boolean;
}

export interface BatchRequest {
  /** Where the previous batch ended; undefined for the first one. */
  readonly from: Uint8Array | undefined;
  /** Written by the kernel: where to go on. At least the key's size. */
  readonly next: Uint8Array;
  readonly keys: Uint8Array;
  readonly values: Uint8Array;
  readonly capacity: number;
}

/** Offsets of linux/bpf.h: `struct bpf_prog_info`. */
const PROGRAM_INFO = { bytes: 232, recursionMisses: 208 } as const;
/** `struct bpf_link_info`: where links of `BPF_LINK_TYPE_PERF_EVENT` (of kprobes) and `…_KPROBE_MULTI` have the number. */
const LINK_INFO = {
  bytes: 80,
  missed: new Map([
    [7, 48],
    [8, 32],
  ]),
} as const;

export class Bpf {
  readonly native: Native;

  constructor(native: Native) {
    this.native = native;
  }

  createMap(spec: MapSpec): Fd {
    const flags =
      (spec.isAllocatedOnDemand ? MAP_FLAG.noPrealloc : 0) | (spec.isReadOnly ? MAP_FLAG.readOnlyProgram : 0);
    const attr = new Struct(ATTR_BYTES)
      .u32(0, MAP_TYPE[spec.type])
      .u32(4, spec.keyBytes)
      .u32(8, spec.valueBytes)
      .u32(12, spec.maxEntries)
      .u32(16, flags)
      .name(28, spec.name, NAME_BYTES);
    if (spec.btf !== undefined) {
      attr.u32(48, spec.btf.fd.number).u32(52, spec.btf.keyTypeId).u32(56, spec.btf.valueTypeId);
    }
    return this.#open(COMMAND.mapCreate, attr);
  }

  freezeMap(map: Fd): void {
    this.#call(COMMAND.mapFreeze, new Struct(ATTR_BYTES).u32(0, map.number));
  }

  loadBtf(bytes: Uint8Array): Fd {
    return this.#open(COMMAND.btfLoad, new Struct(ATTR_BYTES).pointer(0, bytes).u32(16, bytes.length));
  }

  loadProgram(spec: ProgramSpec): Fd {
    const attr = new Struct(ATTR_BYTES)
      .u32(0, PROGRAM_TYPE[spec.type])
      .u32(4, spec.code.length / 8)
      .pointer(8, spec.code)
      .string(16, spec.license)
      .name(48, spec.name, NAME_BYTES)
      .u32(68, spec.expectedAttach === "none" ? 0 : ATTACH_TYPE[spec.expectedAttach])
      .u32(108, spec.attachBtfId)
      .u32(112, spec.attachOwner?.number ?? 0);
    if (spec.log !== undefined) {
      attr.u32(24, spec.log.level).u32(28, spec.log.buffer.length).pointer(32, spec.log.buffer);
    }
    if (spec.btf !== undefined) {
      const { fd, funcInfo, lineInfo } = spec.btf;
      attr.u32(72, fd.number).pointer(80, funcInfo).pointer(96, lineInfo);
      if (funcInfo.length > 0) attr.u32(76, FUNC_INFO_BYTES).u32(88, funcInfo.length / FUNC_INFO_BYTES);
      if (lineInfo.length > 0) attr.u32(92, LINE_INFO_BYTES).u32(104, lineInfo.length / LINE_INFO_BYTES);
    }
    return this.#open(COMMAND.programLoad, attr);
  }

  /** Runs a raw-tracepoint program once, on this CPU. Returns what it returned. */
  testRun(program: Fd): number {
    const attr = new Struct(ATTR_BYTES).u32(0, program.number);
    this.#call(COMMAND.testRun, attr);
    return attr.readU32(4);
  }

  /** Runs a raw-tracepoint program once, with these words as what its event passes. Returns what it returned. */
  testRunWith(program: Fd, words: BigUint64Array): number {
    const attr = new Struct(ATTR_BYTES).u32(0, program.number).u32(40, words.byteLength).pointer(48, words);
    this.#call(COMMAND.testRun, attr);
    return attr.readU32(4);
  }

  /** Runs a program for network packets on one, again and again; `ns` is what a run takes on average. */
  measure(program: Fd, runs: number): { readonly returned: number; readonly ns: number } {
    const attr = new Struct(ATTR_BYTES).u32(0, program.number).u32(8, PACKET.length).pointer(16, PACKET).u32(32, runs);
    this.#call(COMMAND.testRun, attr);
    return { returned: attr.readU32(4), ns: attr.readU32(36) };
  }

  /** Until it is closed the kernel counts how often programs run, and how long. Requires kernel 5.8. */
  countRunTimes(): Fd {
    return this.#open(COMMAND.enableStats, new Struct(ATTR_BYTES).u32(0, BPF_STATS_RUN_TIME));
  }

  /** `struct bpf_prog_info`: u64 nanoseconds, u64 runs at its end. */
  runTimeOf(program: Fd): { readonly ns: bigint; readonly runs: bigint } {
    const info = new Struct(PROGRAM_INFO_BYTES);
    const attr = new Struct(ATTR_BYTES)
      .u32(0, program.number)
      .u32(4, info.bytes.length)
      .pointer(8, info.bytes, info.pointers);
    this.#call(COMMAND.objectInfo, attr);
    return { ns: info.readU64(192), runs: info.readU64(200) };
  }

  /** A program that somebody has loaded. */
  programById(id: number): Fd {
    return this.#open(COMMAND.programFdById, new Struct(ATTR_BYTES).u32(0, id));
  }

  // ---------------------------------------------------------------- attaching

  /** Attaches a `tracing` program, which knows to what. */
  openRawTracepoint(program: Fd): Fd {
    return this.#open(COMMAND.rawTracepointOpen, new Struct(ATTR_BYTES).u32(8, program.number));
  }

  /** Requires kernel 5.15. */
  linkPerfEvent(program: Fd, event: Fd, cookie: bigint): Fd {
    const attr = new Struct(ATTR_BYTES)
      .u32(0, program.number)
      .u32(4, event.number)
      .u32(8, ATTACH_TYPE["perf-event"])
      .u64(16, cookie);
    return this.#open(COMMAND.linkCreate, attr);
  }

  /** Requires kernel 6.6. `pid` 0: every process. */
  linkUprobes(
    program: Fd,
    target: {
      readonly path: string;
      readonly offsets: readonly bigint[];
      /** Of the counters that go with the places, where there is one. */
      readonly referenceCounters?: readonly (bigint | undefined)[];
      readonly cookies: readonly bigint[] | undefined;
      readonly pid: number;
      readonly isReturn: boolean;
    },
  ): Fd {
    const attr = new Struct(ATTR_BYTES)
      .u32(0, program.number)
      .u32(8, ATTACH_TYPE["uprobe-multi"])
      .string(16, target.path)
      .pointer(24, BigUint64Array.from(target.offsets))
      .u32(48, target.offsets.length)
      .u32(52, target.isReturn ? MULTI_RETURN : 0)
      .u32(56, target.pid);
    const { referenceCounters = [], cookies } = target;
    if (referenceCounters.some((offset) => offset !== undefined)) {
      attr.pointer(
        32,
        BigUint64Array.from(referenceCounters, (offset) => offset ?? 0n),
      );
    }
    if (cookies !== undefined) attr.pointer(40, BigUint64Array.from(cookies));
    return this.#open(COMMAND.linkCreate, attr);
  }

  /** Requires kernel 5.18. */
  linkKprobes(
    program: Fd,
    target: {
      readonly functions: { readonly symbols: readonly string[] } | { readonly addresses: readonly bigint[] };
      readonly cookies: readonly bigint[] | undefined;
      readonly isReturn: boolean;
      readonly attach: "kprobe-multi" | "kprobe-session";
    },
  ): Fd {
    const attr = new Struct(ATTR_BYTES)
      .u32(0, program.number)
      .u32(8, ATTACH_TYPE[target.attach])
      .u32(16, target.isReturn ? MULTI_RETURN : 0);
    if ("addresses" in target.functions) {
      const { addresses } = target.functions;
      attr.u32(20, addresses.length).pointer(32, BigUint64Array.from(addresses));
    } else {
      const { symbols } = target.functions;
      const names = new Struct(8 * symbols.length);
      symbols.forEach((symbol, i) => names.string(8 * i, symbol));
      attr.u32(20, symbols.length).pointer(24, names.bytes, names.pointers);
    }
    if (target.cookies !== undefined) attr.pointer(40, BigUint64Array.from(target.cookies));
    return this.#open(COMMAND.linkCreate, attr);
  }

  /** @param over - `union bpf_iter_link_info`: which of the things are meant; undefined: all */
  linkIterator(program: Fd, over: Uint8Array | undefined): Fd {
    const attr = new Struct(ATTR_BYTES).u32(0, program.number).u32(8, ATTACH_TYPE.iterator);
    if (over !== undefined) attr.pointer(16, over).u32(24, over.length);
    return this.#open(COMMAND.linkCreate, attr);
  }

  /** A file: whoever reads it makes the kernel walk on. */
  openIterator(link: Fd): Fd {
    return this.#open(COMMAND.iteratorCreate, new Struct(ATTR_BYTES).u32(0, link.number));
  }

  /** Keeps a link in a BPF file system, under a name. */
  pin(link: Fd, path: string): void {
    this.#call(COMMAND.pin, new Struct(ATTR_BYTES).string(0, path).u32(8, link.number));
  }

  // ---------------------------------------------------------------- entries of maps

  /** False when there is no such key. */
  lookup(map: Fd, key: Uint8Array, value: Uint8Array): boolean {
    return this.#unless("ENOENT", COMMAND.mapLookup, this.#element(map, key).pointer(16, value));
  }

  /** False when the key is there and should not be, or is not and should be. */
  update(map: Fd, key: Uint8Array, value: Uint8Array, when: keyof typeof ELEMENT_FLAG = "any"): boolean {
    const attr = this.#element(map, key).pointer(16, value).u64(24, BigInt(ELEMENT_FLAG[when]));
    return this.#unless(when === "absent" ? "EEXIST" : "ENOENT", COMMAND.mapUpdate, attr);
  }

  /** False when there is no such key. */
  delete(map: Fd, key: Uint8Array): boolean {
    return this.#unless("ENOENT", COMMAND.mapDelete, this.#element(map, key));
  }

  /** The first value of a queue; false when it is empty. */
  pop(queue: Fd, value: Uint8Array): boolean {
    const attr = new Struct(ATTR_BYTES).u32(0, queue.number).pointer(16, value);
    return this.#unless("ENOENT", COMMAND.mapLookupAndDelete, attr);
  }

  /** Writes the key after `key` (the first one without) to `next`; false at the end. */
  nextKey(map: Fd, key: Uint8Array | undefined, next: Uint8Array): boolean {
    const attr = new Struct(ATTR_BYTES).u32(0, map.number).pointer(16, next);
    if (key !== undefined) attr.pointer(8, key);
    return this.#unless("ENOENT", COMMAND.mapNextKey, attr);
  }

  /** Requires kernel 5.6 (hashes). ENOSPC: `capacity` is less than one bucket of the table holds. */
  lookupBatch(map: Fd, request: BatchRequest, options: { readonly deletes: boolean }): Batch {
    const attr = new Struct(ATTR_BYTES)
      .pointer(8, request.next)
      .pointer(16, request.keys)
      .pointer(24, request.values)
      .u32(32, request.capacity)
      .u32(36, map.number);
    if (request.from !== undefined) attr.pointer(0, request.from);
    const command = options.deletes ? COMMAND.mapLookupAndDeleteBatch : COMMAND.mapLookupBatch;
    const isLast = !this.#unless("ENOENT", command, attr);
    return { count: attr.readU32(32), isLast };
  }

  /** Deletes `count` keys; the kernel stops at one that is gone. Returns how many it came past. */
  deleteBatch(map: Fd, keys: Uint8Array, count: number): number {
    const attr = new Struct(ATTR_BYTES).pointer(16, keys).u32(32, count).u32(36, map.number);
    this.#unless("ENOENT", COMMAND.mapDeleteBatch, attr);
    return attr.readU32(32);
  }

  // ---------------------------------------------------------------- BTF of modules

  /** The kernel's BTF of a loaded module; undefined when there is none. */
  moduleBtf(module: string): Fd | undefined {
    for (let id = this.#nextBtfId(0); id !== undefined; id = this.#nextBtfId(id)) {
      const fd = this.#open(COMMAND.btfFdById, new Struct(ATTR_BYTES).u32(0, id));
      if (this.#kernelBtfName(fd) === module) return fd;
      fd.close();
    }
    return undefined;
  }

  #nextBtfId(after: number): number | undefined {
    const attr = new Struct(ATTR_BYTES).u32(0, after);
    return this.#unless("ENOENT", COMMAND.btfNextId, attr) ? attr.readU32(4) : undefined;
  }

  /** `struct bpf_btf_info`: u64 data, u32 size, u32 id, u64 name, u32 name length, u32 is-of-the-kernel. */
  #kernelBtfName(fd: Fd): string | undefined {
    const name = Buffer.alloc(64);
    const info = new Struct(32).pointer(16, name).u32(24, name.length);
    const attr = new Struct(ATTR_BYTES)
      .u32(0, fd.number)
      .u32(4, info.bytes.length)
      .pointer(8, info.bytes, info.pointers);
    this.#call(COMMAND.objectInfo, attr);
    return info.readU32(28) === 0 ? undefined : name.toString("latin1", 0, name.indexOf(0));
  }

  /** How often a program was not run because one was running on its CPU; 0 where the kernel (before 5.12) does not tell. */
  recursionMisses(program: Fd): bigint {
    return this.#info(program, PROGRAM_INFO.bytes)?.readU64(PROGRAM_INFO.recursionMisses) ?? 0n;
  }

  /** How often a link of kprobes has missed one; 0 where the kernel (before 6.7) does not tell, and of perf events, which are no links. */
  missedFirings(link: Fd): bigint {
    const info = this.#info(link, LINK_INFO.bytes);
    const at = info === undefined ? undefined : LINK_INFO.missed.get(info.readU32(0));
    return at === undefined ? 0n : (info?.readU64(at) ?? 0n);
  }

  #info(fd: Fd, bytes: number): Struct | undefined {
    const info = new Struct(bytes);
    const attr = new Struct(ATTR_BYTES).u32(0, fd.number).u32(4, bytes).pointer(8, info.bytes);
    return this.#unless("EINVAL", COMMAND.objectInfo, attr) ? info : undefined;
  }

  // ---------------------------------------------------------------- calls

  #element(map: Fd, key: Uint8Array): Struct {
    return new Struct(ATTR_BYTES).u32(0, map.number).pointer(8, key);
  }

  #call(command: number, attr: Struct): number {
    return this.native.bpf(command, attr.bytes, attr.pointers);
  }

  #open(command: number, attr: Struct): Fd {
    return this.native.bpfOpen(command, attr.bytes, attr.pointers);
  }

  /** False when the call fails with `code`; other failures are thrown. */
  #unless(code: string, command: number, attr: Struct): boolean {
    try {
      this.#call(command, attr);
      return true;
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === code) return false;
      throw error;
    }
  }
}

/** As far as `run_cnt`. */
const PROGRAM_INFO_BYTES = 208;

/** As short as Ethernet has them, and empty. */
const PACKET = new Uint8Array(64);
