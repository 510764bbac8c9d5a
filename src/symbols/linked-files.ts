/** What a program brings with it when it is started. */
import { statSync } from "node:fs";
import { dirname, join } from "node:path";
import { bytePath } from "../files/index.js";
import { type PathOptions, cachedLibraries } from "./executable-paths.js";
import { ElfFile } from "./elf-file.js";

/** More than any program is linked with. */
const MAX_FILES = 256;

/**
 * A file and the libraries that it is linked with, and those are: as far as their own paths and the dynamic linker's
 * list have them.
 */
export function linkedFiles(path: string, options: PathOptions): readonly string[] {
  const found = new Set([path]);
  const libraries = new Map<string, string>();
  for (const library of cachedLibraries(undefined, options))
    if (!libraries.has(library.soname)) libraries.set(library.soname, library.path);
  // A set hands out what is added while it is gone through.
  for (const file of found) {
    const { needed, directories } = needsOf(file);
    for (const name of needed) {
      const library = directories.map((directory) => join(directory, name)).find(isFile) ?? libraries.get(name);
      if (library !== undefined && found.size < MAX_FILES) found.add(library);
    }
  }
  return [...found];
}

/** What is gone or broken needs nothing. */
function needsOf(path: string): Needs {
  try {
    const elf = ElfFile.open(path);
    try {
      const directories = elf.runPaths().map((directory) => withOrigin(directory, path));
      // Others are wherever the program will be started.
      return { needed: elf.needed(), directories: directories.filter((directory) => directory.startsWith("/")) };
    } finally {
      elf.close();
    }
  } catch {
    return { needed: [], directories: [] };
  }
}

interface Needs {
  readonly needed: readonly string[];
  readonly directories: readonly string[];
}

/** ld.so(8): `$ORIGIN` is where the file lies. */
const withOrigin = (directory: string, path: string): string =>
  directory.replaceAll(/\$ORIGIN\b|\$\{ORIGIN\}/g, () => dirname(path));

/** Whoever made the program may have put anything there: who opens a pipe waits. */
function isFile(path: string): boolean {
  try {
    return statSync(bytePath(path)).isFile();
  } catch {
    return false;
  }
}
