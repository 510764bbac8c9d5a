/** C headers on this machine: where `#include` looks, and in which order. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { bytePath } from "../files/byte-path.js";
import { COMPILER_HEADERS, type IncludeRequest } from "../../grammar/c/index.js";
import type { SourceFile } from "../../grammar/index.js";
import { throwScarcity } from "../files/scarcity.js";

const GCC_DIR = "/usr/lib/gcc";
const MULTIARCH: Readonly<Partial<Record<NodeJS.Architecture, string>>> = {
  x64: "x86_64-linux-gnu",
  arm64: "aarch64-linux-gnu",
};

/** Larger files are no headers. */
const MAX_BYTES = 2 ** 26;

/** Paths are byte strings here, as everywhere in the compiler. */
export class HeaderFiles {
  readonly #ownDirs: readonly string[];
  #dirs: readonly string[] | undefined;
  /** By path; what is not there is not looked for twice. */
  readonly #files = new Map<string, SourceFile | undefined>();
  /** The number of the directory in which a file was found. */
  readonly #foundIn = new Map<string, number>();

  /** @param ownDirs of `-I` */
  constructor(ownDirs: readonly string[]) {
    this.#ownDirs = ownDirs;
  }

  read(request: IncludeRequest): SourceFile | undefined {
    const { name, isQuoted, isNext, from } = request;
    if (name.startsWith("/")) return this.#file(name);
    if (isQuoted && !isNext) {
      const beside = this.#file(`${from === undefined ? "." : dirOf(from)}/${name}`);
      if (beside !== undefined) return beside;
    }
    return this.#search(name, isNext && from !== undefined ? (this.#foundIn.get(from) ?? -1) + 1 : 0);
  }

  #search(name: string, first: number): SourceFile | undefined {
    const dirs = (this.#dirs ??= [...this.#ownDirs, ...systemDirs()]);
    for (let i = first; i < dirs.length; i++) {
      const found = this.#file(`${dirs[i]}/${name}`);
      if (found === undefined) continue;
      this.#foundIn.set(found.name, i);
      return found;
    }
    const text = COMPILER_HEADERS[name];
    return text === undefined ? undefined : { name: `<tsbt>/${name}`, text };
  }

  #file(path: string): SourceFile | undefined {
    if (!this.#files.has(path)) {
      const text = readText(path);
      this.#files.set(path, text === undefined ? undefined : { name: path, text });
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
