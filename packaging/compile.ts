/**
 * Native code for a target: the addon, and the launcher.
 *
 * The addon brings the C++ library along, so that it needs nothing but a C library: glibc 2.34, or musl. The launcher needs not even that:
 * it is static, and one for both.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, join } from "node:path";
import { createRequire } from "node:module";
import { flagDefinitions, LAUNCHER_SOURCES, SNAPSHOT_FLAGS } from "../src/build/launcher/definitions.mjs";
import { muslFor } from "./musl.js";
import { hasCommand, run, runBeside } from "./run.js";
import type { Target } from "./targets.js";

/** What Nodes reserve when they start, the greediest of 20 to 26, in kB. */
const NODE_ADDRESS_SPACE = 1_160_000;

const HERE = "packaging/native";

/** @returns what Debian's packages have to be installed for it */
export function missingPackages(targets: readonly Target[]): readonly string[] {
  const missing = targets.filter(({ triple }) => !hasCommand(`${triple}-g++`) || !hasCommand(`${triple}-gcc`));
  return [...new Set(missing.map(({ triple }) => `g++-${triple.replace("_", "-")}`))];
}

/** @returns a folder with `tsbt.node` and `launch`, which is kept for as long as what they are made of stays the same */
export async function compiledFor(target: Target): Promise<string> {
  const folder = join(".cache/packages", `${target.name}-${hashOfInputs()}`);
  if (existsSync(folder)) return folder;
  removeOthers(folder, target);
  const unfinished = `${folder}.${process.pid}`;
  mkdirSync(unfinished, { recursive: true });
  const objects = join(unfinished, "objects");
  await Promise.all([
    compileLauncher(target, join(unfinished, "launch"), objects),
    compileAddon(target, join(unfinished, "tsbt.node"), objects),
  ]);
  rmSync(objects, { recursive: true });
  if (existsSync(folder)) rmSync(unfinished, { recursive: true });
  else renameSync(unfinished, folder);
  return folder;
}

/** What was made of other inputs, or not finished. */
function removeOthers(folder: string, { name }: Target): void {
  const parent = dirname(folder);
  const isOf = new RegExp(`^${name}-[0-9a-f]{16}(\\.\\d+)?$`);
  for (const other of existsSync(parent) ? readdirSync(parent) : []) {
    if (isOf.test(other)) rmSync(join(parent, other), { recursive: true, force: true });
  }
}

function hashOfInputs(): string {
  const hash = createHash("sha256");
  for (const folder of ["native", HERE, "src/build/launcher"]) {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (entry.isFile()) hash.update(readFileSync(join(folder, entry.name)));
    }
  }
  for (const file of [
    "binding.gyp",
    "package.json",
    ...["compile", "musl", "targets"].map((name) => `packaging/${name}.ts`),
  ])
    hash.update(readFileSync(file));
  return hash.digest("hex").slice(0, 16);
}

const version = (): string =>
  (JSON.parse(readFileSync("package.json", "utf8")) as { readonly version: string }).version;

async function compileAddon(target: Target, output: string, scratch: string): Promise<void> {
  mkdirSync(scratch, { recursive: true });
  const compiler = `${target.triple}-g++`;
  const flags = [
    ...["-std=c++17", "-O2", "-fPIC", "-fvisibility=hidden", "-ffunction-sections", "-fdata-sections", "-fno-rtti"],
    ...["-Wall", "-Wextra", "-Wno-cast-function-type"],
    ...["-DNAPI_VERSION=9", "-DNAPI_CPP_EXCEPTIONS", "-DNODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS"],
    `-DTSBT_VERSION=${version()}`,
    ...(target.libc === "musl" ? muslIncludes(target, "c++", scratch) : []),
    ...["-isystem", nodeHeaders(), "-isystem", dirname(createRequire(import.meta.url).resolve("node-addon-api"))],
  ];
  const sources = addonSources();
  const missing = join(scratch, "missing.o");
  const cFlags = ["-O2", "-fPIC", ...(target.libc === "musl" ? muslIncludes(target, "c", scratch) : [])];
  const objectOf = (source: string): string => join(scratch, `${basename(source, ".cc")}.o`);
  await Promise.all([
    ...sources.map((source) => runBeside(compiler, [...flags, "-c", source, "-o", objectOf(source)])),
    runBeside(`${target.triple}-gcc`, [...cFlags, "-c", join(HERE, "missing.c"), "-o", missing]),
  ]);
  const objects = sources.map(objectOf);
  const exported = `-Wl,--version-script=${join(HERE, "exports.map")}`;
  const link = ["-shared", "-Wl,--gc-sections", "-Wl,-s", "-Wl,-z,relro,-z,now", exported, ...objects, missing];
  const libraries = target.libc === "musl" ? muslLibraries(target, compiler) : ["-static-libstdc++", "-static-libgcc"];
  await runBeside(compiler, [...link, ...libraries, "-o", output]);
}

function compileLauncher(target: Target, output: string, scratch: string): Promise<void> {
  mkdirSync(scratch, { recursive: true });
  const compiler = `${target.triple}-gcc`;
  const { lib } = muslFor(target);
  const object = (name: string): string => join(lib, name);
  return runBeside(compiler, [
    ...["-O2", "-Wall", "-Wextra", "-static", "-no-pie", "-fno-pie", "-s", "-nostdlib", "-o", output],
    ...muslIncludes(target, "c", scratch),
    ...flagDefinitions(SNAPSHOT_FLAGS, version()),
    `-DNODE_ADDRESS_SPACE=${NODE_ADDRESS_SPACE}`,
    ...[object("crt1.o"), object("crti.o")],
    ...LAUNCHER_SOURCES.map((name) => join("src/build/launcher", name)),
    ...[object("libc.a"), compilersFile(compiler, "libgcc.a"), object("crtn.o")],
  ]);
}

