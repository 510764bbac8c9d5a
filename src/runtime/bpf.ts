/**
 * The commands of bpf(2) that a run needs, typed. Failures are the addon's: callers add what they were doing.
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
  LINK_TYPE,
  MAP_FLAG,
  MAP_TYPE,
  MULTI_RETURN,
  NAME_BYTES,
  PROGRAM_TYPE,
} from "../../codegen/kernel/bpf.js";
import {
  ATTR,
  BTF_INFO,
  BTF_INFO_BYTES,
  LINK_INFO,
  LINK_INFO_BYTES,
  PROGRAM_INFO,
  PROGRAM_INFO_BYTES,
} from "../../codegen/kernel/bpf-attr.js";
import type { BpfMapType, ProgramType } from "../../codegen/object.js";
import { type ExpectedError, type Fd, type MapMemory, type Native, Struct } from "../kernel/index.js";

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
  /** Our address space may have the memory of an array: {@link Bpf.memoryOf}. */
  readonly isMapped?: boolean;
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

/** Where the links of kprobes say how many they have missed, by their types. */
const MISSED: ReadonlyMap<number, number> = new Map([
  [LINK_TYPE.perfEvent, LINK_INFO.perfEventKprobeMissed],
  [LINK_TYPE.kprobeMulti, LINK_INFO.kprobeMultiMissed],
]);

export class Bpf {
  readonly native: Native;

  constructor(native: Native) {
    this.native = native;
  }

  createMap(spec: MapSpec): Fd {
    const at = ATTR.mapCreate;
    const flags =
      (spec.isAllocatedOnDemand ? MAP_FLAG.noPrealloc : 0) |
      (spec.isReadOnly ? MAP_FLAG.readOnlyProgram : 0) |
      (spec.isMapped === true ? MAP_FLAG.mmapable : 0);
    const attr = new Struct(ATTR_BYTES)
      .u32(at.mapType, MAP_TYPE[spec.type])
      .u32(at.keySize, spec.keyBytes)
      .u32(at.valueSize, spec.valueBytes)
      .u32(at.maxEntries, spec.maxEntries)
      .u32(at.mapFlags, flags)
      .name(at.mapName, spec.name, NAME_BYTES);
    if (spec.btf !== undefined) {
      const { fd, keyTypeId, valueTypeId } = spec.btf;
      attr.u32(at.btfFd, fd.number).u32(at.btfKeyTypeId, keyTypeId).u32(at.btfValueTypeId, valueTypeId);
    }
    return this.#open(COMMAND.mapCreate, attr);
  }

  freezeMap(map: Fd): void {
    this.#call(COMMAND.mapFreeze, new Struct(ATTR_BYTES).u32(ATTR.element.mapFd, map.number));
  }

