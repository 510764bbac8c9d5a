/** Writes a file so that whoever reads it meanwhile sees the old one or the new one. */
import { closeSync, fchmodSync, openSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { bytePath } from "../files/index.js";
import { failure } from "./exit-error.js";
import { reasonOf } from "./read-program.js";

/** @param mode - of a file; undefined: as it was, or as all others that are made */
export function replaceFile(path: string, data: string | Uint8Array, mode?: number): void {
  try {
    const there = statSync(bytePath(path), { throwIfNoEntry: false });
    // A device or a pipe stays what it is.
    if (there !== undefined && !there.isFile()) return writeFileSync(bytePath(path), data, "latin1");
    // Behind a link is the file that is meant.
    if (there === undefined) replace(path, data, mode);
    else replace(realpathSync(bytePath(path), "latin1"), data, mode ?? there.mode & PERMISSIONS);
  } catch (error) {
    throw failure(`Failed to open output file: "${path}": ${reasonOf(error)}`);
  }
}

const PERMISSIONS = 0o777;

/** Whether what is written to one would be instead of the other. */
export function isSameFile(one: string, other: string): boolean {
  const [a, b] = [one, other].map((path) => statSync(bytePath(path), { throwIfNoEntry: false }));
  return a?.isFile() === true && a.ino === b?.ino && a.dev === b.dev;
}

function replace(path: string, data: string | Uint8Array, mode: number | undefined): void {
  const temporary = bytePath(`${path}.${process.pid}.tmp`);
  // Never what somebody else has put there.
  const fd = openSync(temporary, "wx", mode ?? 0o666);
  try {
    try {
      writeFileSync(fd, data, "latin1");
      // By the descriptor: in a folder of somebody else's the name may be another file's by now.
      if (mode !== undefined) fchmodSync(fd, mode);
    } finally {
      closeSync(fd);
    }
    renameSync(temporary, bytePath(path));
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
