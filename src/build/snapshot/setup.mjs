/**
 * dist/setup.cjs, which the launcher (launcher/cache.c) runs when a package has no start-up snapshot yet, and for `tsbt setup`:
 *
 *     node setup.cjs first-run|setup NODE FOLDER NAME BUNDLE FLAG...
 *
 * Nothing that others may write to is used. At a first run what cannot be had is no mistake: tsbt starts without it.
 */
import {
  accessSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { makeSnapshot } from "./make.mjs";
import { sealImpossible } from "./seal.mjs";

/** Both programs, for three Nodes or versions of tsbt. */
const KEPT = 6;
const OLDEST_NODE = 20;
const HOUR_MS = 3_600_000;

const [, program, how, node, folderWithSlash, name, bundle, ...flags] = process.argv;
const folder = folderWithSlash.replace(/\/$/, "");
const isAsked = how === "setup";
const file = join(folder, name);
process.umask(0o022); // what others of a group may write to is not used
process.exitCode = main();

function main() {
  const noPlace = noFolder();
  if (noPlace !== undefined) return fail(noPlace);
  const problem = tooOld() ?? anotherProgram();
  if (problem !== undefined) return isAsked ? fail(problem) : cannot(problem, { isQuiet: true });
  const begin = Date.now();
  const unfinished = join(folder, `.tsbt-${process.pid}`);
  try {
    makeSnapshot({
      node,
      flags,
      bundle: join(dirname(program), bundle),
      unfinished,
      file,
      env: process.env,
    });
  } catch (error) {
    return cannot(error instanceof Error ? error.message : String(error));
  } finally {
    for (const left of [unfinished, `${unfinished}.trimmed`]) rmSync(left, { force: true });
  }
  removeOld();
  const megabytes = (statSync(file).size / 1e6).toFixed(1);
  const seconds = ((Date.now() - begin) / 1000).toFixed(1);
  say(`tsbt: made a start-up snapshot for Node ${process.version} in ${folder}: ${megabytes} MB, ${seconds} s, once`);
  return 0;
}

function tooOld() {
  return Number.parseInt(process.versions.node) < OLDEST_NODE ? `Node ${process.version} is too old` : undefined;
}

/** Version managers put a program in front of Node that chooses one each time. */
function anotherProgram() {
  return realpathSync(node) === realpathSync(process.execPath)
    ? undefined
    : `${node} is not Node itself but starts ${process.execPath}`;
}

/** Makes it, with what is above it. */
function noFolder() {
  try {
    accessSync(nearest(folder), constants.W_OK); // what mkdir says of a file system that is read-only is wrong
    mkdirSync(folder, { recursive: true, mode: 0o755 });
    const { uid, mode } = lstatSync(folder);
    if (uid === process.geteuid() && (mode & 0o022) === 0) return undefined;
    return `others may write to ${folder}`;
  } catch (error) {
    return error.message;
  }
}

function nearest(path) {
  return existsSync(path) ? path : nearest(dirname(path));
}

function removeOld() {
  const paths = readdirSync(folder).map((entry) => join(folder, entry));
  const time = (path) => lstatSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const snapshots = paths.filter((path) => path.endsWith(".blob")).sort((a, b) => time(b) - time(a));
  const kept = snapshots.slice(0, KEPT).flatMap((path) => [path, `${path}.seal`]);
  const isOld = (path) => time(path) < Date.now() - HOUR_MS;
  for (const path of paths) {
    const isLost = /\/(\.tsbt-\d+[^/]*|tsbt-\w+\.blob\.seal(\.\d+)?)$/.test(path) && isOld(path);
    if (!kept.includes(path) && (snapshots.includes(path) || isLost)) rmSync(path, { force: true });
  }
}

function fail(problem) {
  if (isAsked) say(`ERROR: no start-up snapshot: ${problem}`);
  return 1;
}

/** It is not tried again at each start. */
function cannot(reason, { isQuiet = false } = {}) {
  try {
    sealImpossible(file, reason);
  } catch {
    return fail(reason);
  }
  if (!isQuiet)
    say(`WARNING: no start-up snapshot can be made, starts take longer: ${reason.split("\n")[0].slice(0, 300)}`);
  return 1;
}

function say(line) {
  process.stderr.write(`${line}\n`);
}
