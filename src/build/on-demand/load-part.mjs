/** In the bundle: gets a part of it that is kept in a file of its own. */
import { openSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { startupSnapshot } from "node:v8";
import { compileFunction } from "node:vm";

/**
 * The file is opened when the program starts and read when it is needed: a trace may go on for days, and another build be
 * installed meanwhile. (To open one takes some microseconds.)
 */
export class Part {
  /**
   * @param {string} name - of the file, which is beside the bundle
   * @param {string} hash - how it begins
   */
  constructor(name, hash) {
    this.name = name;
    this.hash = hash;
    this.descriptor = undefined;
    if (startupSnapshot.isBuildingSnapshot()) startupSnapshot.addDeserializeCallback((part) => part.open(), this);
    else this.open();
  }

  get file() {
    return join(dirname(process.argv[1]), this.name);
  }

  /** What is wrong with it is said when it is needed. */
  open() {
    try {
      this.descriptor = openSync(this.file);
    } catch {
      this.descriptor = undefined;
    }
  }

  /**
   * @param {readonly object[]} taken - what it takes from the bundle
   * @param {NodeJS.Require} require - of the bundle
   * @returns {object} what it gives
   */
  load(taken, require) {
    // It would be in the snapshot, which is what it is kept out of.
    if (startupSnapshot.isBuildingSnapshot()) throw new Error(`${this.name} is for later`);
    const text = readFileSync(this.descriptor ?? this.file, "latin1");
    if (!text.startsWith(this.hash))
      throw new Error(`${this.file} has been replaced since tsbt was started: start it again`);
    const module = { exports: {} };
    compileFunction(text, ["require", "module", "taken"], { filename: this.file })(require, module, taken);
    return module.exports;
  }
}
