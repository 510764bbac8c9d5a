/** Addresses in user-space processes to names: `/proc/PID/maps`, the files mapped there, and perf maps. */
import { readFileSync } from "node:fs";
import type { NearestSymbol } from "./address-index.js";
import { Binary } from "./binary.js";
import { PerfMap } from "./perf-map.js";
import type { Mapping } from "./process-maps.js";
import { TargetProcess } from "./target-process.js";

/**
 * How long what is known of a process counts (config `cache_user_symbols`). `per-program`: a program that is loaded at
 * fixed addresses answers for all its processes, even those that are gone.
 */
export type SymbolCachePolicy = "per-pid" | "per-program" | "none";

export interface UserSymbol extends NearestSymbol {
  /** Path of the file that it lies in, as the process sees it. */
  readonly module: string;
}

/** What is known of one process. */
interface ProcessImage {
  readonly process: TargetProcess;
  mappings: readonly Mapping[];
  perfMap: PerfMap | undefined;
}

export class UserSymbols {
  readonly #policy: SymbolCachePolicy;
  readonly #processes = new Map<number, ProcessImage>();
  /** By the path that was opened; `undefined` for what is no binary. */
  readonly #binaries = new Map<string, Binary | undefined>();

  constructor(policy: SymbolCachePolicy) {
    this.#policy = policy;
  }

  /** Looks at a process while it is there, so that its addresses have names when it is gone. */
  preload(pid: number): void {
    if (this.#policy !== "none") this.#imageOf(pid);
  }

  /**
   * @param program the binary that the probe is in, for processes that are gone
   * @returns `undefined` for addresses in no known function
   */
  symbolAt(address: bigint, pid: number, program?: string): UserSymbol | undefined {
    const fixed = this.#policy === "per-program" ? this.#inProgram(address, program) : undefined;
    return fixed ?? this.#inProcess(address, pid);
  }

  close(): void {
    for (const binary of this.#binaries.values()) binary?.close();
    this.#binaries.clear();
    this.#processes.clear();
  }

  /** Programs that are not position-independent have the addresses that their file says. */
  #inProgram(address: bigint, program: string | undefined): UserSymbol | undefined {
    if (program === undefined) return undefined;
    const binary = this.#binary(program, [program]);
    if (binary?.elf.type !== "executable") return undefined;
    const symbol = binary.symbolAt(address);
    return symbol && { ...symbol, module: program };
  }

  #inProcess(address: bigint, pid: number): UserSymbol | undefined {
    const image = this.#imageOf(pid);
    const mapping = mappingAt(image.mappings, address) ?? mappingAt(this.#reread(image), address);
    if (mapping === undefined) return undefined;
    const symbol = this.#inFile(image.process, mapping, address) ?? this.#inPerfMap(image, address);
    return symbol && { ...symbol, module: mapping.path };
  }

  #inFile(process: TargetProcess, mapping: Mapping, address: bigint): NearestSymbol | undefined {
    if (!mapping.path.startsWith("/")) return undefined;
    const binary = this.#binary(`${process.rootPrefix}${mapping.path} ${mapping.inode}`, filesOf(process, mapping));
    const virtual = binary?.addressOf(Number(address - mapping.start + mapping.fileOffset));
    return virtual === undefined ? undefined : binary?.symbolAt(virtual);
  }

  /** A compiler goes on writing: what is not in the map yet may be there now. */
  #inPerfMap(image: ProcessImage, address: bigint): NearestSymbol | undefined {
    const known = image.perfMap?.find(address);
    if (known !== undefined) return known;
    image.perfMap = readPerfMap(image.process);
    return image.perfMap?.find(address);
  }

  #imageOf(pid: number): ProcessImage {
    const known = this.#processes.get(pid);
    if (known !== undefined && this.#policy !== "none") return known;
    const process = new TargetProcess(pid);
    const image = { process, mappings: process.mappings(), perfMap: undefined };
    this.#processes.set(pid, image);
    return image;
  }

  /** Libraries are loaded later, too. A process that is gone keeps what was known of it. */
  #reread(image: ProcessImage): readonly Mapping[] {
    const mappings = image.process.mappings();
    if (mappings.length > 0) image.mappings = mappings;
    return image.mappings;
  }

  #binary(key: string, paths: readonly string[]): Binary | undefined {
    if (!this.#binaries.has(key)) this.#binaries.set(key, openFirst(paths));
    return this.#binaries.get(key);
  }
}

/** Mappings are in order of addresses. */
function mappingAt(mappings: readonly Mapping[], address: bigint): Mapping | undefined {
  let low = 0;
  let high = mappings.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((mappings[middle] as Mapping).start <= address) low = middle + 1;
    else high = middle;
  }
  const found = mappings[low - 1];
  return found !== undefined && address < found.end ? found : undefined;
}

/** The mapped file itself, even when its name now means another one; else the file of that name. */
function filesOf(process: TargetProcess, mapping: Mapping): readonly string[] {
  const range = `${mapping.start.toString(16)}-${mapping.end.toString(16)}`;
  const mapped = `/proc/${process.pid}/map_files/${range}`;
  const named = process.rootPrefix + mapping.path;
  return mapping.isDeleted ? [mapped] : [named, mapped];
}

function openFirst(paths: readonly string[]): Binary | undefined {
  for (const path of paths) {
    try {
      return Binary.open(path);
    } catch {
      // Gone, not readable, or no ELF file: nothing to name addresses with.
    }
  }
  return undefined;
}

/** In a container the process has another number, and its own `/tmp`. */
function readPerfMap(process: TargetProcess): PerfMap | undefined {
  for (const path of [`${process.rootPrefix}/tmp/perf-${process.ownPid()}.map`, `/tmp/perf-${process.pid}.map`]) {
    try {
      return new PerfMap(readFileSync(path, "latin1"));
    } catch {
      // Most processes have none.
    }
  }
  return undefined;
}
