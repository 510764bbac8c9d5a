/** The facts of this host: each is found out when it is first asked for, and once. */
import { existsSync } from "node:fs";
import { arch, release, version } from "node:os";
import { type Btf, BtfError } from "../../codegen/btf/index.js";
import type {
  Architecture,
  BpfProgramFunction,
  CgroupLookup,
  Executable,
  ExecutableLookup,
  Feature,
  KernelFacts,
  KernelFunction,
  KernelFunctionAddress,
  KernelVersion,
  Namespace,
  TracepointFormat,
} from "../../codegen/facts.js";
import type { ProgramType } from "../../codegen/object.js";
import {
  demangle,
  ElfFile,
  type DebugDirectories,
  ExecutableFile,
  executablePaths,
  KernelSymbols,
  type PathOptions,
  programPath,
  similarPaths,
  whyNoExecutable,
} from "../symbols/index.js";
import { frameEndsOf } from "../unwind/index.js";
import { readProgramFunctions } from "./bpf-programs.js";
import { bytePath } from "../files/index.js";
import { findCgroup } from "./cgroup-id.js";
import { parseCpuList } from "./cpu-list.js";
import { mayCallKfunc } from "./feature-calls.js";
import { FeatureProbes, TRACEABLE_FUNCTION } from "./features.js";
import { parseKernelVersion } from "./kernel-version.js";
import { Memo } from "./memo.js";
import { native } from "./native.js";
import { syscallNumber } from "./syscall-numbers.js";
import { bytesOrUndefined, readOrUndefined, Tracefs } from "./tracefs.js";
import { functionAddresses } from "./function-addresses.js";
import { parseBlacklist, type Sources, TraceableFunctions } from "./traceable-functions.js";
import { readPidNamespace } from "./pid-namespace.js";
import { kernelImages, readModuleBtf, readVmlinuxBtf } from "./vmlinux-btf.js";

export interface LiveOptions {
  /** A raw BTF file in place of the running kernel's (`BPFTRACE_BTF`). */
  readonly btfPath?: string | undefined;
  /** The kernel's image with its symbols, before those that distributions install (`BPFTRACE_VMLINUX`). */
  readonly vmlinuxPath?: string | undefined;
  /** Is told of what is wrong with this host but no reason to stop. */
  readonly onWarning?: ((message: string) => void) | undefined;
  /** Is told when debug information is so much that to read it takes long. */
  readonly onLongWork?: (() => void) | undefined;
  /** In place of `available_filter_functions` (`--traceable-functions`). */
  readonly traceableFunctionsPath?: string | undefined;
  /** Where debug files of programs are looked for before the usual places (`--debuginfo`). */
  readonly debugDirectories?: readonly string[] | undefined;
  /** Features that count as missing (`--no-feature`). */
  readonly without?: readonly Feature[] | undefined;
  /** `PATH`, for the targets of user-space probes. */
  readonly searchPath?: string | undefined;
  /** Targets may be files that are not ELF (`--unsafe`). */
  readonly acceptsAnyFile?: boolean | undefined;
}

const ARCHITECTURES: Readonly<Record<string, Architecture>> = { x64: "x86_64", arm64: "aarch64" };
const BLACKLIST = "/sys/kernel/debug/kprobes/blacklist";

/** This machine is of a kind that tsbt makes no programs for. */
export class UnsupportedMachineError extends Error {
  override readonly name = "UnsupportedMachineError";
}

export class LiveFacts implements KernelFacts {
  readonly release: KernelVersion;
  readonly arch: Architecture;
  /** Where traceable functions are read from, for messages. */
  readonly traceableFunctionsPath: string;
  readonly kernelSymbols = new KernelSymbols();
  readonly #options: LiveOptions;
  readonly #tracefs = new Tracefs();
  readonly #features: FeatureProbes;
  readonly #memo = new Memo();
  readonly #traceable = new TraceableFunctions(() => this.#functionSources());

  /** @throws {@link UnsupportedMachineError} */
  constructor(options: LiveOptions = {}) {
    this.#options = options;
    this.release = parseKernelVersion(release());
    this.arch = architecture();
    this.traceableFunctionsPath = options.traceableFunctionsPath ?? `${this.#tracefs.root}/available_filter_functions`;
    const facts = this as LiveFacts;
    const host = {
      version: this.release,
      build: version(),
      get btf(): Btf | undefined {
        return facts.btf;
      },
      fileExists: existsSync,
    };
    this.#features = new FeatureProbes(host, options.without);
  }

  get givenFunctions(): string | undefined {
    return this.#options.traceableFunctionsPath;
  }

  get tracefsRoot(): string {
    return this.#tracefs.root;
  }

  get possibleCpus(): number {
    return this.#cpus("possible").length;
  }

  get pidNamespace(): Namespace | undefined {
    return this.#memo.get("pid namespace", readPidNamespace);
  }

  /** Their numbers: what perf events can be opened on now. */
  onlineCpus(): readonly number[] {
    return this.#cpus("online");
  }

  get btf(): Btf | undefined {
    return this.#memo.get("btf", () => this.#readBtf());
  }

  moduleBtf(module: string): Btf | undefined {
    const base = this.btf;
    if (base === undefined || module === "vmlinux" || module.includes("/")) return undefined;
    return this.#memo.get(`btf ${module}`, () => readModuleBtf(module, base));
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
    const functions = bytesOrUndefined(this.traceableFunctionsPath);
    // A list of the kernel's that is empty says nothing; one that the user has given says that there is nothing.
    const isGiven = this.#options.traceableFunctionsPath !== undefined;
    if (functions === undefined || (functions.length === 0 && !isGiven)) return undefined;
    const blacklist = readOrUndefined(BLACKLIST) ?? "";
    return { functions, blacklist, makeTable: (bytes, without) => native().lineTable(bytes, without) };
  }

