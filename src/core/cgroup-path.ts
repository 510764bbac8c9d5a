/** From a cgroup's number to its path in each hierarchy (stdlib.md 17). */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { bytePath } from "../files/index.js";

interface Hierarchy {
  readonly name: string;
  readonly root: string;
}

const UNIFIED = "unified";

/** `name:path` for each hierarchy that has it, cgroup v2 first. `filter` chooses by name; `*` is any text. */
export function cgroupPath(filter: string, id: bigint): string {
  const pattern = new RegExp(`^${filter.split("*").map(escape).join(".*")}$`, "s");
  return hierarchies()
    .filter(({ name }) => pattern.test(name))
    .flatMap(({ name, root }) => {
      const directory = find(root, id);
      return directory === undefined ? [] : [`${name}:${directory.slice(root.length) || "/"}`];
    })
    .join(",");
}

const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

function hierarchies(): readonly Hierarchy[] {
  const mounts = readFileSync("/proc/mounts", "latin1")
    .split("\n")
    .flatMap((line): Hierarchy[] => {
      const [, root = "", type] = line.split(" ");
      if (type === "cgroup2") return [{ name: UNIFIED, root }];
      return type === "cgroup" ? [{ name: basename(root), root }] : [];
    });
  const rank = ({ name }: Hierarchy): string => (name === UNIFIED ? "" : name);
  return mounts.sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
}

/** A cgroup's number is the inode of its directory. */
function find(directory: string, id: bigint): string | undefined {
  try {
    if (statSync(bytePath(directory), { bigint: true }).ino === id) return directory;
    for (const entry of readdirSync(bytePath(directory), { withFileTypes: true, encoding: "latin1" })) {
      const found = entry.isDirectory() ? find(join(directory, entry.name), id) : undefined;
      if (found !== undefined) return found;
    }
  } catch {
    // It has been removed since it was listed.
  }
  return undefined;
}
