/** Makes a start-up snapshot: the bundle, loaded and ready, for one Node. */
import { spawnSync } from "node:child_process";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { sealSnapshot } from "./seal.mjs";
import { trimSnapshot } from "./trim.mjs";

/**
 * @param {object} how
 * @param {string} how.node - the program that will start from it
 * @param {readonly string[]} how.flags - V8 wants the same ones when it starts from it
 * @param {string} how.bundle - what it will be started with
 * @param {string} how.unfinished - a file name for the time until it is done, in the folder of `file`
 * @param {string} how.file - where it shall be. What was there is replaced, and never half
 * @param {NodeJS.ProcessEnv} how.env
 */
export function makeSnapshot({ node, flags, bundle, unfinished, file, env }) {
  const tryOut = (snapshot) => attempt(node, [...flags, "--snapshot-blob", snapshot, bundle, "--version"], env);
  expectSuccess(attempt(node, [...flags, "--snapshot-blob", unfinished, "--build-snapshot", bundle], env));
  const whole = tryOut(unfinished);
  if (whole.stdout === "") throw failure(whole);
  const trimmed = trimSnapshot(readFileSync(unfinished));
  if (trimmed !== undefined) {
    const small = `${unfinished}.trimmed`;
    writeFileSync(small, trimmed);
    if (isDeepStrictEqual(tryOut(small), whole)) renameSync(small, unfinished);
  }
  renameSync(unfinished, file);
  sealSnapshot(file);
}

/** What it says is of interest only when it fails. */
function expectSuccess(result) {
  if (result.status !== 0) throw failure(result);
}

function failure({ status, signal, stderr }) {
  const lines = stderr.split("\n").map((line) => line.slice(0, 300)); // a bundle is one line
  return new Error(`Node ended with ${signal ?? `status ${status}`}\n${lines.join("\n")}`);
}

function attempt(node, args, env) {
  const { status, signal, error, stdout, stderr } = spawnSync(node, args, { env, encoding: "latin1" });
  if (error !== undefined) throw error;
  return { status, signal, stdout, stderr };
}
