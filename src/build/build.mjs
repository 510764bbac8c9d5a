#!/usr/bin/env node
/**
 * Builds what the package runs on into dist/. Without arguments all of it; or the steps that are named.
 *
 *   addon      dist/tsbt.node          native/, by node-gyp
 *   bundle     dist/tsbt.cjs           the command with all that it imports, by esbuild; rarer parts of it in dist/part-….cjs
 *   list       dist/tsbt-list.cjs      the part of it that lists probes
 *   setup      dist/setup.cjs          makes the snapshot where the package has been installed
 *   names      dist/names.cjs          a worker of the prompt, which collects names for completion
 *   api        dist/tsbt-api.cjs       what programs import, in a bundle of its own, and the package's entries to it
 *   headers    dist/kernel-headers.br  what scripts may include where no headers are installed
 *   pages      dist/help.json …        what `tsbt help` and `tsbt completion` print
 *   launcher   dist/tsbt               the command
 *   command    node_modules/.bin/tsbt  the launcher, for `npx tsbt` in a clone
 *   snapshot   dist/tsbt-….blob        each of the two, loaded and ready, for this Node on this processor
 *
 * --dist DIR and --entry FILE choose another directory to fill and another program than src/start-up/start.ts.
 *
 * Each file is put in place by renaming, so that a tsbt which is started meanwhile finds the old or the new one.
 */

import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import {
  flagDefinitions,
  LAUNCHER_SOURCES,
  NODE_FLAGS,
  SNAPSHOT_FLAGS as ALL_SNAPSHOT_FLAGS,
} from "./launcher/definitions.mjs";
import { makeSnapshot } from "./snapshot/make.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const require = createRequire(import.meta.url);

const SNAPSHOT_FLAGS = knownFlags(ALL_SNAPSHOT_FLAGS);

const BUNDLING = {
  absWorkingDir: ROOT,
  outExtension: { ".js": ".cjs" },
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node20",
  // Names of classes and functions stay as they are written: Chevrotain and stack traces need them.
  minifySyntax: true,
  minifyWhitespace: true,
  charset: "ascii", // one byte a character in memory
  legalComments: "linked",
  logLevel: "warning",
  // Used only to find the addon of a source tree.
  logOverride: { "empty-import-meta": "silent" },
};

const LISTER = "tsbt-list";

/** What each entry of the package gives out. Both kinds of modules are about one bundle, which is there once. */
const ENTRIES = {
  index: ["TsbtError", "compile", "hostFacts", "loadCompiled", "readFacts", "saveFacts", "trace", "version"],
  vitest: ["eventsOf", "syscallsOf"],
};

const STEPS = { addon, bundle, list, setup, names, api, headers, pages, launcher, command, snapshot };

