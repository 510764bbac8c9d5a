import { readdirSync } from "node:fs";
import { bytePath, throwScarcity } from "../files/index.js";

/**
 * The files and directories that a path with `*` and `?` names, sorted bytewise. Neither matches `/`, and a name that
 * starts with a dot is matched only by a pattern that does. Directories that cannot be read have no entries.
 */
export function globPaths(pattern: string): readonly string[] {
  const isAbsolute = pattern.startsWith("/");
  const segments = pattern.split("/").filter((segment) => segment !== "");
  let found = [isAbsolute ? "/" : ""];
  for (const segment of segments) {
    found = found.flatMap((directory) => expand(directory, segment));
  }
  return found.filter((path) => path !== "" && path !== "/").sort();
}

export const hasGlob = (path: string): boolean => path.includes("*") || path.includes("?");

function expand(directory: string, segment: string): string[] {
  const join = (name: string): string => (directory === "" || directory === "/" ? directory : `${directory}/`) + name;
  if (!hasGlob(segment)) return [join(segment)];
  const matches = matcher(segment);
  return namesIn(directory === "" ? "." : directory)
    .filter(matches)
    .map(join);
}

function matcher(segment: string): (name: string) => boolean {
  const escaped = segment.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  const expression = new RegExp(`^${escaped.replaceAll("*", "[^/]*").replaceAll("?", "[^/]")}$`, "s");
  return (name) => (segment.startsWith(".") || !name.startsWith(".")) && expression.test(name);
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(bytePath(directory), { encoding: "latin1" });
  } catch (error) {
    throwScarcity(error);
    return [];
  }
}
