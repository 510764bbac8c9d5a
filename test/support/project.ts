import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The project's directory. Found from the working directory: a bundled suite does not know where its source was. */
export const PROJECT_DIR = findProject(process.cwd());

/** Where tests keep what is expensive to make again; not under version control. */
export const TEST_CACHE_DIR = join(PROJECT_DIR, ".cache", "test");

/** The addon that is tested. `TSBT_ADDON` names another one. */
export const ADDON = process.env["TSBT_ADDON"] ?? join(PROJECT_DIR, "build/Release/tsbt.node");

/** The command that is tested: what `npx tsbt` would run. `TSBT` names another one. */
export function tsbtCommand(): string {
  return process.env["TSBT"] ?? join(PROJECT_DIR, "dist/tsbt");
}

function findProject(start: string): string {
  for (let dir = start; ; dir = dirname(dir)) {
    if (manifest(dir)?.name === "tsbt") return dir;
    if (dir === dirname(dir)) throw new Error(`${start} is not inside the tsbt project`);
  }
}

interface Manifest {
  readonly name?: string;
}

function manifest(dir: string): Manifest | undefined {
  const file = join(dir, "package.json");
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Manifest) : undefined;
}
