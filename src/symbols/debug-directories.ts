/** Where debug files are looked for. */
import { dirname, isAbsolute, join } from "node:path";

/** What distributions put them into. */
const USUAL: readonly string[] = ["/usr/lib/debug"];

export interface DebugDirectories {
  /** Before the usual ones (`--debuginfo`); what is relative counts from the binary. */
  readonly more: readonly string[];
}

export const USUAL_DIRECTORIES: DebugDirectories = { more: [] };

/** A file of a process is seen as that process sees it. */
const ROOT_OF_PROCESS = /^\/proc\/\d+\/root(?=\/)/;

export interface DebugPlaces {
  /** Trees with files by build id, and by the path of their binaries. */
  readonly roots: readonly string[];
  /** Of the binary, as it is named inside of its own root. */
  readonly directory: string;
}

export function debugPlaces(binary: string, { more }: DebugDirectories): DebugPlaces {
  const [prefix = ""] = ROOT_OF_PROCESS.exec(binary) ?? [];
  const directory = dirname(binary);
  const given = more.map((path) => (isAbsolute(path) ? path : join(directory, path)));
  const usual = prefix === "" ? USUAL : [...USUAL.map((root) => prefix + root), ...USUAL];
  return { roots: [...given, ...usual], directory: dirname(binary.slice(prefix.length)) };
}
