import { type BigIntStats, statSync } from "node:fs";
import { bytePath } from "../files/index.js";
import { MemorySource } from "./byte-source.js";
import { Binary } from "./binary.js";
import type { DebugDirectories } from "./debug-directories.js";
import { deviceOfStat } from "./device-number.js";
import type { Mapping } from "./process-maps.js";
import { readVdso, VDSO } from "./vdso.js";

/** So many files are open; what was opened first is closed first. Those that were removed since are lost then. */
const MAX_OPEN = 1024;

/** What a closed file is known by: its inode is given to another as soon as it is removed. */
interface Opened {
  readonly path: string;
  readonly stamp: string | undefined;
}

/** The files that processes have mapped. Each is opened once, whatever paths lead to it. */
export class BinaryCache {
  /** By root, path, device and inode; `undefined` for what is no binary, or cannot be reached. */
  readonly #byMapping = new Map<string, Binary | undefined>();
  /** By device and inode. */
  readonly #byFile = new Map<string, Binary>();
  readonly #opened = new WeakMap<Binary, Opened>();
  readonly #directories: DebugDirectories | undefined;

  constructor(directories?: DebugDirectories) {
    this.#directories = directories;
  }

  /** The mapped file itself, even when its name now means another one; else the file of that name. */
  of(mapping: Mapping, rootPrefix: string, pid: number): Binary | undefined {
    const key = `${rootPrefix}${mapping.path} ${mapping.device} ${mapping.inode}`;
    return this.#known(key, () => this.#open(mapping, rootPrefix, pid));
  }

  /** A file by its path. */
  at(path: string): Binary | undefined {
    return this.#known(path, () => this.#openFile(path));
  }

  close(): void {
    for (const binary of this.#byFile.values()) binary.close();
    this.#byFile.clear();
    this.#byMapping.clear();
  }

  #known(name: string, open: () => Binary | undefined): Binary | undefined {
    const known = this.#byMapping.get(name);
    if (known === undefined ? this.#byMapping.has(name) : this.#isStillThere(known)) return known;
    const binary = open();
    this.#byMapping.set(name, binary);
    return binary;
  }

  #isStillThere(binary: Binary): boolean {
    const opened = this.#opened.get(binary);
    return !binary.isClosed || opened === undefined || stampOf(statOf(opened.path)) === opened.stamp;
  }

  #open(mapping: Mapping, rootPrefix: string, pid: number): Binary | undefined {
    if (mapping.path === VDSO) return openVdso();
    if (!mapping.path.startsWith("/")) return undefined;
    const named = rootPrefix + mapping.path;
    const mapped = `/proc/${pid}/map_files/${mapping.start.toString(16)}-${mapping.end.toString(16)}`;
    if (mapping.isDeleted) return this.#openFile(mapped);
    // Some file systems show another device or inode to those who map a file: the kernel has a way to the file itself.
    const isNamed = isMapped(named, mapping) || isSameFile(named, mapped);
    const paths = isNamed ? [named] : [mapped, named];
    for (const path of paths) {
      const binary = this.#openFile(path);
      if (binary !== undefined) return binary;
    }
    return undefined;
  }

  #closeOldest(): void {
    for (const [key, oldest] of this.#byFile) {
      this.#byFile.delete(key);
      for (const [name, binary] of this.#byMapping) if (binary === oldest) this.#byMapping.delete(name);
      return oldest.close();
    }
  }

  /** `undefined`: gone, not readable, or no ELF file. There is nothing to name addresses with. */
  #openFile(path: string): Binary | undefined {
    try {
      const file = statSync(bytePath(path), { bigint: true });
      const key = `${file.dev}:${file.ino}`;
      const stamp = stampOf(file);
      let binary = this.#byFile.get(key);
      if (binary === undefined || (binary.isClosed && this.#opened.get(binary)?.stamp !== stamp)) {
        this.#byFile.set(key, (binary = Binary.open(path, { directories: this.#directories })));
        if (this.#byFile.size > MAX_OPEN) this.#closeOldest();
      }
      this.#opened.set(binary, { path, stamp });
      return binary;
    } catch {
      return undefined;
    }
  }
}

const stampOf = (file: BigIntStats | undefined): string | undefined =>
  file && `${file.dev}:${file.ino} ${file.ctimeNs} ${file.size}`;

function isMapped(path: string, { device, inode }: Mapping): boolean {
  const file = statOf(path);
  return file !== undefined && file.ino === inode && deviceOfStat(file.dev) === device;
}

function isSameFile(path: string, other: string): boolean {
  const [file, same] = [statOf(path), statOf(other)];
  return file !== undefined && file.ino === same?.ino && file.dev === same.dev;
}

function statOf(path: string): BigIntStats | undefined {
  try {
    return statSync(bytePath(path), { bigint: true });
  } catch {
    return undefined;
  }
}

function openVdso(): Binary | undefined {
  const bytes = readVdso();
  try {
    return bytes && Binary.of(VDSO, new MemorySource(VDSO, bytes));
  } catch {
    return undefined;
  }
}
