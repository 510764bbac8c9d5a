/** What code each process has in its memory, as far as it was seen: also of processes that are gone. */
import type { ProcessRecord } from "./process-records.js";
import type { Mapping } from "./process-maps.js";
import { TargetProcess } from "./target-process.js";

/** Of so many processes the code is remembered; those seen first are forgotten first. */
const MAX_PROCESSES = 1 << 14;

export class ProcessImages {
  readonly #images = new Map<number, ProcessImage>();

  of(pid: number): ProcessImage {
    let image = this.#images.get(pid);
    if (image === undefined) this.#add(pid, (image = new ProcessImage(pid, undefined)));
    return image;
  }

  has(pid: number): boolean {
    return this.#images.has(pid);
  }

  apply(record: ProcessRecord): void {
    if (record.kind === "map") return this.of(record.pid).add([record.mapping]);
    // What a process of that number had before is not this one's.
    this.#images.delete(record.pid);
    this.#add(record.pid, new ProcessImage(record.pid, this.of(record.parent)));
  }

  clear(): void {
    this.#images.clear();
  }

  #add(pid: number, image: ProcessImage): void {
    this.#images.set(pid, image);
    if (this.#images.size <= MAX_PROCESSES) return;
    for (const oldest of this.#images.keys()) {
      this.#images.delete(oldest);
      return;
    }
  }
}

/** So far back a process has the code of those before it. */
const MAX_GENERATIONS = 8;

export class ProcessImage {
  readonly pid: number;
  /** A new process has the code of the one that made it, until it runs another program. */
  readonly #parent: ProcessImage | undefined;
  readonly #generation: number;
  /** Executable ones; the newest last. What was mapped there before is found when nothing newer is there. */
  readonly #mappings: Mapping[] = [];
  #process: TargetProcess | undefined;
  #wasRead = false;
  #version = 0;

  constructor(pid: number, parent: ProcessImage | undefined) {
    this.pid = pid;
    this.#generation = parent === undefined ? 0 : parent.#generation + 1;
    this.#parent = this.#generation < MAX_GENERATIONS ? parent : undefined;
  }

  /** Counts changes: what was found out before one may be wrong after it. */
  get version(): number {
    return this.#version;
  }

  /** The process, as far as it can still be asked. */
  get process(): TargetProcess {
    return (this.#process ??= new TargetProcess(this.pid));
  }

  /** Its file system as we reach it; when it is gone, that of the process that made it. */
  get rootPrefix(): string {
    const { rootPrefix, isThere } = this.process;
    return isThere || this.#parent === undefined ? rootPrefix : this.#parent.rootPrefix;
  }

  add(mappings: readonly Mapping[]): void {
    this.#mappings.push(...mappings);
    this.#version++;
  }

  find(address: bigint): Mapping | undefined {
    const known = this.#known(address);
    if (known !== undefined) return known;
    this.read();
    return this.#known(address) ?? this.#parent?.find(address);
  }

  /** Of the newest mapping whose path is like that. */
  pathMatching(pattern: RegExp): string | undefined {
    return this.#mappings.findLast(({ path }) => pattern.test(path))?.path ?? this.#parent?.pathMatching(pattern);
  }

  /** Asks the process itself, once: later it may be gone. */
  read(): void {
    if (!this.#wasRead) this.reread();
  }

  /** Asks again, for what was mapped since. */
  reread(): void {
    this.#wasRead = true;
    const mappings = this.process.codeMappings();
    if (mappings.some((mapping) => !isSame(this.#known(mapping.start), mapping))) this.add(mappings);
  }

  #known(address: bigint): Mapping | undefined {
    for (let i = this.#mappings.length - 1; i >= 0; i--) {
      const mapping = this.#mappings[i];
      if (mapping !== undefined && address >= mapping.start && address < mapping.end) return mapping;
    }
    return undefined;
  }
}

const isSame = (a: Mapping | undefined, b: Mapping): boolean =>
  a?.start === b.start && a.end === b.end && a.path === b.path && a.fileOffset === b.fileOffset;
