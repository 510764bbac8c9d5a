/** Separate files with the symbols and debug information of binaries. */
import { basename, dirname, isAbsolute, join } from "node:path";
import { isRegularFile, throwScarcity } from "../files/index.js";
import { FileSource } from "./byte-source.js";
import { crc32 } from "./crc32.js";
import { type DebugDirectories, debugPlaces, USUAL_DIRECTORIES } from "./debug-directories.js";
import { ElfFile, type DebugLink } from "./elf-file.js";

const CHUNK_BYTES = 1 << 20;

/**
 * Opens the debug file of a binary: by its build id, else by its debug link, whose CRC must be right.
 *
 * @returns `undefined` when there is none; a broken one counts as none
 */
export function openDebugFile(elf: ElfFile, directories: DebugDirectories = USUAL_DIRECTORIES): ElfFile | undefined {
  const { roots, directory } = debugPlaces(elf.path, directories);
  return byBuildId(elf, roots) ?? byDebugLink(elf, directory, roots);
}

/**
 * Opens the file that a file with debug information has in common with others.
 *
 * @returns `undefined` when there is none, `"missing"` when it ought to be there
 */
export function openCommonFile(elf: ElfFile, directories: DebugDirectories): ElfFile | "missing" | undefined {
  const link = elf.commonLink();
  if (link === undefined) return undefined;
  const { roots } = debugPlaces(elf.path, directories);
  const { fileName, buildId } = link;
  const named = isAbsolute(fileName) ? fileName : join(dirname(elf.path), fileName);
  const inRoots = roots.flatMap((root) => [
    ...(buildId === undefined ? [] : [join(root, buildIdName(buildId))]),
    join(root, ".dwz", basename(fileName)),
  ]);
  const isRight = (path: string): boolean => buildId === undefined || isSameBuild(path, buildId);
  return firstOf([named, ...inRoots], isRight) ?? "missing";
}

const buildIdName = (id: string): string => `.build-id/${id.slice(0, 2)}/${id.slice(2)}.debug`;

function byBuildId(elf: ElfFile, roots: readonly string[]): ElfFile | undefined {
  const id = elf.buildId();
  if (id === undefined || id.length < 4) return undefined;
  return firstOf(
    roots.map((root) => join(root, buildIdName(id))),
    (path) => isSameBuild(path, id),
  );
}

function isSameBuild(path: string, id: string): boolean {
  const elf = ElfFile.open(path);
  try {
    return elf.buildId() === id || elf.commonId() === id;
  } finally {
    elf.close();
  }
}

function byDebugLink(elf: ElfFile, inRoot: string, roots: readonly string[]): ElfFile | undefined {
  const link = elf.debugLink();
  if (link === undefined) return undefined;
  const directory = dirname(elf.path);
  const directories = [directory, join(directory, ".debug"), ...roots.flatMap((root) => [join(root, inRoot), root])];
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
      if (isRegularFile(path) && isRight(path)) return ElfFile.open(path);
    } catch (error) {
      // Unreadable or broken: as good as missing.
      throwScarcity(error);
    }
  }
  return undefined;
}
