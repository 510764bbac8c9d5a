/** Files that scripts import: where they are looked for, and whether they can be trusted. */
import { readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { FindImport, ImportedFile } from "../../codegen/analysis/expansion/imports.js";
import { toBytes } from "./byte-text.js";

/** Others than its owner and group may write to it. */
const WORLD_WRITABLE = 0o002;

export const findImport: FindImport = (path, from) => {
  const directory = from.name === "stdin" ? "." : dirname(fromBytes(from.name));
  const named = fromBytes(path);
  const full = resolve(directory, named);
  const stat = statSync(full, { throwIfNoEntry: false });
  if (stat === undefined) return { kind: "missing", checked: [toBytes(join(directory, named))] };
  if (!stat.isDirectory()) return { kind: "found", files: [importedFile(full, join(directory, named))] };
  const names = readdirSync(full, { withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
  return { kind: "found", files: names.map((name) => importedFile(join(full, name), join(directory, named, name))) };
};

function importedFile(full: string, shown: string): ImportedFile {
  const path = realpathSync(full);
  return {
    path: toBytes(path),
    isWorldWritable: (statSync(path).mode & WORLD_WRITABLE) !== 0,
    read: () => ({ name: toBytes(shown), text: readFileSync(path, "latin1") }),
  };
}

/** A byte string as a path. */
const fromBytes = (text: string): string => Buffer.from(text, "latin1").toString("utf8");
