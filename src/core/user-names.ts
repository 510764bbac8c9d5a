/** Names for addresses in processes: from when on processes are followed, and how their symbols are shown. */
import { readdirSync, readFileSync } from "node:fs";
import type { Config } from "../../codegen/config.js";
import type { BpfObject, ValueFormat } from "../../codegen/object.js";
import type { Native } from "../kernel/index.js";
import { ProcessWatch } from "../runtime/index.js";
import { type DebugDirectories, demangle, type SymbolCachePolicy, UserSymbols } from "../symbols/index.js";

export interface UserNamesOptions {
  readonly config: Pick<Config, "cacheUserSymbols" | "cppDemangle">;
  readonly onTrouble: (message: string) => void;
  readonly native: () => Native;
  readonly directories: DebugDirectories;
  readonly onlineCpus: () => readonly number[];
  /** Of `-p`: no other process is traced. */
  readonly pid: number | undefined;
  /** Of the child of `-c`, which was made before its program runs. */
  readonly childPid: number | undefined;
}

export class UserNames {
  readonly symbols: UserSymbols;
  readonly #options: UserNamesOptions;
  readonly #policy: SymbolCachePolicy;
  #watch: ProcessWatch | undefined;
  #isClosed = false;

  constructor(object: BpfObject, options: UserNamesOptions) {
    const { config, native } = options;
    this.#options = options;
    this.#policy = policyOf(options);
    this.symbols = new UserSymbols({
      policy: this.#policy,
      programs: programsOf(object),
      nameOf: config.cppDemangle ? (symbol) => demangle(symbol, (cpp) => native().demangle(cpp)) : (symbol) => symbol,
      onTrouble: options.onTrouble,
      directories: options.directories,
      update: () => this.#watch?.update(),
    });
  }

  /** From here on nothing is missed that processes map. Where that is not allowed, only those that live have names. */
  watch(): void {
    if (this.#policy === "none") return;
    const { native, onlineCpus, pid, childPid } = this.#options;
    if (childPid !== undefined) this.symbols.preload(childPid);
    try {
      this.#watch = new ProcessWatch(native(), onlineCpus(), (record) => {
        if (pid === undefined || record.pid === pid) this.symbols.apply(record);
      });
    } catch {
      this.#watch = undefined;
    }
  }

  /** Looks at the processes that are there already, some at a time, while nothing else is to be done. */
  readProcesses(): void {
    if (this.#policy === "none") return;
    const { pid } = this.#options;
    if (pid !== undefined) return this.symbols.preload(pid);
    const pids = readdirSync("/proc").filter((name) => /^[1-9]\d*$/.test(name));
    const readSome = (): void => {
      for (const next of pids.splice(-PROCESSES_AT_ONCE)) this.symbols.preload(Number(next));
      if (pids.length > 0 && !this.#isClosed) setImmediate(readSome);
    };
    setImmediate(readSome);
  }

  close(): void {
    this.#isClosed = true;
    this.#watch?.close();
    this.#watch = undefined;
  }
}

const PROCESSES_AT_ONCE = 8;

// ---------------------------------------------------------------- what a script needs

/** Whether something that the script prints has addresses of processes in it. */
export function showsUserSymbols({ events, scriptMaps }: BpfObject): boolean {
  const inMaps = scriptMaps.flatMap(({ key, value }) => [
    ...(key === undefined ? [] : [key.format]),
    ...(value.kind === "plain" ? [value.format] : []),
  ]);
  return [...events.flatMap(({ fields }) => fields.map(({ format }) => format)), ...inMaps].some(hasUserSymbols);
}

function hasUserSymbols(format: ValueFormat): boolean {
  switch (format.kind) {
    case "usym":
      return true;
    case "stack":
      return format.isUser && (format.mode === "bpftrace" || format.mode === "perf");
    case "tuple":
      return format.elements.some((element) => hasUserSymbols(element.format));
    case "record":
      return format.fields.some((field) => hasUserSymbols(field.format));
    case "array":
      return hasUserSymbols(format.element);
    default:
      return false;
  }
}

/** The binaries that the script's probes are in. */
function programsOf({ attachments }: BpfObject): readonly string[] {
  const paths = attachments.flatMap(({ point }) =>
    typeof point === "object" && point !== null && "path" in point && typeof point.path === "string"
      ? [point.path]
      : [],
  );
  return [...new Set(paths)];
}

// ---------------------------------------------------------------- settings

const POLICIES = { PER_PID: "per-pid", PER_PROGRAM: "per-program", NONE: "none" } as const;

/** Where all processes of a program have its code at the same addresses, one is as good as another. */
function policyOf({ config, childPid }: UserNamesOptions): SymbolCachePolicy {
  if (config.cacheUserSymbols !== undefined) return POLICIES[config.cacheUserSymbols];
  return childPid !== undefined || !hasRandomAddresses() ? "per-program" : "per-pid";
}

function hasRandomAddresses(): boolean {
  try {
    return readFileSync("/proc/sys/kernel/randomize_va_space", "latin1").trim() !== "0";
  } catch {
    return true;
  }
}
