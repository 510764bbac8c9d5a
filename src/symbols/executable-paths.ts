/** From the target of a uprobe or USDT probe to files (probes-and-cli.md 4.1). */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { cwd } from "node:process";
import { bytePath, fileExists, throwScarcity } from "../files/index.js";
import type { Architecture } from "../../codegen/facts.js";
import { fileIdentity } from "./file-identity.js";
import { splitMemberPath } from "./archive.js";
import { ElfError } from "./elf-error.js";
import { ElfFile } from "./elf-file.js";
import { machineName } from "./elf-machines.js";
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

/** What stands for everything that is in use. */
const EVERYTHING = "*";

/** All files that a target names, in the order in which they were found: the first one is meant unless it is a glob. */
export function executablePaths(target: string, options: PathOptions): readonly string[] {
  const process = options.pid === undefined ? undefined : new TargetProcess(options.pid);
  if (target === EVERYTHING && process !== undefined)
    return distinct(mappedPaths(process, process.root).filter(isExecutableFor(options)));
  const isGlob = target.includes("*");
  const isAcceptable = options.acceptsAnyFile && !isGlob ? fileExists : isExecutableFor(options);
  const candidates = pathsOf(target, process, options);
  const found = (isGlob ? candidates.flatMap(globPaths) : candidates).filter(isAcceptable);
  const running = target === EVERYTHING ? runningProcesses().flatMap((p) => mappedPaths(p, p.rootPrefix)) : [];
  return distinct([...found, ...distinct(running).filter(isAcceptable)]);
}

/** The program that a process runs, and only that: not its libraries. */
export function programPath(pid: number, options: PathOptions): string | undefined {
  const path = new TargetProcess(pid).programPath();
  return path !== undefined && isExecutableFor(options)(path) ? path : undefined;
}

/** What is wrong with the file that a target names, if there is one. */
export function whyNoExecutable(target: string, options: PathOptions): string | undefined {
  if (target.includes("*")) return undefined;
  const process = options.pid === undefined ? undefined : new TargetProcess(options.pid);
  for (const path of pathsOf(target, process, options)) {
    const objection = objectionTo(path, options);
    if (objection !== undefined && fileExists(path)) return `${path}: ${objection}`;
  }
  return undefined;
}

/** What it may mean, whether it is there or not. */
function pathsOf(target: string, process: TargetProcess | undefined, options: PathOptions): readonly string[] {
  const isLibrary = target.startsWith("lib") && !target.includes("*");
  const text = isLibrary ? (libraryPath(target, process, options) ?? target) : target;
  const prefix = process?.rootPrefix ?? "";
  return candidatePaths(text, process, options).map((path) => (prefix === "" ? path : prefix + absolute(path)));
}

/** Paths are byte strings. */
const absolute = (path: string): string => resolve(Buffer.from(cwd()).toString("latin1"), path);

/** A file that is mapped, but gone, cannot be reached. @param root - where others reach the root directory of the process */
function mappedPaths(process: TargetProcess, root: string): readonly string[] {
  const mappings = process.codeMappings().filter(({ path, isDeleted }) => path.startsWith("/") && !isDeleted);
  return [...new Set(mappings.map(({ path }) => root + path))];
}

const runningProcesses = (): readonly TargetProcess[] =>
  readdirSync("/proc")
    .filter((name) => /^[0-9]+$/.test(name))
    .map((name) => new TargetProcess(Number(name)));

/** Many paths may lead to one file, on which one probe is enough. */
function distinct(paths: readonly string[]): readonly string[] {
  const seen = new Set<string>();
  return paths.filter((path) => {
    const id = fileIdentity(path);
    const isNew = !seen.has(id);
    seen.add(id);
    return isNew;
  });
}

/** A library that the process has mapped, else one that the dynamic linker knows. */
function libraryPath(target: string, process: TargetProcess | undefined, options: PathOptions): string | undefined {
  const mapped: CachedLibrary[] = (process?.mappings() ?? [])
    .filter((mapping) => mapping.path.startsWith("/"))
    .map(({ path }) => ({ soname: path.slice(path.lastIndexOf("/") + 1), path }));
  return findLibrary(mapped, target) ?? findLibrary(cachedLibraries(process, options), target);
}

/** What the dynamic linker knows. */
export function cachedLibraries(process: TargetProcess | undefined, options: PathOptions): readonly CachedLibrary[] {
  try {
    const path = (process?.rootPrefix ?? "") + (options.ldSoCachePath ?? LD_SO_CACHE);
    return parseLdSoCache(readFileSync(bytePath(path)), options.arch);
  } catch (error) {
    throwScarcity(error);
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

/** Libraries, PIE programs, and programs that their owner may execute: of this machine's processor. */
const isExecutableFor =
  (options: PathOptions): ((path: string) => boolean) =>
  (path) =>
    objectionTo(path, options) === undefined;

/** 32-bit programs run on 64-bit kernels. */
const RUNS: { readonly [A in Architecture]: ReadonlySet<string> } = {
  x86_64: new Set(["x86_64", "i386"]),
  aarch64: new Set(["aarch64", "arm"]),
};

function objectionTo(path: string, { arch }: PathOptions): string | undefined {
  const member = splitMemberPath(path);
  if (member !== undefined) return fileExists(member.archive) ? undefined : "the archive is not there";
  try {
    const stat = statSync(bytePath(path));
    if (!stat.isFile()) return "it is not a file";
    const elf = ElfFile.open(path);
    elf.close();
    const machine = machineName(elf.machine);
    if (!RUNS[arch].has(machine)) return `it is made for ${machine}, and this machine is ${arch}`;
    if (elf.type === "other") return "it is neither a program nor a library";
    return elf.type === "executable" && (stat.mode & OWNER_EXECUTE) === 0 ? "it is not executable" : undefined;
  } catch (error) {
    throwScarcity(error);
    return error instanceof ElfError ? error.reason : "it cannot be read";
  }
}
