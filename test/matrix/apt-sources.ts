/** One package source of a machine, as its apt configuration names it. */
export interface AptSource {
  readonly uri: string;
  readonly suites: readonly string[];
  readonly components: readonly string[];
  /** The file with the archive's keys, or empty. */
  readonly signedBy: string;
}

/** Reads a `.sources` file (deb822) or a `.list` file (one line a source). */
export function parseAptSources(fileName: string, text: string): readonly AptSource[] {
  if (fileName.endsWith(".sources")) return text.split(/\n\s*\n/).flatMap(parseParagraph);
  return text.split("\n").flatMap(parseLine);
}

/**
 * The lines of a `sources.list` for Debian suites, on the mirrors that a machine uses already:
 * it may have no way to any other.
 */
export function debianSources(known: readonly AptSource[], suites: readonly string[]): readonly string[] {
  const debian = known.filter((source) => source.components.includes("main"));
  const security = debian.find((source) => source.suites.some(isSecurity));
  const main = debian.find((source) => /\/debian\/?$/.test(source.uri) && !source.suites.some(isSecurity));
  if (main === undefined) throw new Error("the apt configuration of this machine has no Debian mirror");
  return suites.flatMap((suite) => {
    const source = isSecurity(suite) ? security : main;
    if (source === undefined) return [];
    const options = source.signedBy.startsWith("/") ? `[signed-by=${source.signedBy}] ` : "";
    return [`deb ${options}${source.uri} ${suite} main`];
  });
}

function parseParagraph(paragraph: string): readonly AptSource[] {
  const fields = new Map(
    Array.from(paragraph.matchAll(/^([A-Za-z-]+):[ \t]*(.*)$/gm), ([, name = "", value = ""]) => [
      name.toLowerCase(),
      value,
    ]),
  );
  const words = (name: string): string[] => (fields.get(name) ?? "").split(/\s+/).filter(Boolean);
  if (!words("types").includes("deb") || fields.get("enabled")?.trim() === "no") return [];
  const rest = { suites: words("suites"), components: words("components"), signedBy: words("signed-by").join(" ") };
  return words("uris").map((uri) => ({ uri, ...rest }));
}

function parseLine(line: string): readonly AptSource[] {
  const match = /^deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s+([^#]*)/.exec(line.trim());
  if (match === null) return [];
  const [, options = "", uri = "", suite = "", components = ""] = match;
  const signedBy = /(?:^|\s)signed-by=(\S+)/.exec(options)?.[1] ?? "";
  return [{ uri, suites: [suite], components: components.split(/\s+/).filter(Boolean), signedBy }];
}

const isSecurity = (suite: string): boolean => suite.endsWith("-security");