  loadBtf(bytes: Uint8Array): Fd {
    return this.#open(
      COMMAND.btfLoad,
      new Struct(ATTR_BYTES).pointer(ATTR.btfLoad.btf, bytes).u32(ATTR.btfLoad.btfSize, bytes.length),
    );
  }

  loadProgram(spec: ProgramSpec): Fd {
    const at = ATTR.programLoad;
    const attr = new Struct(ATTR_BYTES)
      .u32(at.progType, PROGRAM_TYPE[spec.type])
      .u32(at.insnCnt, spec.code.length / 8)
      .pointer(at.insns, spec.code)
      .string(at.license, spec.license)
      .name(at.progName, spec.name, NAME_BYTES)
      .u32(at.expectedAttachType, spec.expectedAttach === "none" ? 0 : ATTACH_TYPE[spec.expectedAttach])
      .u32(at.attachBtfId, spec.attachBtfId)
      .u32(at.attachProgFd, spec.attachOwner?.number ?? 0);
    if (spec.log !== undefined) {
      const { level, buffer } = spec.log;
      attr.u32(at.logLevel, level).u32(at.logSize, buffer.length).pointer(at.logBuf, buffer);
    }
    if (spec.btf !== undefined) {
      const { fd, funcInfo, lineInfo } = spec.btf;
      attr.u32(at.progBtfFd, fd.number).pointer(at.funcInfo, funcInfo).pointer(at.lineInfo, lineInfo);
      if (funcInfo.length > 0)
        attr.u32(at.funcInfoRecSize, FUNC_INFO_BYTES).u32(at.funcInfoCnt, funcInfo.length / FUNC_INFO_BYTES);
      if (lineInfo.length > 0)
        attr.u32(at.lineInfoRecSize, LINE_INFO_BYTES).u32(at.lineInfoCnt, lineInfo.length / LINE_INFO_BYTES);
    }
    return this.#open(COMMAND.programLoad, attr);
  }

  /** Runs a raw-tracepoint program once, on this CPU. Returns what it returned. */
  testRun(program: Fd): number {
    return this.#testRun(this.#test(program));
  }

  /** Runs a raw-tracepoint program once, with these words as what its event passes. Returns what it returned. */
  testRunWith(program: Fd, words: BigUint64Array): number {
    const at = ATTR.test;
    return this.#testRun(this.#test(program).u32(at.ctxSizeIn, words.byteLength).pointer(at.ctxIn, words));
  }

  /** Runs a program for network packets on one, again and again; `ns` is what a run takes on average. */
  measure(program: Fd, runs: number): { readonly returned: number; readonly ns: number } {
    const at = ATTR.test;
    const attr = this.#test(program).u32(at.dataSizeIn, PACKET.length).pointer(at.dataIn, PACKET).u32(at.repeat, runs);
    return { returned: this.#testRun(attr), ns: attr.readU32(at.duration) };
  }

  #test(program: Fd): Struct {
    return new Struct(ATTR_BYTES).u32(ATTR.test.progFd, program.number);
  }

  #testRun(attr: Struct): number {
    this.#call(COMMAND.testRun, attr);
    return attr.readU32(ATTR.test.retval);
  }

  /** Until it is closed the kernel counts how often programs run, and how long. Requires kernel 5.8. */
  countRunTimes(): Fd {
    return this.#open(COMMAND.enableStats, new Struct(ATTR_BYTES).u32(ATTR.enableStats.type, BPF_STATS_RUN_TIME));
  }

  runTimeOf(program: Fd): { readonly ns: bigint; readonly runs: bigint } {
    const info = new Struct(PROGRAM_INFO.recursionMisses); // as far as all kernels have it
    this.#call(COMMAND.objectInfo, this.#infoOf(program, info));
    return { ns: info.readU64(PROGRAM_INFO.runTimeNs), runs: info.readU64(PROGRAM_INFO.runCnt) };
  }

  /** A program that somebody has loaded. */
  programById(id: number): Fd {
    return this.#open(COMMAND.programFdById, new Struct(ATTR_BYTES).u32(ATTR.byId.progId, id));
  }

  // ---------------------------------------------------------------- attaching

  /** Attaches a `tracing` program, which knows to what. */
  openRawTracepoint(program: Fd): Fd {
    return this.#open(COMMAND.rawTracepointOpen, new Struct(ATTR_BYTES).u32(ATTR.rawTracepoint.progFd, program.number));
  }

  /** Requires kernel 5.15. */
  linkPerfEvent(program: Fd, event: Fd, cookie: bigint): Fd {
    const attr = this.#link(program, "perf-event")
      .u32(ATTR.linkCreate.targetFd, event.number)
      .u64(ATTR.linkPerfEvent.bpfCookie, cookie);
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
    const at = ATTR.linkUprobes;
    const attr = this.#link(program, "uprobe-multi")
      .string(at.path, target.path)
      .pointer(at.offsets, BigUint64Array.from(target.offsets))
      .u32(at.cnt, target.offsets.length)
      .u32(at.flags, target.isReturn ? MULTI_RETURN : 0)
      .u32(at.pid, target.pid);
    const { referenceCounters = [], cookies } = target;
    if (referenceCounters.some((offset) => offset !== undefined)) {
      attr.pointer(
        at.refCtrOffsets,
        BigUint64Array.from(referenceCounters, (offset) => offset ?? 0n),
      );
    }
    if (cookies !== undefined) attr.pointer(at.cookies, BigUint64Array.from(cookies));
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
    const at = ATTR.linkKprobes;
    const attr = this.#link(program, target.attach).u32(at.flags, target.isReturn ? MULTI_RETURN : 0);
    if ("addresses" in target.functions) {
      const { addresses } = target.functions;
      attr.u32(at.cnt, addresses.length).pointer(at.addrs, BigUint64Array.from(addresses));
    } else {
      const { symbols } = target.functions;
      const names = new Struct(8 * symbols.length);
      symbols.forEach((symbol, i) => names.string(8 * i, symbol));
      attr.u32(at.cnt, symbols.length).pointer(at.syms, names.bytes, names.pointers);
    }
    if (target.cookies !== undefined) attr.pointer(at.cookies, BigUint64Array.from(target.cookies));
    return this.#open(COMMAND.linkCreate, attr);
  }

  /** @param over - `union bpf_iter_link_info`: which of the things are meant; undefined: all */
  linkIterator(program: Fd, over: Uint8Array | undefined): Fd {
    const attr = this.#link(program, "iterator");
    if (over !== undefined) attr.pointer(ATTR.linkCreate.iterInfo, over).u32(ATTR.linkCreate.iterInfoLen, over.length);
    return this.#open(COMMAND.linkCreate, attr);
  }

  #link(program: Fd, type: keyof typeof ATTACH_TYPE): Struct {
    const at = ATTR.linkCreate;
    return new Struct(ATTR_BYTES).u32(at.progFd, program.number).u32(at.attachType, ATTACH_TYPE[type]);
  }

  /** A file: whoever reads it makes the kernel walk on. */
  openIterator(link: Fd): Fd {
    return this.#open(COMMAND.iteratorCreate, new Struct(ATTR_BYTES).u32(ATTR.iteratorCreate.linkFd, link.number));
  }

  /** Keeps a link in a BPF file system, under a name. */
  pin(link: Fd, path: string): void {
    this.#call(COMMAND.pin, new Struct(ATTR_BYTES).string(ATTR.pin.pathname, path).u32(ATTR.pin.bpfFd, link.number));
  }

  // ---------------------------------------------------------------- entries of maps

  /** The memory of an array that was made for it; whoever asks closes it. */
  memoryOf(map: Fd, bytes: number): MapMemory {
    return this.native.mapMemory(map, bytes, { writable: true });
  }

  /** False when there is no such key. */
  lookup(map: Fd, key: Uint8Array, value: Uint8Array): boolean {
    return this.#unless("ENOENT", COMMAND.mapLookup, this.#element(map, key).pointer(ATTR.element.value, value));
  }

  /** False when the key is there and should not be, or is not and should be. */
  update(map: Fd, key: Uint8Array, value: Uint8Array, when: keyof typeof ELEMENT_FLAG = "any"): boolean {
    const attr = this.#element(map, key)
      .pointer(ATTR.element.value, value)
      .u64(ATTR.element.flags, BigInt(ELEMENT_FLAG[when]));
    return this.#unless(when === "absent" ? "EEXIST" : "ENOENT", COMMAND.mapUpdate, attr);
  }

  /** False when there is no such key. */
  delete(map: Fd, key: Uint8Array): boolean {
    return this.#unless("ENOENT", COMMAND.mapDelete, this.#element(map, key));
  }

  /** The first value of a queue; false when it is empty. */
  pop(queue: Fd, value: Uint8Array): boolean {
    const attr = this.#map(queue).pointer(ATTR.element.value, value);
    return this.#unless("ENOENT", COMMAND.mapLookupAndDelete, attr);
  }

  /** Writes the key after `key` (the first one without) to `next`; false at the end. */
  nextKey(map: Fd, key: Uint8Array | undefined, next: Uint8Array): boolean {
    const attr = this.#map(map).pointer(ATTR.element.nextKey, next);
    if (key !== undefined) attr.pointer(ATTR.element.key, key);
    return this.#unless("ENOENT", COMMAND.mapNextKey, attr);
  }

  /** Requires kernel 5.6 (hashes). ENOSPC: `capacity` is less than one bucket of the table holds. */
  lookupBatch(map: Fd, request: BatchRequest, options: { readonly deletes: boolean }): Batch {
    const at = ATTR.batch;
    const attr = new Struct(ATTR_BYTES)
      .pointer(at.outBatch, request.next)
      .pointer(at.keys, request.keys)
      .pointer(at.values, request.values)
      .u32(at.count, request.capacity)
      .u32(at.mapFd, map.number);
    if (request.from !== undefined) attr.pointer(at.inBatch, request.from);
    const command = options.deletes ? COMMAND.mapLookupAndDeleteBatch : COMMAND.mapLookupBatch;
    const isLast = !this.#unless("ENOENT", command, attr);
    return { count: attr.readU32(at.count), isLast };
  }

  /** Deletes `count` keys; the kernel stops at one that is gone. Returns how many it came past. */
  deleteBatch(map: Fd, keys: Uint8Array, count: number): number {
    const at = ATTR.batch;
    const attr = new Struct(ATTR_BYTES).pointer(at.keys, keys).u32(at.count, count).u32(at.mapFd, map.number);
    this.#unless("ENOENT", COMMAND.mapDeleteBatch, attr);
    return attr.readU32(at.count);
  }

  // ---------------------------------------------------------------- BTF of modules

  /** The kernel's BTF of a loaded module; undefined when there is none. */
  moduleBtf(module: string): Fd | undefined {
    for (let id = this.#nextBtfId(0); id !== undefined; id = this.#nextBtfId(id)) {
      const fd = this.#open(COMMAND.btfFdById, new Struct(ATTR_BYTES).u32(ATTR.byId.btfId, id));
      if (this.#kernelBtfName(fd) === module) return fd;
      fd.close();
    }
    return undefined;
  }

  #nextBtfId(after: number): number | undefined {
    const attr = new Struct(ATTR_BYTES).u32(ATTR.byId.startId, after);
    return this.#unless("ENOENT", COMMAND.btfNextId, attr) ? attr.readU32(ATTR.byId.nextId) : undefined;
  }

  #kernelBtfName(fd: Fd): string | undefined {
    const name = Buffer.alloc(64);
    const info = new Struct(BTF_INFO_BYTES).pointer(BTF_INFO.name, name).u32(BTF_INFO.nameLen, name.length);
    this.#call(COMMAND.objectInfo, this.#infoOf(fd, info));
    return info.readU32(BTF_INFO.kernelBtf) === 0 ? undefined : name.toString("latin1", 0, name.indexOf(0));
  }

  /** How often a program was not run because one was running on its CPU; 0 where the kernel (before 5.12) does not tell. */
  recursionMisses(program: Fd): bigint {
    return this.#info(program, PROGRAM_INFO_BYTES)?.readU64(PROGRAM_INFO.recursionMisses) ?? 0n;
  }

  /** How often a link of kprobes has missed one; 0 where the kernel (before 6.7) does not tell, and of perf events, which are no links. */
  missedFirings(link: Fd): bigint {
    const info = this.#info(link, LINK_INFO_BYTES);
    const at = info === undefined ? undefined : MISSED.get(info.readU32(LINK_INFO.type));
    return at === undefined ? 0n : (info?.readU64(at) ?? 0n);
  }

  #info(fd: Fd, bytes: number): Struct | undefined {
    const info = new Struct(bytes);
    return this.#unless("EINVAL", COMMAND.objectInfo, this.#infoOf(fd, info)) ? info : undefined;
  }

  #infoOf(fd: Fd, info: Struct): Struct {
    const at = ATTR.info;
    return new Struct(ATTR_BYTES)
      .u32(at.bpfFd, fd.number)
      .u32(at.infoLen, info.bytes.length)
      .pointer(at.info, info.bytes, info.pointers);
  }

  // ---------------------------------------------------------------- calls

  #element(map: Fd, key: Uint8Array): Struct {
    return this.#map(map).pointer(ATTR.element.key, key);
  }

  #map(map: Fd): Struct {
    return new Struct(ATTR_BYTES).u32(ATTR.element.mapFd, map.number);
  }

  #call(command: number, attr: Struct): number {
    return this.native.bpf(command, attr.bytes, attr.pointers);
  }

  #open(command: number, attr: Struct): Fd {
    return this.native.bpfOpen(command, attr.bytes, attr.pointers);
  }

  /** False when the call fails with `expected`; other failures are thrown. */
  #unless(expected: ExpectedError, command: number, attr: Struct): boolean {
    return this.native.bpfUnless(expected, command, attr.bytes, attr.pointers);
  }
}

/** As short as Ethernet has them, and empty. */
const PACKET = new Uint8Array(64);
