/** Writes a file so that whoever reads it meanwhile sees the old one or the new one. */
import { chmodSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { bytePath } from "../files/index.js";
import { failure } from "./exit-error.js";
import { reasonOf } from "./read-program.js";

/** @param mode - of a file; undefined: as all others that are made */
export function replaceFile(path: string, data: string | Uint8Array, mode?: number): void {
  try {
    const there = statSync(bytePath(path), { throwIfNoEntry: false });
    // A device or a pipe stays what it is.
    if (there !== undefined && !there.isFile()) return writeFileSync(bytePath(path), data, "latin1");
    // Behind a link is the file that is meant.
    replace(there === undefined ? path : realpathSync(bytePath(path), "latin1"), data, mode);
  } catch (error) {
    throw failure(`Failed to open output file: "${path}": ${reasonOf(error)}`);
  }
}

function replace(path: string, data: string | Uint8Array, mode: number | undefined): void {
  const temporary = bytePath(`${path}.${process.pid}.tmp`);
  // Never what somebody else has put there.
  writeFileSync(temporary, data, { encoding: "latin1", flag: "wx" });
  try {
    if (mode !== undefined) chmodSync(temporary, mode);
    renameSync(temporary, bytePath(path));
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
