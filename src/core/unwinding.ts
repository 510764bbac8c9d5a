/** Keeps what `dw_ustack` needs up to date: the tables of the code that traced processes have mapped. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import type { BpfObject } from "../../codegen/object.js";
import { UNWINDING } from "../../codegen/kernel/unwind-rules.js";
import { bytePath } from "../files/index.js";
import { isSystemCallFailure, type LiveFacts, type Native } from "../kernel/index.js";
import { type Bpf, type LoadedObject, mapWithRole, ProcessWatch, type TracedProcess } from "../runtime/index.js";
import { unwindingFiles } from "./unwinding-files.js";
import { linkedFiles, type ProcessRecord, TargetProcess } from "../symbols/index.js";
import { ModuleTables, ProcessSpaces, type TableMaps } from "../unwind/index.js";

export interface UnwindingOptions {
  readonly bpf: Bpf;
  readonly facts: LiveFacts;
  readonly native: () => Native;
  /** Of `-p` and `-c`. */
  readonly target: { readonly process: TracedProcess; readonly isChild: boolean } | undefined;
  /** Of `--dwarf-pid`. */
  readonly processes: readonly number[];
  readonly onTrouble: (message: string) => void;
}

export class Unwinding {
  readonly #spaces: ProcessSpaces;
  /** Undefined: any process may be asked for its stack. */
  readonly #followed: Set<number> | undefined;
  /** The files that all probes are in that unwind; undefined: some are elsewhere. Only who has mapped one of them is looked at. */
  readonly #programs: readonly bigint[] | undefined;
  #watch: ProcessWatch | undefined;
  #isClosed = false;

  /** @returns undefined where the script unwinds nothing */
  static for(loaded: LoadedObject, options: UnwindingOptions): Unwinding | undefined {
    return mapWithRole(loaded, "unwind-spaces") === undefined ? undefined : new Unwinding(loaded, options);
  }

  private constructor(loaded: LoadedObject, options: UnwindingOptions) {
    const { bpf, facts, native, target, processes, onTrouble } = options;
    const architecture = UNWINDING[facts.arch];
    const [spaces, nodes] = [mapWithRole(loaded, "unwind-spaces"), mapWithRole(loaded, "unwind-nodes")];
    const files = mapWithRole(loaded, "unwind-files");
    if (architecture === undefined || spaces === undefined || nodes === undefined || files === undefined)
      throw new TypeError("nothing is unwound");
    const tableMaps: TableMaps = {
      putNode: (number, bytes) => ifRoom(() => bpf.update(nodes, u32(number), bytes)),
      putSpace: (process, bytes) => ifRoom(() => bpf.update(spaces, u32(process), bytes)),
      putFile: (key, bytes) => ifRoom(() => bpf.update(files, key, bytes)),
      dropFile: (key) => void bpf.delete(files, key),
      dropSpace: (process) => void bpf.delete(spaces, u32(process)),
    };
    this.#spaces = new ProcessSpaces(new ModuleTables(architecture, tableMaps, onTrouble), tableMaps);
    const named = [...(target === undefined ? [] : [target.process.pid]), ...processes];
    this.#followed = named.length > 0 ? new Set(named) : undefined;
    const programs = this.#followed === undefined ? programsOf(loaded.object) : undefined;
    this.#programs = programs?.map(({ inode }) => inode);
    this.#startWatch(native(), facts.onlineCpus());
    try {
      if (target?.isChild === true) target.process.runToEntry?.();
      for (const pid of named) this.#spaces.refresh(pid);
      // Processes that will be started are to have stacks from the first on: no time is left then for large files.
      const options = { arch: facts.arch, pid: undefined, searchPath: undefined, acceptsAnyFile: false };
      const paths = new Set((programs ?? []).flatMap(({ path }) => linkedFiles(path, options)));
      for (const path of paths) this.#spaces.prepare(path);
      if (this.#followed === undefined) this.#lookAtAll();
      else for (const pid of named) this.#followChildren(pid);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#watch?.close();
    this.#watch = undefined;
    this.#spaces.close();
  }

  /** Where it is not allowed to, nobody tells of code that is mapped later. */
  #startWatch(native: Native, cpus: readonly number[]): void {
    let changed = new Set<number>();
    const refresh = (): void => {
      const pids = changed;
      changed = new Set();
      if (!this.#isClosed) for (const pid of pids) this.#look(pid);
    };
    const onRecord = (record: ProcessRecord): void => {
      if (record.kind === "fork" && this.#followed?.has(record.parent) === true) this.#followed.add(record.pid);
      if (this.#followed !== undefined && !this.#followed.has(record.pid)) return;
      if (record.kind === "fork" && this.#followed === undefined && !this.#spaces.has(record.parent)) return;
      if (changed.size === 0) queueMicrotask(refresh);
      changed.add(record.pid);
    };
    try {
      this.#watch = new ProcessWatch(native, cpus, onRecord, { isPrompt: true });
    } catch (error) {
      if (!isSystemCallFailure(error)) throw error;
    }
  }

  #look(pid: number): void {
    if (this.#programs === undefined || this.#hasProgram(pid)) this.#spaces.refresh(pid);
    else this.#spaces.drop(pid);
  }

  #hasProgram(pid: number): boolean {
    return new TargetProcess(pid).codeMappings().some(({ inode }) => this.#programs?.includes(inode) === true);
  }

  #followChildren(pid: number): void {
    for (const child of childrenOf(pid)) {
      if (this.#followed?.has(child) !== false) continue;
      this.#followed.add(child);
      this.#spaces.refresh(child);
      this.#followChildren(child);
    }
  }

  /** Those in which the probes are at once; others when there is nothing else to do. */
  #lookAtAll(): void {
    const pids = readdirSync("/proc")
      .filter((name) => /^[1-9]\d*$/.test(name))
      .map(Number);
    if (this.#programs !== undefined) return pids.forEach((pid) => this.#look(pid));
    const lookAtOne = (): void => {
      const pid = pids.pop();
      if (pid === undefined || this.#isClosed) return;
      this.#look(pid);
      setImmediate(lookAtOne);
    };
    setImmediate(lookAtOne);
  }
}

function ifRoom(write: () => unknown): boolean {
  try {
    write();
    return true;
  } catch (error) {
    if (isSystemCallFailure(error) && (error.code === "E2BIG" || error.code === "ENOMEM")) return false;
    throw error;
  }
}

const u32 = (number: number): Uint8Array => new Uint8Array(Uint32Array.of(number).buffer);

function childrenOf(pid: number): readonly number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileOrEmpty(`/proc/${pid}/task/${thread}/children`).split(" ").filter(Boolean).map(Number),
    );
  } catch {
    return [];
  }
}

function readFileOrEmpty(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}

interface Program {
  readonly path: string;
  readonly inode: bigint;
}

/** Undefined: some of the probes are elsewhere than in files. */
function programsOf(object: BpfObject): readonly Program[] | undefined {
  const programs = new Map<bigint, Program>();
  for (const path of unwindingFiles(object) ?? [undefined]) {
    const found = path === undefined ? undefined : statSync(bytePath(path), { bigint: true, throwIfNoEntry: false });
    if (path === undefined || found === undefined) return undefined;
    programs.set(found.ino, { path, inode: found.ino });
  }
  return [...programs.values()];
}
