/** Files that scripts import: where they are looked for, and whether they can be trusted. Paths are byte strings. */
import { readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import type { FindImport, ImportedFile } from "../../codegen/analysis/expansion/imports.js";
import { dirname, join } from "node:path";
import { bytePath } from "../files/index.js";

/** Others than its owner and group may write to it. */
const WORLD_WRITABLE = 0o002;

export const findImport: FindImport = (path, from) => {
  const directory = from.name === "stdin" ? "." : dirname(from.name);
  const named = path.startsWith("/") ? path : join(directory, path);
  const shown = join(directory, path);
  const stat = statSync(bytePath(named), { throwIfNoEntry: false });
  if (stat === undefined) return { kind: "missing", checked: [shown] };
  if (!stat.isDirectory()) return { kind: "found", files: [importedFile(named, shown)] };
  const names = readdirSync(bytePath(named), { withFileTypes: true, encoding: "latin1" })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
  return { kind: "found", files: names.map((name) => importedFile(join(named, name), join(shown, name))) };
};

function importedFile(file: string, shown: string): ImportedFile {
  const path = realpathSync.native(bytePath(file), { encoding: "latin1" });
  return {
    path,
    isWorldWritable: (statSync(bytePath(path)).mode & WORLD_WRITABLE) !== 0,
    read: () => ({ name: shown, text: readFileSync(bytePath(path), "latin1") }),
  };
}
