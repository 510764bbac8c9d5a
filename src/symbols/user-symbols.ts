/** Addresses in user-space processes to names: what processes have mapped, the files mapped there, and perf maps. */
import { type CodePlace, DwarfError } from "../dwarf/index.js";
import type { NearestSymbol } from "./address-index.js";
import type { Binary } from "./binary.js";
import { BinaryCache } from "./binary-cache.js";
import { ElfError } from "./elf-error.js";
import { JitDumpFile } from "./jit-dump-file.js";
import { PerfMapFile } from "./perf-map-file.js";
import { type ProcessImage, ProcessImages } from "./process-images.js";
import type { DebugDirectories } from "./debug-directories.js";
import type { Mapping } from "./process-maps.js";
import type { ProcessRecord } from "./process-records.js";

/**
 * How long what is known of a process counts (config `cache_user_symbols`). `per-program`: a program that is loaded at
 * fixed addresses answers for all its processes, even those that are gone.
 */
export type SymbolCachePolicy = "per-pid" | "per-program" | "none";

export interface UserSymbol extends NearestSymbol {
  /** Path of the file that it lies in, as the process sees it. */
  readonly module: string;
}

/** How long what was not found is not looked for again in a process that goes on. */
const RETRY_MS = 100;

/** What was found out of one process, and for which state of it that counts. */
interface Answers {
  readonly version: number;
  readonly byAddress: Map<bigint, UserSymbol>;
  readonly places: Map<bigint, CodePlace | undefined>;
}

export interface UserSymbolsOptions {
  readonly policy: SymbolCachePolicy;
  /** Binaries that answer for processes that are gone, per program. */
  readonly programs?: readonly string[];
  /** What a symbol is called: the name as in the file if left out. */
  readonly nameOf?: (symbol: string) => string;
  /** What is wrong with debug information that was asked for: said once of each file. */
  readonly onTrouble?: (message: string) => void;
  /** Applies what has happened meanwhile; called before processes are looked at. */
  readonly update?: () => void;
  /** Where debug files are. */
  readonly directories?: DebugDirectories | undefined;
  /** In milliseconds. */
  readonly now?: () => number;
}

export class UserSymbols {
  readonly #policy: SymbolCachePolicy;
  readonly #options: Required<Omit<UserSymbolsOptions, "policy" | "directories">>;
  readonly #images = new ProcessImages();
  readonly #binaries: BinaryCache;
  readonly #answers = new WeakMap<ProcessImage, Answers>();
  readonly #perfMaps = new WeakMap<ProcessImage, PerfMapFile>();
  readonly #jitDumps = new WeakMap<ProcessImage, JitDumpFile>();
  readonly #troubled = new Set<Binary>();
  readonly #retries = new WeakMap<ProcessImage, number>();

  constructor({
    policy,
    programs = [],
    nameOf = (symbol) => symbol,
    onTrouble = () => {},
    update = () => {},
    now = Date.now,
    directories,
  }: UserSymbolsOptions) {
    this.#binaries = new BinaryCache(directories);
    this.#policy = policy;
    this.#options = { programs, nameOf, onTrouble, update, now };
  }

