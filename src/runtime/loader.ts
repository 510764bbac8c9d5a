/** Brings a compiled script into the kernel: BTF, maps, programs. */
import type {
  BpfMap,
  BpfObject,
  BpfProgram,
  LoadTarget,
  MapRole,
  ProgramLoad,
  ScriptMap,
} from "../../codegen/object.js";
import type { Span } from "../../grammar/index.js";
import { type Fd, isSystemCallFailure, type SystemCallFailure } from "../kernel/index.js";
import type { Bpf, ProgramSpec } from "./bpf.js";
import { UnsupportedFeatureError, VerifierError } from "./errors.js";
import { mapFailure } from "./map-failure.js";
import { relocate } from "./relocate.js";
import { lastWordsOf, spanOf } from "./verifier-log.js";

export interface LoadOptions {
  readonly ringBytes: number;
  /** Of the verifier's log. */
  readonly logBytes: number;
  /** Where maps of the script are kept that outlive it: answers with one that is there, or with what `make` makes, and closes it. */
  readonly keptMap?: ((script: ScriptMap, map: BpfMap, make: () => Fd) => Fd) | undefined;
  /** Called with the verifier's log of each program that was accepted (`-d verifier`). */
  readonly onLog: ((program: string, log: string) => void) | undefined;
}

export interface LoadedObject {
  readonly object: BpfObject;
  /** By index into the object's `maps`. */
  readonly maps: readonly Fd[];
  /** By index into the object's `programs`, and into the `loads` of each. */
  readonly programs: readonly (readonly Fd[])[];
  close(): void;
}

/** Undefined: the script does without. */
export const mapWithRole = ({ object, maps }: Pick<LoadedObject, "object" | "maps">, role: MapRole): Fd | undefined =>
  maps[object.maps.findIndex((map) => map.role === role)];

/** Programs hold what they use: maps and BTF are closed with the rest. */
export function load(object: BpfObject, bpf: Bpf, options: LoadOptions): LoadedObject {
  const open: Fd[] = [];
  const keep = (fd: Fd): Fd => {
    open.push(fd);
    return fd;
  };
  const close = (): void => open.forEach((fd) => fd.close());
  try {
    const btf = loadBtf(object.btf, bpf);
    if (btf !== undefined) keep(btf);
    const maps = object.maps.map((map, i) => {
      const script = object.scriptMaps.find((candidate) => candidate.map === i);
      const make = (): Fd => createMap(withSize(map, options.ringBytes), script, bpf, btf);
      if (script === undefined || options.keptMap === undefined) return keep(make());
      return options.keptMap(script, map, make);
    });
    const mapFds = maps.map((fd) => fd.number);
    const loader = new ProgramLoader(object, bpf, btf, mapFds, options);
    const programs = object.programs.map((program) => program.loads.map((as) => keep(loader.load(program, as))));
    return { object, maps, programs, close };
  } catch (error) {
    close();
    throw error;
  }
}

/** Without BTF everything works but `bpftool` shows less; kernels differ in what they accept. */
function loadBtf(bytes: Uint8Array, bpf: Bpf): Fd | undefined {
  if (bytes.length === 0) return undefined;
  try {
    return bpf.loadBtf(bytes);
  } catch (error) {
    if (isSystemCallFailure(error) && error.code !== "EPERM") return undefined;
    throw error;
  }
}

// ---------------------------------------------------------------- maps

const withSize = (map: BpfMap, ringBytes: number): BpfMap =>
  map.type === "ring-buffer" && map.maxEntries === 0 ? { ...map, maxEntries: ringBytes } : map;

function createMap(map: BpfMap, script: ScriptMap | undefined, bpf: Bpf, btf: Fd | undefined): Fd {
  const types =
    btf !== undefined && map.valueTypeId !== 0
      ? { fd: btf, keyTypeId: map.keyTypeId, valueTypeId: map.valueTypeId }
      : undefined;
  try {
    const fd = createTyped(bpf, { ...map, isMapped: script?.table !== undefined, btf: types });
    initialize(map, fd, bpf);
    return fd;
  } catch (error) {
    if (isSystemCallFailure(error)) throw mapFailure(error, map, script);
    throw error;
  }
}

/** Sizes are 32-bit numbers, and that of a ring is a power of two. */
const LARGEST_RING_BYTES = 2 ** 31;

/** The types of a map are there for people: a kernel that does not like them gets none. */
function createTyped(bpf: Bpf, spec: Parameters<Bpf["createMap"]>[0]): Fd {
  try {
    return bpf.createMap(spec);
  } catch (error) {
    const isRingOfValidSize = spec.type === "ring-buffer" && spec.maxEntries <= LARGEST_RING_BYTES;
    if (isRingOfValidSize && isSystemCallFailure(error) && error.code === "EINVAL") {
      throw new UnsupportedFeatureError("the ring buffer", "5.8", { cause: error });
    }
    if (spec.btf === undefined || !isSystemCallFailure(error) || error.code === "EPERM") throw error;
    return bpf.createMap({ ...spec, btf: undefined });
  }
}

