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
import { TARGETS } from "./targets.js";
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

checkTools();
rmSync(scratch, { recursive: true, force: true });
mkdirSync(scratch, { recursive: true });
const made = [...makeNpm(), ...makeForHosts()];
for (const file of made)
  console.log(`${(statSync(file).size / 1e6).toFixed(2).padStart(7)} MB  ${relative(".", file)}`);

function makeNpm(): readonly string[] {
  say("bundles");
  buildProgram(dist);
  if (!parts.includes("npm")) return [];
  say("the package tsbt");
  const folder = join(out, "npm");
  makeMainPackage(join(folder, "tsbt"), dist, TARGETS);
  const packed = targets.map((target) => {
    say(`native code for ${target.name}`);
    const own = join(folder, target.name);
    makePlatformPackage(own, compiledFor(target), target);
    return pack(own, folder);
  });
  return [pack(join(folder, "tsbt"), folder), ...packed];
}

function makeForHosts(): readonly string[] {
  const wanted = parts.filter((part) => part !== "npm");
  if (wanted.length === 0) return [];
  const name = `tsbt-${version}-linux-x64`;
  const tree = join(out, name);
  const [x64] = TARGETS;
  if (x64 === undefined) return [];
  say(`Node and its start-up snapshot, for ${wanted.join(", ")}`);
  makeTree(tree, dist, compiledFor(x64));
  const MAKE: Readonly<Record<Exclude<Part, "npm">, () => string>> = {
    archive: () => {
      const file = join(out, `${name}.tar.xz`);
      makeArchive(tree, file);
      return file;
    },
    deb: () => makeDeb(tree, scratch, out),
    rpm: () => makeRpm(tree, scratch, out),
    container: () => makeContainer(tree, out),
  };
  return wanted.map((part) => {
    say(part);
    return MAKE[part]();
  });
}

/** It takes minutes: what is being made, since when. */
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