  isBlacklisted(name: string): boolean {
    return this.#memo.get("blacklist", () => parseBlacklist(readOrUndefined(BLACKLIST) ?? "")).has(name);
  }

  functionAddresses(names: ReadonlySet<string>): ReadonlyMap<string, readonly KernelFunctionAddress[]> {
    const traceable = readOrUndefined(`${this.#tracefs.root}/available_filter_functions_addrs`);
    return functionAddresses(this.kernelSymbols.functionsNamed(names), traceable, names);
  }

  kernelFunctionNames(): readonly string[] {
    return this.#memo.get("kernel functions", () => this.kernelSymbols.functionNames());
  }

  kernelSymbolNames(): readonly string[] {
    return this.kernelSymbols.names();
  }

  inlinedInto(name: string): readonly string[] {
    return this.#memo.get(`inlined ${name}`, () => {
      return this.#image()?.inlined(name)?.into ?? [];
    });
  }

  kernelFunctionBytes(name: string): bigint | undefined {
    return this.#memo.get(`size of ${name}`, () => this.#image()?.symbol(name)?.bytes);
  }

  /** The first that can be read. */
  #image(): Executable | undefined {
    const { vmlinuxPath } = this.#options;
    const places = [...(vmlinuxPath === undefined ? [] : [vmlinuxPath]), ...kernelImages(this.release.text)];
    const path = places.find((place) => existsSync(bytePath(place)) && isElf(place));
    return path === undefined ? undefined : this.#executable(path);
  }

  hasKernelSymbol(name: string): boolean {
    return this.kernelSymbols.has(name);
  }

  kernelSymbolAddress(name: string): bigint | undefined {
    return this.kernelSymbols.addressOf(name);
  }

  cgroupId(path: string): CgroupLookup {
    return findCgroup(path);
  }

  /** `vmlinux` first. */
  loadedModules(): readonly string[] {
    return this.#memo.get("modules", () => {
      const lines = (readOrUndefined("/proc/modules") ?? "").split("\n").filter(Boolean);
      return ["vmlinux", ...lines.map((line) => line.slice(0, line.indexOf(" ")))];
    });
  }

  executables(target: string, { pid }: { readonly pid: number | undefined }): ExecutableLookup {
    const options = this.#pathOptions(pid);
    const executables = this.#memo.get(`executables ${pid ?? ""} ${target}`, () =>
      executablePaths(target, options).map((path) => this.#executable(path)),
    );
    if (executables.length > 0) return { kind: "found", executables };
    return { kind: "missing", reason: whyNoExecutable(target, options), similar: () => similarPaths(target, options) };
  }

  programOf(pid: number): Executable | undefined {
    const path = programPath(pid, this.#pathOptions(pid));
    return path === undefined ? undefined : this.#executable(path);
  }

  demangle(symbol: string): string | undefined {
    const name = demangle(symbol, (cpp) => native().demangle(cpp));
    return name === symbol ? undefined : name;
  }

  bpfProgramFunctions(): readonly BpfProgramFunction[] {
    return this.#memo.get("program functions", readProgramFunctions);
  }

  supports(feature: Feature): boolean {
    return this.#features.supports(feature);
  }

  allowsKfunc(name: string, type: ProgramType): boolean {
    return this.#memo.get(`kfunc ${name} ${type}`, () => {
      const btfId = this.btf?.find("func", name);
      return btfId !== undefined && mayCallKfunc(btfId, type, this.btf?.find("func", TRACEABLE_FUNCTION));
    });
  }

  #pathOptions(pid: number | undefined): PathOptions {
    const { searchPath, acceptsAnyFile = false } = this.#options;
    return { arch: this.arch, pid, searchPath, acceptsAnyFile };
  }

  get debugDirectories(): DebugDirectories {
    return { more: this.#options.debugDirectories ?? [] };
  }

  #executable(path: string): Executable {
    const { onWarning, onLongWork } = this.#options;
    return this.#memo.get(
      `executable ${path}`,
      () => new ExecutableFile(path, { directories: this.debugDirectories, onWarning, onLongWork, frameEndsOf }),
    );
  }

  /** A kernel whose BTF cannot be read has none. */
  #readBtf(): Btf | undefined {
    const { btfPath, onWarning } = this.#options;
    try {
      return readVmlinuxBtf(this.release.text, btfPath);
    } catch (error) {
      if (!(error instanceof BtfError) && !(error instanceof Error && "code" in error)) throw error;
      onWarning?.(`BTF: failed to parse BTF from ${btfPath ?? "the running kernel"}`);
      return undefined;
    }
  }

  #cpus(which: "possible" | "online"): readonly number[] {
    return this.#memo.get(`${which} cpus`, () => {
      const cpus = parseCpuList(readOrUndefined(`/sys/devices/system/cpu/${which}`) ?? "");
      return cpus.length === 0 ? [0] : cpus;
    });
  }
}

function architecture(): Architecture {
  const found = ARCHITECTURES[arch()];
  if (found === undefined) throw new UnsupportedMachineError(`tsbt does not support the architecture ${arch()}`);
  return found;
}

function isElf(path: string): boolean {
  try {
    ElfFile.open(path).close();
    return true;
  } catch {
    return false;
  }
}
