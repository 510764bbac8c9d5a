/** The packages for npm: tsbt itself, and one for each platform with what is compiled. None has a script that is run when it is installed. */
import { chmodSync, copyFileSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { copyPages } from "./pages.js";
import { buildDeclarations } from "./program.js";
import { run } from "./run.js";
import type { Target } from "./targets.js";

export interface CloneManifest {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly exports: object;
  readonly engines: object;
}

/** By this ending Yarn's Plug'n'Play knows what is not for Node. */
const COMMAND = "bin/tsbt.bin";

export function cloneManifest(): CloneManifest {
  return JSON.parse(readFileSync("package.json", "utf8")) as CloneManifest;
}

/** What a clone's package.json becomes: it is built already. */
export function publishedManifest(clone: CloneManifest, targets: readonly Target[]): object {
  const { name, version, description, license, exports, engines } = clone;
  return {
    ...{ name, version, description, license, type: "module" },
    keywords: ["bpf", "ebpf", "bpftrace", "tracing", "linux"],
    bin: { tsbt: COMMAND },
    man: "docs/tsbt.8",
    exports,
    engines,
    os: ["linux"],
    // Yarn's Plug'n'Play leaves packages packed, and the kernel runs no program in there.
    preferUnplugged: true,
    optionalDependencies: Object.fromEntries(targets.map((target) => [packageName(target), version])),
  };
}

export function platformManifest({ version, license, engines }: CloneManifest, target: Target): object {
  return {
    name: packageName(target),
    version,
    description: `What of tsbt is compiled, for ${target.cpu} with ${target.libc}`,
    license,
    os: ["linux"],
    cpu: [target.cpu],
    libc: [target.libc],
    engines,
    preferUnplugged: true,
  };
}

export const packageName = ({ name }: Target): string => `@tsbt/${name}`;

/** @param dist - as src/build/build.mjs fills it @param all - what the package shall depend on, built now or not */
export function makeMainPackage(folder: string, dist: string, all: readonly Target[]): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, "bin"), { recursive: true });
  copyFileSync("packaging/tsbt.sh", join(folder, COMMAND));
  chmodSync(join(folder, COMMAND), 0o755);
  cpSync(dist, join(folder, "dist"), { recursive: true });
  buildDeclarations(join(folder, "types"));
  copyPages(folder);
  writeJson(join(folder, "package.json"), publishedManifest(cloneManifest(), all));
}

export function makePlatformPackage(folder: string, native: string, target: Target): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const name of ["tsbt.node", "launch"]) copyFileSync(join(native, name), join(folder, name));
  copyFileSync("LICENSE", join(folder, "LICENSE"));
  const about = `# ${packageName(target)}\n\nWhat of the package tsbt is compiled: the addon, and the launcher of the command.\n`;
  writeFileSync(join(folder, "README.md"), about);
  writeJson(join(folder, "package.json"), platformManifest(cloneManifest(), target));
}

/** @returns the packed file */
export function pack(folder: string, into: string): string {
  mkdirSync(into, { recursive: true });
  return join(into, run("npm", ["pack", "--silent", "--pack-destination", into, folder]).trim());
}

function writeJson(file: string, value: object): void {
  writeFileSync(file, `${JSON.stringify(value, undefined, 2)}\n`);
}
