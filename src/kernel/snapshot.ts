/**
 * Kernel facts from a saved directory, the same on every machine:
 *
 *     facts.json                          version, CPUs, modules, features, symbols, executables
 *     vmlinux.btf                         a part of the kernel's BTF
 *     MODULE.btf                          of modules, as far as saved
 *     available_filter_functions          what kprobes may attach to, in the kernel's own format
 *     events/CATEGORY/EVENT/format        tracepoints, as in tracefs
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { nearestNames } from "../../grammar/index.js";
import { Btf } from "../../codegen/btf/index.js";
import type {
  BpfProgramFunction,
  Architecture,
  CgroupLookup,
  CodeFunction,
  Executable,
  ExecutableLookup,
  Feature,
  KernelFacts,
  KernelFunction,
  KernelFunctionAddress,
  KernelVersion,
  TracepointFormat,
  UsdtPlace,
} from "../../codegen/facts.js";
import type { ProgramType } from "../../codegen/object.js";
import { parseKernelVersion } from "./kernel-version.js";
import { Memo } from "./memo.js";
import { syscallNumber } from "./syscall-numbers.js";
import { bytesOrUndefined, Tracefs } from "./tracefs.js";
import { type Sources, TraceableFunctions } from "./traceable-functions.js";

/** The contents of `facts.json`. */
export interface SavedFacts {
  readonly release: string;
  readonly arch: Architecture;
  readonly possibleCpus: number;
  readonly modules: readonly string[];
  readonly features: readonly Feature[];
  /** Kernel symbols that cannot be traced, or not known to be. */
  readonly symbols: readonly string[];
  /** Functions among them. */
  readonly untraceable?: readonly string[];
  /** Functions on which kprobes are forbidden. */
  readonly blacklist?: readonly string[];
  /** What functions were inlined into. */
  readonly inlined?: Readonly<Record<string, readonly string[]>>;
  /** Hexadecimal. */
  readonly symbolAddresses: Readonly<Record<string, string>>;
  /** Decimal ids by path. */
  readonly cgroups: Readonly<Record<string, string>>;
  /** What programs may call, by name. */
  readonly kfuncs?: Readonly<Record<string, readonly ProgramType[]>>;
  /** C++ symbols and what they stand for. */
  readonly demangled?: Readonly<Record<string, string>>;
  /** By what a probe's target may say. */
  readonly executables: Readonly<Record<string, readonly SavedExecutable[]>>;
}

export interface SavedExecutable {
  readonly path: string;
  readonly functions: readonly string[];
  /** Decimal addresses and sizes. */
  readonly symbols?: Readonly<Record<string, readonly [address: string, bytes: string]>>;
  /** Of functions, in hexadecimal. */
  readonly code?: Readonly<Record<string, string>>;
  readonly isAtFixedAddress?: boolean;
  readonly usdt?: readonly SavedUsdtPlace[];
}

/** Addresses and offsets in decimal. */
export interface SavedUsdtPlace {
  readonly provider: string;
  readonly name: string;
  readonly address: string;
  readonly fileOffset: string;
  readonly semaphore?: readonly [address: string, fileOffset: string];
  readonly args: string;
}

/** The names of the files in a saved directory. */
export const SNAPSHOT_FILES = {
  facts: "facts.json",
  functions: "available_filter_functions",
  btf: (module: string): string => `${module}.btf`,
} as const;

/** A saved directory is not there, or is none. */
export class SnapshotError extends Error {
  override readonly name = "SnapshotError";
}

export class SnapshotFacts implements KernelFacts {
  readonly release: KernelVersion;
  readonly arch: Architecture;
  readonly possibleCpus: number;
  readonly #directory: string;
  readonly #saved: SavedFacts;
  readonly #tracefs: Tracefs;
  readonly #memo = new Memo();
  readonly #traceable = new TraceableFunctions(() => this.#functionSources());

