/**
 * Tries the package as somebody finds it who installs it in an empty project: `npm run test:package`.
 *
 * - publint and Are The Types Wrong look at what is packed.
 * - The type checker reads its types, and expect-type says what they are.
 * - It is imported and required under each Node that is supported, and traces where the kernel lets it.
 *
 * The tools come from the registry, into .cache/check-package. Where they cannot be had it says so, and ends with 0; not with CI=true.
 */
import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const HERE = join(ROOT, "test/package/check");
const TOOLS = join(ROOT, ".cache/check-package");
const TARGET = process.arch === "arm64" ? "linux-arm64" : "linux-x64";
const TSC = join(ROOT, "node_modules/typescript/bin/tsc");
const NODES = ["20", "22", "24", "26"];

const project = mkdtempSync(join(tmpdir(), "tsbt-check-"));
let failures = 0;

try {
  if (getTools()) checkAll();
} finally {
  rmSync(project, { recursive: true });
}
process.exitCode = failures === 0 ? 0 : 1;

function checkAll() {
  const packed = packages();
  for (const file of packed) if (!/@|tsbt-linux/.test(file)) lookAt(file);
  install(packed);
  check("types, for import and require", [process.execPath, TSC, "-p", "."]);
  for (const node of NODES) {
    const command = join(TOOLS, `node_modules/node${node}/bin/node`);
    check(`Node ${node}: import, require, compile, trace`, [command, "uses.mjs"]);
  }
}

/** publint and attw take the packed file as the registry would. */
function lookAt(file) {
  check("publint", [join(TOOLS, "node_modules/.bin/publint"), "run", file, "--strict"]);
  // `tsbt/register` is for `node --import`: there is nothing to be had from it.
  check("are the types wrong", [
    join(TOOLS, "node_modules/.bin/attw"),
    file,
    "--profile",
    "node16",
    "--exclude-entrypoints",
    "register",
    "--no-emoji",
  ]);
}

function install(packed) {
  writeFileSync(join(project, "package.json"), '{ "name": "empty", "private": true, "type": "module" }\n');
  run(["npm", "install", "--silent", "--ignore-scripts", "--no-audit", "--no-fund", ...packed], project);
  const modules = join(project, "node_modules");
  // The type checker and Node's types are the project's, the rest is as it was installed.
  mkdirSync(join(modules, "@types"), { recursive: true });
  for (const [name, from] of [
    ["@types/node", ROOT],
    ["undici-types", ROOT],
    ["expect-type", TOOLS],
  ])
    if (!existsSync(join(modules, name))) symlinkSync(join(from, "node_modules", name), join(modules, name));
  for (const name of ["tsconfig.json", "types.mts", "uses.mjs"]) cpSync(join(HERE, name), join(project, name));
  // The same for those who require it.
  cpSync(join(HERE, "types.mts"), join(project, "types.cts"));
}

function packages() {
  const out = join(project, "packed");
  run(["npm", "run", "--silent", "package", "npm", "--", "--target", TARGET, "--out", out], ROOT);
  const folder = join(out, "npm");
  return readdirSync(folder)
    .filter((name) => name.endsWith(".tgz"))
    .map((name) => join(folder, name));
}

/** @returns whether they are there */
function getTools() {
  mkdirSync(TOOLS, { recursive: true });
  const wanted = readFileSync(join(HERE, "tools.json"), "utf8").replaceAll("linux-x64@", `${TARGET}@`);
  const manifest = join(TOOLS, "package.json");
  const isThere =
    existsSync(join(TOOLS, "node_modules")) && existsSync(manifest) && readFileSync(manifest, "utf8") === wanted;
  if (isThere) return true;
  writeFileSync(manifest, wanted);
  const { status, stderr } = spawnSync("npm", ["install", "--silent", "--no-audit", "--no-fund"], {
    cwd: TOOLS,
    encoding: "utf8",
  });
  if (status === 0) return true;
  rmSync(TOOLS, { recursive: true });
  console.log(`skipped: the tools cannot be had from the registry: ${stderr.trim().split("\n").at(-1)}`);
  if (process.env["CI"] === "true") failures++;
  return false;
}

function check(claim, command) {
  const { status, stdout, stderr } = spawnSync(command[0], command.slice(1), { cwd: project, encoding: "utf8" });
  const note = status === 0 ? (stdout.split("\n").find((line) => line.startsWith("(nothing")) ?? "") : "";
  console.log(`${status === 0 ? "ok    " : "FAILED"}  ${claim}${note && `  ${note}`}`);
  if (status === 0) return;
  failures++;
  console.log(`${stdout}${stderr}`.replace(/^/gm, "        "));
}

function run(command, cwd) {
  const { status, stdout, stderr } = spawnSync(command[0], command.slice(1), { cwd, encoding: "utf8" });
  if (status !== 0) throw new Error(`${command.join(" ")}\n${stdout}${stderr}`);
}