/** A read-only map is frozen, so that the verifier may take its bytes for constants. */
function initialize(map: BpfMap, fd: Fd, bpf: Bpf): void {
  if (map.initial !== undefined && map.initial.length > 0) {
    const value = new Uint8Array(map.valueBytes);
    value.set(map.initial);
    bpf.update(fd, new Uint8Array(4), value);
  }
  if (map.isReadOnly) bpf.freezeMap(fd);
}

// ---------------------------------------------------------------- programs

/** Level 2 prints every path that the verifier walked; 1 is enough to see where it stopped. */
const LOG_LEVEL = { onFailure: 1, forPeople: 2 } as const;

class ProgramLoader {
  readonly #object: BpfObject;
  readonly #bpf: Bpf;
  readonly #btf: Fd | undefined;
  readonly #mapFds: readonly number[];
  readonly #options: LoadOptions;

  constructor(object: BpfObject, bpf: Bpf, btf: Fd | undefined, mapFds: readonly number[], options: LoadOptions) {
    this.#object = object;
    this.#bpf = bpf;
    this.#btf = btf;
    this.#mapFds = mapFds;
    this.#options = options;
  }

  load(program: BpfProgram, as: ProgramLoad): Fd {
    const owner = this.#ownerOf(as.attachTo);
    try {
      return this.#loadSpec(program, this.#specOf(program, as, owner));
    } finally {
      owner?.close();
    }
  }

  #loadSpec(program: BpfProgram, spec: ProgramSpec): Fd {
    const { onLog } = this.#options;
    if (onLog !== undefined) return this.#loadWithLog(program, spec, onLog);
    try {
      return this.#bpf.loadProgram(spec);
    } catch (error) {
      if (!isSystemCallFailure(error)) throw error;
      throw this.#explain(program, spec, error);
    }
  }

  #loadWithLog(program: BpfProgram, spec: ProgramSpec, onLog: (program: string, log: string) => void): Fd {
    const buffer = Buffer.alloc(this.#options.logBytes);
    try {
      const fd = this.#bpf.loadProgram({ ...spec, log: { level: LOG_LEVEL.forPeople, buffer } });
      onLog(program.name, textOf(buffer));
      return fd;
    } catch (error) {
      if (!isSystemCallFailure(error)) throw error;
      // Before 6.4 a log that does not fit is an error of its own.
      if (error.code === "ENOSPC") return this.#bpf.loadProgram(spec);
      throw this.#refusal(program, spec, error, textOf(buffer));
    }
  }

  /** The kernel writes no log unless it is asked: loads once more, for the words. */
  #explain(program: BpfProgram, spec: ProgramSpec, failure: SystemCallFailure): Error {
    const buffer = Buffer.alloc(this.#options.logBytes);
    try {
      this.#bpf.loadProgram({ ...spec, log: { level: LOG_LEVEL.onFailure, buffer } }).close();
    } catch (error) {
      if (!isSystemCallFailure(error)) throw error;
    }
    return this.#refusal(program, spec, failure, textOf(buffer));
  }

  #refusal(
    program: BpfProgram,
    { expectedAttach }: ProgramSpec,
    failure: SystemCallFailure,
    log: string,
  ): VerifierError {
    const details = {
      program: program.name,
      log,
      span: spanOf(log, program.lines),
      probe: this.#placeOf(program),
      lastWords: lastWordsOf(log),
      isOfTrampoline: expectedAttach === "fentry" || expectedAttach === "fexit",
    };
    return new VerifierError(failure, details, { cause: failure });
  }

  /** Of what is attached to it, or goes on to it. */
  #placeOf(program: BpfProgram): Span | undefined {
    const { programs, attachments } = this.#object;
    const number = programs.indexOf(program);
    return attachments.find((one) => (one.slot ?? one).program === number)?.span;
  }

  #specOf(program: BpfProgram, as: ProgramLoad, attachOwner: Fd | undefined): ProgramSpec {
    const { funcInfo, lineInfo } = program;
    return {
      name: program.name,
      type: program.type,
      expectedAttach: as.expectedAttach,
      attachBtfId: as.attachTo?.btfId ?? 0,
      attachOwner,
      code: relocate(program, { mapFds: this.#mapFds, point: as.point, mapsInstead: as.mapsInstead }),
      license: this.#object.license,
      btf: this.#btf !== undefined && funcInfo.length > 0 ? { fd: this.#btf, funcInfo, lineInfo } : undefined,
      log: undefined,
    };
  }

  /** What the kernel knows the target by beside its number: the BTF of a module, or another program. */
  #ownerOf(target: LoadTarget | undefined): Fd | undefined {
    if (target === undefined) return undefined;
    if (target.kind === "program") return this.#bpf.programById(target.id);
    return target.module === "vmlinux" ? undefined : this.#bpf.moduleBtf(target.module);
  }
}

function textOf(log: Buffer): string {
  const end = log.indexOf(0);
  return log.toString("latin1", 0, end === -1 ? log.length : end);
}
