/** Files that are called almost as the target of a probe, for hints. */
import { readdirSync } from "node:fs";
import { nearestNames } from "../../grammar/index.js";
import { bytePath } from "../files/index.js";
import { cachedLibraries, type PathOptions } from "./executable-paths.js";

/** In the directory of a path; of a bare name in `PATH`, or among the libraries. @returns targets as users write them */
export function similarPaths(target: string, options: PathOptions): readonly string[] {
  if (target.includes("*")) return [];
  const slash = target.lastIndexOf("/");
  if (slash >= 0) {
    const directory = target.slice(0, slash + 1);
    return nearestNames(target.slice(slash + 1), namesIn(directory)).map((name) => directory + name);
  }
  if (target.startsWith("lib")) return nearestNames(target, libraryNames(options));
  const directories = (options.searchPath ?? "").split(":").filter((directory) => directory !== "");
  return nearestNames(target, new Set(directories.flatMap(namesIn)));
}

/** `libcrypto` of `libcrypto.so.3`. */
const libraryNames = (options: PathOptions): ReadonlySet<string> =>
  new Set(cachedLibraries(undefined, options).map(({ soname }) => soname.replace(/\.so.*$/, "")));

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(bytePath(directory), "latin1");
  } catch {
    // What cannot be listed has nothing to suggest.
    return [];
  }
}
