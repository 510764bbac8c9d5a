/**
 * Headers that scripts may include where those of the kernel are not installed. `src/build/make-header-table.mjs` makes
 * them from Debian's packages: the user's headers (`include/uapi/…`) without comments, and of the kernel's own
 * (`include/…`) the constants that are the same in all kernels.
 *
 * The table is one file, packed. Each entry begins with a form feed and its name on a line.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { brotliDecompressSync } from "node:zlib";

let path: string | undefined;

/** Says where the table lies. A bundle does, since only a source tree has it beside this file. */
export function useHeaderTable(file: string): void {
  path = file;
}

/** The table as directories of files: paths in it begin like this. */
export const TABLE_ROOT = "<tsbt>";

export const TABLE_DIRS: readonly string[] = [`${TABLE_ROOT}/include`, `${TABLE_ROOT}/include/uapi`];

export const isInTable = (file: string): boolean => file.startsWith(`${TABLE_ROOT}/`);

export class HeaderTable {
  /** Unpacked when a script includes something that is nowhere else. */
  #texts: ReadonlyMap<string, string> | undefined;

  textOf(file: string): string | undefined {
    this.#texts ??= readTable();
    return this.#texts.get(file.slice(TABLE_ROOT.length + 1));
  }
}

function readTable(): ReadonlyMap<string, string> {
  const file = path ?? fileURLToPath(new URL("kernel-headers.br", import.meta.url));
  const entries = brotliDecompressSync(readFileSync(file)).toString("latin1").split("\f").slice(1);
  return new Map(
    entries.map((entry) => {
      const end = entry.indexOf("\n");
      return [entry.slice(0, end), entry.slice(end + 1)];
    }),
  );
}