  /** @throws {@link SnapshotError} */
  constructor(directory: string) {
    this.#directory = directory;
    this.#saved = readSaved(join(directory, SNAPSHOT_FILES.facts));
    this.#tracefs = new Tracefs(directory);
    this.release = parseKernelVersion(this.#saved.release);
    this.arch = this.#saved.arch;
    this.possibleCpus = this.#saved.possibleCpus;
  }

  readonly pidNamespace = undefined;

  get btf(): Btf | undefined {
    return this.#readBtf("vmlinux", undefined);
  }

  moduleBtf(module: string): Btf | undefined {
    return module === "vmlinux" ? undefined : this.#readBtf(module, this.btf);
  }

  tracepointFormat(category: string, event: string): TracepointFormat | undefined {
    return this.#memo.get(`format ${category}:${event}`, () => this.#tracefs.format(category, event));
  }

  tracepoints(): readonly string[] {
    return this.#memo.get("tracepoints", () => this.#tracefs.tracepoints());
  }

  syscallNumber(name: string): number | undefined {
    return syscallNumber(this.arch, name);
  }

  traceableFunctions(named = "*"): readonly KernelFunction[] | undefined {
    return this.#traceable.functions(named);
  }

  traceableFunctionNames(named = "*"): readonly string[] | undefined {
    return this.#traceable.names(named);
  }

  traceableFunctionText(shown: { readonly prefix: string; readonly without: string }): string | undefined {
    return this.#traceable.text(shown);
  }

  #functionSources(): Sources | undefined {
    const functions = bytesOrUndefined(join(this.#directory, SNAPSHOT_FILES.functions));
    return functions && { functions, blacklist: "" };
  }

  isBlacklisted(name: string): boolean {
    return this.#memo.get("blacklist", () => new Set(this.#saved.blacklist)).has(name);
  }

  functionAddresses(): ReadonlyMap<string, readonly KernelFunctionAddress[]> {
    return new Map();
  }

  kernelFunctionNames(): readonly string[] {
    return (this.traceableFunctionNames() ?? []).concat(this.#saved.untraceable ?? []);
  }

  kernelSymbolNames(): readonly string[] {
    return [...this.kernelFunctionNames(), ...this.#saved.symbols];
  }

  inlinedInto(name: string): readonly string[] {
    return this.#saved.inlined?.[name] ?? [];
  }

  kernelFunctionBytes(): undefined {
    return undefined;
  }

  hasKernelSymbol(name: string): boolean {
    return this.#memo.get("symbol names", () => new Set(this.kernelSymbolNames())).has(name);
  }

  kernelSymbolAddress(name: string): bigint | undefined {
    const address = this.#saved.symbolAddresses[name];
    return address === undefined ? undefined : BigInt(address);
  }

  cgroupId(path: string): CgroupLookup {
    const id = this.#saved.cgroups[path];
    return id === undefined
      ? { kind: "failed", reason: "No such file or directory" }
      : { kind: "found", id: BigInt(id), version: 2 };
  }

  bpfProgramFunctions(): readonly BpfProgramFunction[] {
    return [];
  }

  loadedModules(): readonly string[] {
    return this.#saved.modules;
  }

  executables(target: string): ExecutableLookup {
    const saved = Object.entries(this.#saved.executables).find(([name]) => name === target)?.[1];
    return saved === undefined
      ? { kind: "missing", similar: () => nearestNames(target, Object.keys(this.#saved.executables)) }
      : { kind: "found", executables: saved.map(executable) };
  }

  programOf(): undefined {
    return undefined;
  }

  demangle(symbol: string): string | undefined {
    return this.#saved.demangled?.[symbol];
  }

  supports(feature: Feature): boolean {
    return this.#saved.features.includes(feature);
  }

  allowsKfunc(name: string, type: ProgramType): boolean {
    return this.#saved.kfuncs?.[name]?.includes(type) ?? false;
  }

  #readBtf(module: string, base: Btf | undefined): Btf | undefined {
    return this.#memo.get(`btf ${module}`, () => {
      const path = join(this.#directory, SNAPSHOT_FILES.btf(module));
      return existsSync(path) ? Btf.parse(readFileSync(path), base) : undefined;
    });
  }
}

function executable(saved: SavedExecutable): Executable {
  const { path, functions, symbols = {}, code = {}, isAtFixedAddress = false, usdt = [] } = saved;
  const symbol = (name: string) => {
    const [address, bytes] = symbols[name] ?? [];
    return address === undefined || bytes === undefined
      ? undefined
      : { address: BigInt(address), bytes: BigInt(bytes) };
  };
  const all: readonly CodeFunction[] = functions.map((name, i) => ({ name, ...(symbol(name) ?? unsavedPlace(i)) }));
  const functionAt = (address: bigint): CodeFunction | undefined =>
    all.find((f) => address === f.address || (address > f.address && address < f.address + f.bytes));
  return {
    path,
    filePath: path,
    identity: () => path,
    functions: () => functions,
    functionsNamed: (name) => all.filter((f) => f.name === name),
    functionsMatching: (matches) => all.filter((f) => matches(f.name)),
    clonesOf: () => [],
    functionAt,
    symbol,
    code: (address, length) => {
      const found = functionAt(address);
      const bytes = found && code[found.name];
      if (found === undefined || bytes === undefined) return undefined;
      const start = Number(address - found.address);
      return Uint8Array.from(Buffer.from(bytes, "hex")).subarray(start, start + length);
    },
    fileOffset: (address) => address,
    addressOf: (offset) => offset,
    sourceLine: () => ({ kind: "no-debug-info", buildId: undefined, trouble: undefined }),
    hasDebugInfo: () => false,
    parametersOf: () => ({ kind: "no-debug-info" }),
    inlined: () => undefined,
    debugMembers: () => [],
    debugTypeNamed: () => undefined,
    debugConstant: () => undefined,
    entry: () => undefined,
    architecture: () => "x86_64",
    isGo: () => false,
    trouble: () => undefined,
    isAtFixedAddress: () => isAtFixedAddress,
    usdt: () => ({ architecture: "x86_64", places: usdt.map(usdtPlace), problems: [] }),
  };
}

const UNSAVED_BYTES = 16n;

/** Functions whose places are not saved lie one behind the other. */
const unsavedPlace = (index: number): Pick<CodeFunction, "address" | "bytes"> => ({
  address: 0x1000n + BigInt(index) * UNSAVED_BYTES,
  bytes: UNSAVED_BYTES,
});

function usdtPlace({ address, fileOffset, semaphore, ...rest }: SavedUsdtPlace): UsdtPlace {
  const [at, offset] = semaphore ?? [];
  return {
    ...rest,
    address: BigInt(address),
    fileOffset: BigInt(fileOffset),
    semaphore:
      at === undefined || offset === undefined ? undefined : { address: BigInt(at), fileOffset: BigInt(offset) },
  };
}

function readSaved(path: string): SavedFacts {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as SavedFacts;
  } catch (cause) {
    throw new SnapshotError(`${path} cannot be read as saved kernel facts`, { cause });
  }
}
