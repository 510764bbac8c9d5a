/** Loads generated code into the running kernel as a raw tracepoint program, and runs it by BPF_PROG_TEST_RUN. */
import {
  ATTR_BYTES,
  COMMAND,
  FUNC_INFO_BYTES,
  LINE_INFO_BYTES,
  MAP_TYPE,
  PROGRAM_TYPE,
} from "../../codegen/kernel/bpf.js";
import { ATTR as AT } from "../../codegen/kernel/bpf-attr.js";
import type { Relocation } from "../../codegen/object.js";
import { native, type Fd } from "../../src/kernel/native.js";
import { Struct } from "../../src/kernel/struct.js";
import type { MapModel } from "./ir-interpreter.js";

const LOG_BYTES = 1 << 20;
const MAX_ENTRIES = 64;

export interface LoadableProgram {
  readonly code: Uint8Array;
  readonly relocations: readonly Relocation[];
  readonly debug?: { readonly btf: Uint8Array; readonly funcInfo: Uint8Array; readonly lineInfo: Uint8Array };
}

/** A map with keys of 4 bytes is an array of one element, whose value programs address directly; others are hashes. */
const isArray = ({ keyBytes }: MapModel): boolean => keyBytes === 4;

/** The kernel refused the program. */
export class VerifierError extends Error {
  override readonly name = "VerifierError";
}

export class KernelProgram {
  readonly #maps: readonly Fd[];
  readonly #models: readonly MapModel[];
  readonly #fds: Fd[] = [];
  readonly #program: Fd;

  /** @throws {@link VerifierError} with the verifier's log */
  constructor(program: LoadableProgram, models: readonly MapModel[]) {
    this.#models = models;
    this.#maps = models.map((model) => this.#keep(createMap(model)));
    try {
      this.#program = this.#keep(this.#load(program));
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** What the program returns, cut to 32 bits by the kernel. */
  run(context: Uint8Array): number {
    const attr = new Struct(ATTR_BYTES);
    attr
      .u32(AT.test.progFd, this.#program.number)
      .u32(AT.test.ctxSizeIn, context.length)
      .pointer(AT.test.ctxIn, context);
    native().bpf(COMMAND.testRun, attr.bytes, attr.pointers);
    return attr.readU32(AT.test.retval);
  }

  globals(map: number): Uint8Array {
    return this.#lookup(map, new Uint8Array(4));
  }

  /** Sorted `key=value` in hexadecimal. */
  entries(map: number): readonly string[] {
    const size = this.#models[map]?.keyBytes ?? 0;
    const rows: string[] = [];
    let key: Uint8Array | undefined;
    for (let next = this.#nextKey(map, key, size); next !== undefined; next = this.#nextKey(map, key, size)) {
      rows.push(`${hex(next)}=${hex(this.#lookup(map, next))}`);
      key = next;
    }
    return rows.sort();
  }

  close(): void {
    for (const fd of this.#fds.splice(0)) fd.close();
  }

  #keep(fd: Fd): Fd {
    this.#fds.push(fd);
    return fd;
  }

  #lookup(map: number, key: Uint8Array): Uint8Array {
    const value = new Uint8Array(this.#models[map]?.valueBytes ?? 0);
    const attr = new Struct(ATTR_BYTES);
    attr.u32(AT.element.mapFd, this.#fdOf(map)).pointer(AT.element.key, key).pointer(AT.element.value, value);
    native().bpf(COMMAND.mapLookup, attr.bytes, attr.pointers);
    return value;
  }

  #nextKey(map: number, key: Uint8Array | undefined, size: number): Uint8Array | undefined {
    const next = new Uint8Array(size);
    const attr = new Struct(ATTR_BYTES);
    attr.u32(AT.element.mapFd, this.#fdOf(map)).pointer(AT.element.nextKey, next);
    if (key !== undefined) attr.pointer(AT.element.key, key);
    try {
      native().bpf(COMMAND.mapNextKey, attr.bytes, attr.pointers);
      return next;
    } catch {
      return undefined;
    }
  }

  #load({ code, relocations, debug }: LoadableProgram): Fd {
    const patched = code.slice();
    const view = new DataView(patched.buffer);
    for (const relocation of relocations) {
      const at = relocation.instruction * 8;
      if (relocation.kind === "kfunc" || relocation.kind === "point") throw new Error(`no ${relocation.kind} here`);
      view.setInt32(at + 4, this.#fdOf(relocation.map), true);
      if (relocation.kind === "map-value") view.setInt32(at + 12, relocation.offset, true);
    }
    const at = AT.programLoad;
    const attr = new Struct(ATTR_BYTES);
    attr
      .u32(at.progType, PROGRAM_TYPE["raw-tracepoint"])
      .u32(at.insnCnt, patched.length / 8)
      .pointer(at.insns, patched)
      .pointer(at.license, Buffer.from("GPL\0"));
    if (debug !== undefined) this.#describe(attr, debug);
    try {
      return native().bpfOpen(COMMAND.programLoad, attr.bytes, attr.pointers);
    } catch (error) {
      throw new VerifierError(`${(error as Error).message}\n${logOf(attr)}`);
    }
  }

  #describe(attr: Struct, { btf, funcInfo, lineInfo }: NonNullable<LoadableProgram["debug"]>): void {
    const load = new Struct(ATTR_BYTES);
    load.pointer(AT.btfLoad.btf, btf).u32(AT.btfLoad.btfSize, btf.length);
    const at = AT.programLoad;
    attr.u32(at.progBtfFd, this.#keep(native().bpfOpen(COMMAND.btfLoad, load.bytes, load.pointers)).number);
    attr
      .u32(at.funcInfoRecSize, FUNC_INFO_BYTES)
      .pointer(at.funcInfo, funcInfo)
      .u32(at.funcInfoCnt, funcInfo.length / FUNC_INFO_BYTES);
    if (lineInfo.length === 0) return;
    attr
      .u32(at.lineInfoRecSize, LINE_INFO_BYTES)
      .pointer(at.lineInfo, lineInfo)
      .u32(at.lineInfoCnt, lineInfo.length / LINE_INFO_BYTES);
  }

  #fdOf(map: number): number {
    const fd = this.#maps[map];
    if (fd === undefined) throw new Error(`no map ${map}`);
    return fd.number;
  }
}

function createMap(model: MapModel): Fd {
  const at = AT.mapCreate;
  const attr = new Struct(ATTR_BYTES);
  attr
    .u32(at.mapType, isArray(model) ? MAP_TYPE.array : MAP_TYPE.hash)
    .u32(at.keySize, model.keyBytes)
    .u32(at.valueSize, model.valueBytes);
  attr.u32(at.maxEntries, isArray(model) ? 1 : MAX_ENTRIES);
  return native().bpfOpen(COMMAND.mapCreate, attr.bytes, attr.pointers);
}

/** What the verifier says when asked again. */
function logOf(attr: Struct): string {
  const log = Buffer.alloc(LOG_BYTES);
  const at = AT.programLoad;
  attr.u32(at.logLevel, 1).u32(at.logSize, log.length).pointer(at.logBuf, log);
  try {
    native().bpfOpen(COMMAND.programLoad, attr.bytes, attr.pointers).close();
  } catch {
    // The log says why.
  }
  return log.toString("latin1", 0, log.indexOf(0));
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
