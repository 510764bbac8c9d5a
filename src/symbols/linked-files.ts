/** What a program brings with it when it is started. */
import { type PathOptions, cachedLibraries } from "./executable-paths.js";
import { ElfFile } from "./elf-file.js";

/** More than any program is linked with. */
const MAX_FILES = 256;

/** A file and the libraries that it is linked with, and those are: as far as the dynamic linker's list has them. */
export function linkedFiles(path: string, options: PathOptions): readonly string[] {
  const found = new Set([path]);
  const libraries = new Map<string, string>();
  for (const library of cachedLibraries(undefined, options))
    if (!libraries.has(library.soname)) libraries.set(library.soname, library.path);
  // A set hands out what is added while it is gone through.
  for (const file of found) {
    for (const name of neededBy(file)) {
      const library = libraries.get(name);
      if (library !== undefined && found.size < MAX_FILES) found.add(library);
    }
  }
  return [...found];
}

/** What is gone or broken needs nothing. */
function neededBy(path: string): readonly string[] {
  try {
    const elf = ElfFile.open(path);
    try {
      return elf.needed();
    } finally {
      elf.close();
    }
  } catch {
    return [];
  }
}