const { values: options, positionals: asked } = parseArgs({
  allowPositionals: true,
  options: {
    dist: { type: "string", default: join(ROOT, "dist") },
    entry: { type: "string", default: join(ROOT, "src/start-up/start.ts") },
  },
});
const DIST = resolve(options.dist);
for (const name of asked) if (!Object.hasOwn(STEPS, name)) fail(`no step "${name}": ${Object.keys(STEPS).join(", ")}`);
mkdirSync(DIST, { recursive: true });
const scratch = mkdtempSync(join(DIST, ".build-"));
try {
  for (const name of asked.length > 0 ? asked : Object.keys(STEPS)) await STEPS[name]();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

function addon() {
  const headers = dirname(dirname(process.execPath));
  const isInstalled = existsSync(join(headers, "include/node/node_api.h"));
  const nodeDir = isInstalled && !process.env["npm_config_nodedir"] ? [`--nodedir=${headers}`] : [];
  const nodeGyp = require.resolve("node-gyp/bin/node-gyp.js");
  run(process.execPath, [nodeGyp, "configure", "build", "--jobs=max", "--loglevel=error", ...nodeDir]);
  copyFileSync(join(ROOT, "build/Release/tsbt.node"), join(scratch, "tsbt.node"));
  putInPlace("tsbt.node");
}

async function bundle() {
  const { build } = require("esbuild");
  const { coldCode, programOf } = await import("./cold-code/plugin.mjs");
  const { onDemand } = await import("./on-demand/plugin.mjs");
  const entry = resolve(options.entry);
  const program = programOf(ROOT, entry);
  const cold = coldCode(program);
  const emit = (name, text) => writeFileSync(join(scratch, name), text);
  await build({
    ...BUNDLING,
    entryPoints: { tsbt: entry },
    plugins: [onDemand({ program, root: ROOT, plugins: [cold], emit }), cold],
    alias: { "node:child_process": join(ROOT, "src/build/no-child-process.cjs") },
    outdir: scratch,
  });
  sign(join(scratch, "tsbt.cjs"));
  removeSnapshots(); // they hold the old bundle
  const files = readdirSync(scratch).filter((file) => file.startsWith("tsbt.cjs") || isPart(file));
  for (const file of readdirSync(DIST)) if (isPart(file) && !files.includes(file)) rmSync(join(DIST, file));
  for (const file of files) putInPlace(file);
}

async function list() {
  const { build } = require("esbuild");
  await build({ ...BUNDLING, entryPoints: { [LISTER]: join(ROOT, "src/start-up/list.ts") }, outdir: scratch });
  sign(join(scratch, `${LISTER}.cjs`));
  for (const file of readdirSync(scratch)) if (file.startsWith(LISTER)) putInPlace(file);
}

function isPart(file) {
  return /^part-.*\.cjs$/.test(file);
}

/** The launcher knows a bundle by its end. */
function sign(bundle) {
  const hash = createHash("sha256").update(readFileSync(bundle)).digest("hex");
  appendFileSync(bundle, `//${hash}\n`);
}

/** What the packages' launchers make their snapshots with. */
async function setup() {
  const { build } = require("esbuild");
  await build({ ...BUNDLING, entryPoints: { setup: join(ROOT, "src/build/snapshot/setup.mjs") }, outdir: scratch });
  putInPlace("setup.cjs");
}

async function names() {
  const { build } = require("esbuild");
  await build({
    ...BUNDLING,
    entryPoints: { names: join(ROOT, "src/repl/names/worker.ts") },
    outdir: scratch,
    // Used only to find the addon of a source tree.
    logOverride: { "empty-import-meta": "silent" },
  });
  for (const file of readdirSync(scratch)) if (file.startsWith("names.cjs")) putInPlace(file);
}

async function api() {
  const { build } = require("esbuild");
  await build({
    ...BUNDLING,
    // In the stacks of others a bundle of one line would be shown whole.
    minifyWhitespace: false,
    entryPoints: { "tsbt-api": join(ROOT, "src/api/package.ts") },
    outdir: scratch,
    // CommonJS has no such thing.
    define: { "import.meta.url": "importMetaUrl" },
    banner: { js: 'const importMetaUrl = require("node:url").pathToFileURL(__filename).href;' },
  });
  for (const [entry, names] of Object.entries(ENTRIES)) {
    const list = names.join(", ");
    const from = 'require("./tsbt-api.cjs")';
    const exported = names.map((name) => `exports.${name} = api.${name};\n`).join("");
    writeFileSync(join(scratch, `${entry}.cjs`), `"use strict";\nconst api = ${from};\n${exported}`);
    writeFileSync(
      join(scratch, `${entry}.mjs`),
      `import api from "./tsbt-api.cjs";\nexport const { ${list} } = api;\n`,
    );
  }
  for (const file of ["register.mjs", "loader.mjs"]) copyFileSync(join(ROOT, "src/api", file), join(scratch, file));
  for (const file of readdirSync(scratch)) if (/\.[cm]js/.test(file)) putInPlace(file);
}

function headers() {
  copyFileSync(join(ROOT, "src/headers/kernel-headers.br"), join(scratch, "kernel-headers.br"));
  putInPlace("kernel-headers.br");
}

/** Made by docs/generate.mjs. */
function pages() {
  const shells = ["bash", "zsh", "fish"];
  const files = { "help.json": "help.json" };
  for (const shell of shells) files[`completion.${shell}`] = `completion/tsbt.${shell}`;
  for (const [name, source] of Object.entries(files)) {
    copyFileSync(join(ROOT, "docs", source), join(scratch, name));
    putInPlace(name);
  }
}

/**
 * Were it the `bin` of the clone's package.json, npx would install the clone into a cache of its own first: another build of a minute, and
 * seconds at each later start.
 */
function command() {
  const bin = join(ROOT, "node_modules/.bin");
  if (options.dist !== join(ROOT, "dist") || !existsSync(bin)) return;
  rmSync(join(bin, "tsbt"), { force: true });
  symlinkSync("../../dist/tsbt", join(bin, "tsbt"));
}

function launcher() {
  const { addressSpace, needsLibraryPath } = askNode();
  compileC(join(scratch, "tsbt"), LAUNCHER_SOURCES, [
    ...cloneDefinitions(),
    `-DNODE_ADDRESS_SPACE=${addressSpace}`,
    ...(needsLibraryPath ? ["-DNEEDS_LIBRARY_PATH"] : []),
  ]);
  putInPlace("tsbt");
}

/** A clone's launcher knows its Node. */
function cloneDefinitions() {
  return [
    `-DNODE=${JSON.stringify(process.execPath)}`,
    `-DNODE_CODE=${JSON.stringify(nodeCode())}`,
    ...flagDefinitions(SNAPSHOT_FLAGS, JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")).version),
  ];
}

/** What the launcher has to know of this Node. */
function askNode() {
  const ask = (env) => {
    const script = "console.log(/VmPeak:\\s*(\\d+)/.exec(fs.readFileSync('/proc/self/status', 'latin1'))[1])";
    return spawnSync(process.execPath, [...NODE_FLAGS, ...SNAPSHOT_FLAGS, "-e", script], { env, encoding: "latin1" });
  };
  const alone = ask({});
  const { status, stdout, stderr } = alone.status === 0 ? alone : ask({ ...process.env, NODE_OPTIONS: "" });
  if (status !== 0) throw new Error(stderr);
  return { addressSpace: Number(stdout), needsLibraryPath: alone.status !== 0 };
}

function snapshot() {
  const printer = join(scratch, "snapshot-name");
  compileC(printer, ["print-snapshot-name.c", "snapshot-name.c"], cloneDefinitions());
  removeSnapshots();
  const bundles = ["tsbt.cjs", `${LISTER}.cjs`].map((name) => join(DIST, name));
  for (const bundle of bundles.filter(existsSync)) {
    const name = execFileSync(printer, [bundle], { encoding: "utf8" }).trim();
    makeSnapshot({
      node: process.execPath,
      flags: SNAPSHOT_FLAGS,
      bundle,
      unfinished: join(scratch, name),
      file: join(DIST, name),
      env: { ...process.env, NODE_OPTIONS: "" },
    });
  }
}

function removeSnapshots() {
  for (const file of readdirSync(DIST)) if (/\.blob(\.seal)?$/.test(file)) rmSync(join(DIST, file), { force: true });
}

/** Statically where the machine can: that saves half of the launcher's time. */
function compileC(output, sources, definitions = []) {
  const compiler = process.env["CC"] ?? "cc";
  const args = [
    ...["-O2", "-Wall", "-Wextra", "-o", output, ...sources.map((name) => join(ROOT, "src/build/launcher", name))],
    ...definitions,
  ];
  try {
    run(compiler, ["-static", ...args]);
  } catch {
    run(compiler, args);
  }
}

/** The file that Node's code is in: some distributions have it in a shared library. */
function nodeCode() {
  const library = /\/\S*libnode\.so\S*$/m.exec(readFileSync("/proc/self/maps", "latin1"));
  return library?.[0] ?? process.execPath;
}

function knownFlags(flags) {
  const known = execFileSync(process.execPath, ["--v8-options"], { encoding: "latin1", maxBuffer: 1 << 24 });
  return flags.filter((flag) => known.includes(flag.replace("--no-", "--").replace(/=.*/, "")));
}

function putInPlace(name) {
  renameSync(join(scratch, name), join(DIST, name));
}

/** Runs a command; what it says is of interest only when it fails. */
function run(command, args, env = process.env) {
  const { status, error, stdout, stderr } = spawnSync(command, args, { cwd: ROOT, env, encoding: "utf8" });
  if (status === 0) return;
  const lines = `${stdout ?? ""}${stderr ?? ""}`.split("\n").map((line) => line.slice(0, 300)); // a bundle is one line
  throw new Error(`${command} ${args.join(" ")}\n${lines.join("\n")}`, { cause: error });
}

function fail(message) {
  process.stderr.write(`build: ${message}\n`);
  process.exit(2);
}
