/** Files, as far as their path is written. Byte strings. */
import { readdirSync } from "node:fs";
import { bytePath } from "../../files/index.js";

/** Directories end in a slash; nothing where there is no such directory. */
export function matchingFiles(prefix: string): readonly string[] {
  const slash = prefix.lastIndexOf("/") + 1;
  const [directory, start] = [prefix.slice(0, slash), prefix.slice(slash)];
  try {
    return readdirSync(bytePath(directory || "."), { withFileTypes: true, encoding: "latin1" })
      .filter(({ name }) => name.startsWith(start) && (start !== "" || !name.startsWith(".")))
      .map((entry) => `${directory}${entry.name}${entry.isDirectory() ? "/" : ""}`)
      .sort();
  } catch {
    return [];
  }
}
