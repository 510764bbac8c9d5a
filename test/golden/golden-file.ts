/**
 * Golden files: a script and what the compiler makes of it, cause and effect in one file.
 *
 *     == source
 *     begin { exit(); }
 *     == diagnostics | events | ir | bytecode      (as many as the file shows)
 *     …
 *
 * `UPDATE_GOLDEN=1` writes the sections that a file has anew.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export const GOLDEN_DIR = join(import.meta.dirname, "files");

export interface GoldenFile {
  readonly name: string;
  readonly source: string;
  /** Title to text, in the order of the file. */
  readonly sections: ReadonlyMap<string, string>;
}

export const goldenFiles = (): readonly GoldenFile[] =>
  readdirSync(GOLDEN_DIR)
    .filter((file) => file.endsWith(".golden"))
    .sort()
    .map(readGolden);

function readGolden(file: string): GoldenFile {
  const text = readFileSync(join(GOLDEN_DIR, file), "latin1");
  const pieces = text.split(/^== ([a-z]+)\n/m).slice(1);
  const sections = new Map<string, string>();
  for (let i = 0; i < pieces.length; i += 2) sections.set(pieces[i] ?? "", pieces[i + 1] ?? "");
  const source = sections.get("source");
  if (source === undefined) throw new Error(`${file} has no source`);
  sections.delete("source");
  return { name: file.replace(/\.golden$/, ""), source: source.replace(/\n$/, ""), sections };
}

export function writeGolden({ name, source }: GoldenFile, sections: ReadonlyMap<string, string>): void {
  const texts = [["source", `${source}\n`] as const, ...sections].map(([title, text]) => `== ${title}\n${text}`);
  writeFileSync(join(GOLDEN_DIR, `${name}.golden`), texts.join(""), "latin1");
}
