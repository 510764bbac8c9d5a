/** From the path of a cgroup to its id. */
import { statfsSync, statSync } from "node:fs";
import { bytePath } from "../files/index.js";
import type { CgroupLookup } from "../../codegen/facts.js";
import { readOrUndefined } from "./tracefs.js";
import { strerror } from "../output/index.js";

/** CGROUP_SUPER_MAGIC and CGROUP2_SUPER_MAGIC of linux/magic.h. */
const VERSIONS: ReadonlyMap<number, 1 | 2> = new Map([
  [0x27e0eb, 1],
  [0x63677270, 2],
]);

/** As the kernel says it of other file systems, whose handles are longer. */
const NO_CGROUP = "Value too large for defined data type";

const HINT = "It is in no cgroup file system. `grep cgroup /proc/mounts` shows those that are mounted.";

/** The id is the inode of the directory. */
export function findCgroup(path: string): CgroupLookup {
  const bytes = bytePath(path);
  try {
    const { ino } = statSync(bytes, { bigint: true });
    const version = VERSIONS.get(statfsSync(bytes).type);
    if (version === undefined) return { kind: "failed", reason: NO_CGROUP, hints: [HINT, ...unifiedHints(path)] };
    return { kind: "found", id: ino, version, ...(version === 1 ? { hints: unifiedHints(path) } : {}) };
  } catch (error) {
    return { kind: "failed", reason: strerror(-errnoOf(error)), hints: unifiedHints(path) };
  }
}

/** Where cgroups of version 1 are mounted too, those that `cgroup` means are elsewhere. */
function unifiedHints(path: string): readonly string[] {
  const root = / (\S+) cgroup2 /.exec(readOrUndefined("/proc/mounts") ?? "")?.[1];
  const isBelow = root === undefined || path === root || path.startsWith(`${root}/`);
  return isBelow ? [] : [`The cgroups whose numbers \`cgroup\` has (version 2) are below ${root}.`];
}

const errnoOf = (error: unknown): number =>
  error instanceof Error && "errno" in error && typeof error.errno === "number" ? error.errno : 0;
