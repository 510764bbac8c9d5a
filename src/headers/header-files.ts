/** C headers: where `#include` looks, and in which order. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { COMPILER_HEADERS, type HeaderFile, type IncludeRequest } from "../../grammar/c/index.js";
import type { SourceFile } from "../../grammar/index.js";
import { bytePath, throwScarcity } from "../files/index.js";
import { HeaderTable, isInTable, TABLE_DIRS } from "./header-table.js";
import type { KernelDirs } from "./kernel-dirs.js";

const GCC_DIR = "/usr/lib/gcc";
const MULTIARCH: Readonly<Partial<Record<NodeJS.Architecture, string>>> = {
  x64: "x86_64-linux-gnu",
  arm64: "aarch64-linux-gnu",
};

/** Larger files are no headers. */
const MAX_BYTES = 2 ** 26;

/** Where to look. */
export interface HeaderPlaces {
  /** Of `-I`. */
  readonly ownDirs: readonly string[];
  /** Asked when something is included. */
  readonly kernel: () => KernelDirs | undefined;
}

interface Place {
  readonly dir: string;
  readonly isKernels: boolean;
}

/** Paths are byte strings here, as everywhere in the compiler. */
export class HeaderFiles {
  readonly #ownDirs: readonly string[];
  readonly #findKernel: () => KernelDirs | undefined;
  readonly #table = new HeaderTable();
  #kernel: { readonly dirs: KernelDirs | undefined } | undefined;
  #places: readonly Place[] | undefined;
  /** By path; what is not there is not looked for twice. */
  readonly #files = new Map<string, HeaderFile | undefined>();
  /** The number of the place in which a file was found. */
  readonly #foundIn = new Map<string, number>();

  constructor({ ownDirs, kernel }: HeaderPlaces) {
    this.#ownDirs = ownDirs;
    this.#findKernel = kernel;
  }

  /** No directory of the user's may hold what is asked for as a header of the kernel. */
  get areOnlySystems(): boolean {
    return this.#ownDirs.length === 0;
  }

  /** What is read before the script's own definitions. */
  prelude(): SourceFile | undefined {
    return this.#kernelDirs()?.prelude;
  }

  read(request: IncludeRequest): HeaderFile | undefined {
    const { name, isQuoted, isNext, from } = request;
    if (name.startsWith("/")) return this.#file(name, this.#isBelowKernel(name));
    if (isQuoted && !isNext) {
      const isKernels = from !== undefined && this.#files.get(from)?.isKernels === true;
      const beside = this.#file(`${from === undefined ? "." : dirOf(from)}/${name}`, isKernels);
      if (beside !== undefined) return beside;
    }
    return this.#search(name, isNext && from !== undefined ? (this.#foundIn.get(from) ?? -1) + 1 : 0);
  }

  #search(name: string, first: number): HeaderFile | undefined {
    const places = (this.#places ??= this.#allPlaces());
    for (let i = first; i < places.length; i++) {
      const { dir, isKernels } = places[i]!;
      const found = this.#file(`${dir}/${name}`, isKernels);
      if (found === undefined) continue;
      this.#foundIn.set(found.name, i);
      return found;
    }
    const text = COMPILER_HEADERS[name];
    return text === undefined ? undefined : { name: `<tsbt>/${name}`, text };
  }

  /** The order is bpftrace's. What stands in for the kernel's headers where there are none comes behind `-I`. */
  #allPlaces(): readonly Place[] {
    const kernel = this.#kernelDirs();
    const kernels = (dir: string): Place => ({ dir, isKernels: true });
    const users = (dir: string): Place => ({ dir, isKernels: false });
    return [
      ...(kernel?.dirs ?? []).map(kernels),
      ...this.#ownDirs.map(users),
      ...(kernel === undefined ? TABLE_DIRS : []).map(kernels),
      ...systemDirs().map(users),
      users("."),
    ];
  }

  #kernelDirs(): KernelDirs | undefined {
    this.#kernel ??= { dirs: this.#findKernel() };
    return this.#kernel.dirs;
  }

  #isBelowKernel(path: string): boolean {
    return this.#kernelDirs()?.dirs.some((dir) => path.startsWith(`${dir}/`)) === true;
  }

  #file(path: string, isKernels: boolean): HeaderFile | undefined {
    if (!this.#files.has(path)) {
      const isPartial = isInTable(path);
      const text = isPartial ? this.#table.textOf(path) : readText(path);
      this.#files.set(path, text === undefined ? undefined : { name: path, text, isKernels, isPartial });
    }
    return this.#files.get(path);
  }
}
/** Without the name; `.` for a name alone. */
const dirOf = (path: string): string => (path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : ".");

/** Only of ordinary files: a pipe or a device would be read for ever. */
function readText(path: string): string | undefined {
  const bytes = bytePath(path);
  try {
    // An error for each directory in which a header is not would cost more than the headers.
    const stat = statSync(bytes, { throwIfNoEntry: false });
    return stat?.isFile() === true && stat.size <= MAX_BYTES ? readFileSync(bytes, "latin1") : undefined;
  } catch (error) {
    throwScarcity(error);
    return undefined;
  }
}

/** As gcc has them. */
function systemDirs(): readonly string[] {
  const multiarch = MULTIARCH[process.arch];
  return [
    ...compilerDirs(),
    "/usr/local/include",
    ...(multiarch === undefined ? [] : [`/usr/include/${multiarch}`]),
    "/usr/include",
  ];
}

/** Of the newest gcc that is installed for this machine. */
function compilerDirs(): readonly string[] {
  const multiarch = MULTIARCH[process.arch];
  if (multiarch === undefined) return [];
  const [newest] = namesIn(`${GCC_DIR}/${multiarch}`).sort((a, b) => Number.parseInt(b) - Number.parseInt(a));
  return newest === undefined ? [] : [`${GCC_DIR}/${multiarch}/${newest}/include`];
}

function namesIn(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch (error) {
    throwScarcity(error);
    return [];
  }
}
