/** What has been fetched or made once, and is kept outside the project: in `~/.cache/tsbt`. */
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { run } from "./run.js";

const CACHE_DIR = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "tsbt");

/**
 * A folder that is filled elsewhere and renamed: nobody sees half of it.
 *
 * @param fill - is given an empty folder; what lies in its folder `whole`, if it makes one, is kept alone
 */
export function cached(name: string, fill: (folder: string) => void): string {
  const dir = join(CACHE_DIR, name);
  if (existsSync(dir)) return dir;
  mkdirSync(CACHE_DIR, { recursive: true });
  const unfinished = mkdtempSync(`${dir}.`);
  run("chmod", ["755", unfinished]);
  try {
    fill(unfinished);
    const whole = join(unfinished, "whole");
    if (!existsSync(dir)) renameSync(existsSync(whole) ? whole : unfinished, dir);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  return dir;
}

/**
 * A package of npm's registry, unpacked.
 *
 * @param specification - as `npm@11`
 * @param check - is given the file before it is unpacked
 */
export function npmPackage(specification: string, check?: (file: string) => void): string {
  const kind = check === undefined ? "npm" : "checked";
  return cached(`${kind}-${specification.replace("/", "-")}`, (folder) => {
    const file = join(folder, run("npm", ["pack", "--silent", "--pack-destination", folder, specification]).trim());
    check?.(file);
    const whole = join(folder, "whole");
    mkdirSync(whole);
    run("tar", ["-xzf", file, "-C", whole, "--strip-components=1"]);
  });
}
