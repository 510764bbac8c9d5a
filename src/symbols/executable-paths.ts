/** From the target of a uprobe or USDT probe to files (probes-and-cli.md 4.1). */
import { readFileSync, statSync } from "node:fs";
import { bytePath, fileExists } from "../files/byte-path.js";
import type { Architecture } from "../../codegen/facts.js";
import { splitMemberPath } from "./archive.js";
import { ElfFile } from "./elf-file.js";
import { globPaths } from "./glob-paths.js";
import { findLibrary, parseLdSoCache, type CachedLibrary } from "./ld-so-cache.js";
import { TargetProcess } from "./target-process.js";

export interface PathOptions {
  readonly arch: Architecture;
  /** Of `-p`. */
  readonly pid: number | undefined;
  /** Our own `PATH`. */
  readonly searchPath: string | undefined;
  /** With `--unsafe` any file that exists will do. */
  readonly acceptsAnyFile: boolean;
  readonly ldSoCachePath?: string;
}

const LD_SO_CACHE = "/etc/ld.so.cache";

/** All files that a target names, in the order in which they were found: the first one is meant unless it is a glob. */
export function executablePaths(target: string, options: PathOptions): readonly string[] {
  const process = options.pid === undefined ? undefined : new TargetProcess(options.pid);
  const isGlob = target.includes("*");
  const text = isGlob || !target.startsWith("lib") ? target : (libraryPath(target, process, options) ?? target);
  const isAcceptable = options.acceptsAnyFile && !isGlob ? fileExists : isExecutable;
  const candidates = candidatePaths(text, process, options).map((path) => (process?.rootPrefix ?? "") + path);
  const expanded = isGlob ? candidates.flatMap(globPaths) : candidates;
  return [...new Set(expanded)].filter(isAcceptable);
}

/** A library that the process has mapped, else one that the dynamic linker knows. */
function libraryPath(target: string, process: TargetProcess | undefined, options: PathOptions): string | undefined {
  const mapped: CachedLibrary[] = (process?.mappings() ?? [])
    .filter((mapping) => mapping.path.startsWith("/"))
    .map(({ path }) => ({ soname: path.slice(path.lastIndexOf("/") + 1), path }));
  return findLibrary(mapped, target) ?? findLibrary(cachedLibraries(process, options), target);
}

function cachedLibraries(process: TargetProcess | undefined, options: PathOptions): readonly CachedLibrary[] {
  try {
    const path = (process?.rootPrefix ?? "") + (options.ldSoCachePath ?? LD_SO_CACHE);
    return parseLdSoCache(readFileSync(bytePath(path)), options.arch);
  } catch {
    return [];
  }
}

/** The text itself, and in every directory of `PATH` when it is a bare name. */
function candidatePaths(text: string, process: TargetProcess | undefined, options: PathOptions): readonly string[] {
  if (text.includes("/")) return [text];
  const isElsewhere = process !== undefined && process.rootPrefix !== "";
  const searchPath = (isElsewhere ? process.searchPath() : options.searchPath) ?? "";
  const directories = searchPath.split(":").filter((directory) => directory !== "");
  return [text, ...directories.map((directory) => `${directory}/${text}`)];
}

const OWNER_EXECUTE = 0o100;

/** Libraries, PIE programs, and programs that their owner may execute. */
function isExecutable(path: string): boolean {
  const member = splitMemberPath(path);
  if (member !== undefined) return fileExists(member.archive);
  try {
    const stat = statSync(bytePath(path));
    if (!stat.isFile()) return false;
    const elf = ElfFile.open(path);
    elf.close();
    return elf.type === "shared" || (elf.type === "executable" && (stat.mode & OWNER_EXECUTE) !== 0);
  } catch {
    return false;
  }
}