  /** Looks at a process while it is there, so that its addresses have names when it is gone. */
  preload(pid: number): void {
    if (this.#policy !== "none") this.#images.of(pid).read();
  }

  /** What a process has done, in order of time. */
  apply(record: ProcessRecord): void {
    if (this.#policy !== "none") this.#images.apply(record);
  }

  /** @returns `undefined` for addresses in no known function */
  symbolAt(address: bigint, pid: number): UserSymbol | undefined {
    if (this.#policy === "none") this.#images.clear();
    const known = this.#answersOf(this.#images.of(pid)).byAddress.get(address);
    if (known !== undefined) return known;
    this.#options.update();
    const image = this.#images.of(pid);
    const found = this.#inProcess(address, image) ?? this.#inPrograms(address);
    const symbol = found && { ...found, name: this.#options.nameOf(found.name) };
    if (symbol !== undefined) this.#answersOf(image).byAddress.set(address, symbol);
    return symbol;
  }

  /** Where in the sources the code of an address is from; asked for after its symbol. */
  placeOf(address: bigint, pid: number): CodePlace | undefined {
    const image = this.#images.of(pid);
    const { places } = this.#answersOf(image);
    let place = places.get(address);
    if (place === undefined && !places.has(address)) places.set(address, (place = this.#placeIn(image, address)));
    return place;
  }

  close(): void {
    this.#binaries.close();
    this.#images.clear();
  }

  /** Programs that are not position-independent have the addresses that their file says. */
  #inPrograms(address: bigint): UserSymbol | undefined {
    if (this.#policy !== "per-program") return undefined;
    for (const program of this.#options.programs) {
      const binary = this.#binaries.at(program);
      const symbol = binary?.elf.type === "executable" ? binary.symbolAt(address) : undefined;
      if (symbol !== undefined) return { ...symbol, module: program };
    }
    return undefined;
  }

  #placeIn(image: ProcessImage, address: bigint): CodePlace | undefined {
    const mapping = image.find(address);
    const binary = mapping && this.#binaries.of(mapping, image.rootPrefix, image.pid);
    if (mapping !== undefined && binary !== undefined)
      return this.#placeInFile(binary, virtualAddress(binary, mapping, address));
    const position = this.#jitDumps.get(image)?.lineAt(address);
    if (position !== undefined) return { position, inlined: [] };
    if (this.#policy !== "per-program") return undefined;
    for (const program of this.#options.programs) {
      const fixed = this.#binaries.at(program);
      const place = fixed?.elf.type === "executable" ? this.#placeInFile(fixed, address) : undefined;
      if (place !== undefined) return place;
    }
    return undefined;
  }

  #placeInFile(binary: Binary, virtual: bigint | undefined): CodePlace | undefined {
    if (virtual === undefined) return undefined;
    try {
      const place = binary.placeOf(virtual);
      const { nameOf } = this.#options;
      return place && { ...place, inlined: place.inlined.map((frame) => ({ ...frame, name: nameOf(frame.name) })) };
    } catch (error) {
      if (!(error instanceof DwarfError || error instanceof ElfError)) throw error;
      if (!this.#troubled.has(binary)) {
        this.#troubled.add(binary);
        this.#options.onTrouble(`The debug information of ${binary.path} is broken: ${error.message}`);
      }
      return undefined;
    }
  }

  #answersOf(image: ProcessImage): Answers {
    let answers = this.#answers.get(image);
    if (answers?.version !== image.version) {
      answers = { version: image.version, byAddress: new Map(), places: new Map() };
      this.#answers.set(image, answers);
    }
    return answers;
  }

  /** Libraries are loaded later, and a compiler goes on writing: what is not found is looked for again. */
  #inProcess(address: bigint, image: ProcessImage): UserSymbol | undefined {
    const isTimeToAsk = this.#options.now() - (this.#retries.get(image) ?? -Infinity) >= RETRY_MS;
    const mapping = image.find(address);
    const binary = mapping && this.#binaries.of(mapping, image.rootPrefix, image.pid);
    if (mapping !== undefined && binary !== undefined) return inFile(binary, mapping, address);
    const symbol = this.#jitDumps.get(image)?.find(address) ?? this.#perfMaps.get(image)?.find(address);
    if (symbol !== undefined || !isTimeToAsk) return symbol;
    this.#retries.set(image, this.#options.now());
    if (mapping === undefined) image.reread();
    this.#perfMapOf(image).refresh();
    this.#jitDumpOf(image).refresh();
    return this.#inProcess(address, image);
  }

  #jitDumpOf(image: ProcessImage): JitDumpFile {
    let file = this.#jitDumps.get(image);
    if (file === undefined) this.#jitDumps.set(image, (file = new JitDumpFile(image)));
    return file;
  }

  #perfMapOf(image: ProcessImage): PerfMapFile {
    let file = this.#perfMaps.get(image);
    if (file === undefined) this.#perfMaps.set(image, (file = new PerfMapFile(image)));
    return file;
  }
}

function inFile(binary: Binary, mapping: Mapping, address: bigint): UserSymbol | undefined {
  const virtual = virtualAddress(binary, mapping, address);
  const symbol = virtual === undefined ? undefined : binary.symbolAt(virtual);
  return symbol && { ...symbol, module: mapping.path };
}

const virtualAddress = (binary: Binary, mapping: Mapping, address: bigint): bigint | undefined =>
  binary.addressOf(Number(address - mapping.start + mapping.fileOffset));
