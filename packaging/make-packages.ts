/**
 * Makes what is published, in build/packages:
 *
 *     npm run package [PART...] [-- --target NAME...] [--out DIR]
 *
 * Parts are npm, archive, deb, rpm and container; without any, all. Targets are those of the npm packages (targets.ts).
 */
import { mkdirSync, rmSync, statSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { compiledFor, missingPackages } from "./compile.js";
import { makeContainer, makeDeb, makeRpm } from "./distributions.js";
import { cloneManifest, makeMainPackage, makePlatformPackage, pack } from "./npm-packages.js";
import { buildProgram } from "./program.js";
import { hasCommand } from "./run.js";
import { type Target, TARGETS } from "./targets.js";
import { makeArchive, makeTree } from "./tree.js";

const PARTS = ["npm", "archive", "deb", "rpm", "container"] as const;
type Part = (typeof PARTS)[number];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { target: { type: "string", multiple: true }, out: { type: "string", default: "build/packages" } },
});
const parts = chosen(PARTS, positionals, (part) => part);
const targets = chosen(TARGETS, values.target ?? [], ({ name }) => name);
const out = resolve(values.out);
const scratch = join(out, "scratch");
const dist = join(scratch, "dist");
const { version } = cloneManifest();

const compiled = new Map<Target, Promise<string>>();

checkTools();
rmSync(scratch, { recursive: true, force: true });
mkdirSync(scratch, { recursive: true });
say("bundles");
buildProgram(dist);
const made = (await Promise.all([makeNpm(), makeForHosts()])).flat();
for (const file of made)
  console.log(`${(statSync(file).size / 1e6).toFixed(2).padStart(7)} MB  ${relative(".", file)}`);

async function makeNpm(): Promise<readonly string[]> {
  if (!parts.includes("npm")) return [];
  say("the package tsbt");
  const folder = join(out, "npm");
  makeMainPackage(join(folder, "tsbt"), dist, TARGETS);
  const packed = targets.map(async (target) => {
    const own = join(folder, target.name);
    makePlatformPackage(own, await native(target), target);
    const file = pack(own, folder);
    say(`native code for ${target.name}`);
    return file;
  });
  return [pack(join(folder, "tsbt"), folder), ...(await Promise.all(packed))];
}

async function makeForHosts(): Promise<readonly string[]> {
  const wanted = parts.filter((part) => part !== "npm");
  const [x64] = TARGETS;
  if (wanted.length === 0 || x64 === undefined) return [];
  const name = `tsbt-${version}-linux-x64`;
  const tree = join(out, name);
  makeTree(tree, dist, await native(x64));
  say("Node and its start-up snapshot");
  const MAKE: Readonly<Record<Exclude<Part, "npm">, () => Promise<string>>> = {
    archive: async () => {
      const file = join(out, `${name}.tar.xz`);
      await makeArchive(tree, file);
      return file;
    },
    deb: () => makeDeb(tree, scratch, out),
    rpm: () => makeRpm(tree, scratch, out),
    container: () => makeContainer(tree, out),
  };
  return Promise.all(
    wanted.map(async (part) => {
      const file = await MAKE[part]();
      say(part);
      return file;
    }),
  );
}

/** Both kinds of packages want that of this machine's. */
function native(target: Target): Promise<string> {
  const made = compiled.get(target) ?? compiledFor(target);
  compiled.set(target, made);
  return made;
}

/** It takes minutes: what has been made, when. */
function say(what: string): void {
  console.error(`package: ${(performance.now() / 1000).toFixed(0).padStart(4)} s  ${what}`);
}

function checkTools(): void {
  const missing = [...missingPackages(targets)];
  if (parts.includes("rpm") && !hasCommand("rpmbuild")) missing.push("rpm");
  if (missing.length === 0) return;
  console.error(`package: these Debian packages are missing: ${missing.join(" ")}`);
  process.exit(2);
}

function chosen<T>(all: readonly T[], names: readonly string[], nameOf: (one: T) => string): readonly T[] {
  for (const name of names) {
    if (all.some((one) => nameOf(one) === name)) continue;
    console.error(`package: no "${name}": ${all.map(nameOf).join(", ")}`);
    process.exit(2);
  }
  return names.length === 0 ? all : all.filter((one) => names.includes(nameOf(one)));
}