/** What the compiler would take by itself, from other places. */
function muslLibraries(target: Target, compiler: string): readonly string[] {
  const own = (name: string): string => compilersFile(compiler, name);
  const { lib, shared } = muslFor(target);
  const archives = ["libstdc++.a", "libgcc_eh.a", "libgcc.a"].map(own);
  return [
    ...["-nostdlib", join(lib, "crti.o"), own("crtbeginS.o"), "-Wl,--start-group", ...archives, "-Wl,--end-group"],
    ...[`-L${dirname(shared)}`, "-l:libc.so", own("crtendS.o"), join(lib, "crtn.o")],
  ];
}

/** A program that can load the addon for musl. */
export function compileForMusl(target: Target, sources: readonly string[], output: string, scratch: string): void {
  const compiler = `${target.triple}-gcc`;
  const { lib, shared } = muslFor(target);
  const object = (name: string): string => join(lib, name);
  run(compiler, [
    ...["-O1", "-w", "-no-pie", "-fno-pie", "-nostdlib", "-rdynamic", `-Wl,-dynamic-linker,${shared}`, "-o", output],
    ...muslIncludes(target, "c", scratch),
    ...[object("crt1.o"), object("crti.o"), ...sources, `-L${dirname(shared)}`, "-l:libc.so", object("crtn.o")],
  ]);
}

/** A library of C, with others behind it. @param needed - libraries, by the names that are asked for */
export function compileMuslLibrary(target: Target, source: string, needed: readonly string[], output: string): void {
  const compiler = `${target.triple}-gcc`;
  const scratch = `${output}.scratch`;
  mkdirSync(scratch, { recursive: true });
  const stubs = needed.map((name) => {
    const stub = join(scratch, name);
    run(compiler, ["-shared", "-nostdlib", `-Wl,-soname,${name}`, "-x", "c", "/dev/null", "-o", stub]);
    return stub;
  });
  run(compiler, [
    ...["-O2", "-fPIC", "-shared", "-nostdlib", `-Wl,-soname,${basename(output)}`, "-Wl,--no-as-needed"],
    ...[...muslIncludes(target, "c", scratch), source, ...stubs, "-o", output],
  ]);
  rmSync(scratch, { recursive: true });
}

/** One list of sources for both builds. */
function addonSources(): readonly string[] {
  return Array.from(
    readFileSync("binding.gyp", "utf8").matchAll(/"(native\/[\w-]+\.cc)"/g),
    ([, source = ""]) => source,
  );
}

/** Beside this Node, or where node-gyp has put them for it: of Node-API all are the same. */
function nodeHeaders(): string {
  const beside = join(dirname(dirname(process.execPath)), "include/node");
  const fetched = join(homedir(), ".cache/node-gyp", process.versions.node, "include/node");
  const dir = [beside, fetched].find((place) => existsSync(join(place, "node_api.h")));
  if (dir !== undefined) return dir;
  run(process.execPath, [createRequire(import.meta.url).resolve("node-gyp/bin/node-gyp.js"), "install"]);
  if (!existsSync(join(fetched, "node_api.h")))
    throw new Error(`the headers of Node are neither in ${beside} nor in ${fetched}`);
  return fetched;
}

function compilersFile(compiler: string, name: string): string {
  return run(compiler, [`-print-file-name=${name}`]).trim();
}

/** In place of all that the compiler would look into by itself. */
function muslIncludes(target: Target, language: "c" | "c++", scratch: string): readonly string[] {
  const compiler = `${target.triple}-${language === "c" ? "gcc" : "g++"}`;
  const cxx = language === "c" ? [] : searched(compiler).filter((dir) => dir.includes("/c++/"));
  const dirs = [...cxx, compilersFile(compiler, "include"), muslFor(target).include, kernelHeaders(target, scratch)];
  const prelude =
    language === "c" ? [] : ["-include", join(HERE, "musl.h"), "-D_GLIBCXX_GTHREAD_USE_WEAK=0", "-DGTHREAD_USE_WEAK=0"];
  return ["-nostdinc", ...dirs.flatMap((dir) => ["-isystem", dir]), ...prelude];
}

function searched(compiler: string): readonly string[] {
  const listing = run("sh", ["-c", `${compiler} -E -x c++ -v /dev/null 2>&1`]);
  return Array.from(listing.matchAll(/^ (\/\S+)$/gm), ([, dir = ""]) => dir);
}

/** Apart from the C library's headers, which they lie among. */
function kernelHeaders({ triple }: Target, scratch: string): string {
  const dir = join(scratch, "kernel-headers");
  if (existsSync(dir)) return dir;
  mkdirSync(dir);
  const places = [`/usr/${triple}/include`, `/usr/include/${triple}`, "/usr/include"];
  for (const name of ["linux", "asm", "asm-generic"]) {
    const found = places.map((place) => join(place, name)).find((path) => existsSync(path));
    if (found === undefined) throw new Error(`the kernel's headers ${name}/ are not installed (linux-libc-dev)`);
    symlinkSync(found, join(dir, name));
  }
  return dir;
}
