/** In the bundle: gets a part of it that is kept in a file of its own. */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { startupSnapshot } from "node:v8";
import { compileFunction } from "node:vm";

/**
 * @param {string} name - of the file, which is beside the bundle
 * @param {string} hash - how it begins
 * @param {readonly object[]} taken - what it takes from the bundle
 * @param {NodeJS.Require} require - of the bundle
 * @returns {object} what it gives
 */
export function loadPart(name, hash, taken, require) {
  // It would be in the snapshot, which is what it is kept out of.
  if (startupSnapshot.isBuildingSnapshot()) throw new Error(`${name} is for later`);
  const file = join(dirname(process.argv[1]), name);
  const text = readFileSync(file, "latin1");
  if (!text.startsWith(hash)) throw new Error(`${file} has been replaced since tsbt was started: start it again`);
  const module = { exports: {} };
  compileFunction(text, ["require", "module", "taken"], { filename: file })(require, module, taken);
  return module.exports;
}
