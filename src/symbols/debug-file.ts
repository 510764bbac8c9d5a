/** Separate files with the symbols of stripped binaries. */
import { basename, dirname, join } from "node:path";
import { fileExists } from "../files/byte-path.js";
import { FileSource } from "./byte-source.js";
import { crc32 } from "./crc32.js";
import { ElfFile, type DebugLink } from "./elf-file.js";

const DEBUG_ROOTS: readonly string[] = ["/usr/lib/debug"];
const CHUNK_BYTES = 1 << 20;

/**
 * Opens the debug file of a binary: by its build id, else by its debug link, whose CRC must be right.
 *
 * @returns `undefined` when there is none; a broken one counts as none
 */
export function openDebugFile(elf: ElfFile, roots: readonly string[] = DEBUG_ROOTS): ElfFile | undefined {
  return byBuildId(elf, roots) ?? byDebugLink(elf, roots);
}

function byBuildId(elf: ElfFile, roots: readonly string[]): ElfFile | undefined {
  const id = elf.buildId();
  if (id === undefined || id.length < 4) return undefined;
  const name = `.build-id/${id.slice(0, 2)}/${id.slice(2)}.debug`;
  return firstOf(
    roots.map((root) => join(root, name)),
    (path) => isSameBuild(path, id),
  );
}

function isSameBuild(path: string, id: string): boolean {
  const elf = ElfFile.open(path);
  try {
    return elf.buildId() === id;
  } finally {
    elf.close();
  }
}

function byDebugLink(elf: ElfFile, roots: readonly string[]): ElfFile | undefined {
  const link = elf.debugLink();
  if (link === undefined) return undefined;
  const directory = dirname(elf.path);
  const directories = [directory, join(directory, ".debug"), ...roots.map((root) => join(root, directory))];
  const candidates = directories.map((d) => join(d, basename(link.fileName))).filter((path) => path !== elf.path);
  return firstOf(candidates, (path) => hasCrc(path, link));
}

function hasCrc(path: string, link: DebugLink): boolean {
  const source = new FileSource(path);
  try {
    let crc = 0;
    for (let at = 0; at < source.size; at += CHUNK_BYTES) {
      crc = crc32(source.read(at, Math.min(CHUNK_BYTES, source.size - at)), crc);
    }
    return crc === link.crc;
  } finally {
    source.close();
  }
}

function firstOf(paths: readonly string[], isRight: (path: string) => boolean): ElfFile | undefined {
  for (const path of paths) {
    try {
      if (fileExists(path) && isRight(path)) return ElfFile.open(path);
    } catch {
      // Unreadable or broken: as good as missing.
    }
  }
  return undefined;
}
