/**
 * Files as the kernel's own inodes have them, which is how programs in the kernel find them. User space sees other numbers where a file
 * system is not one device (btrfs), and where it shows the files of others (overlays): who maps such a file maps that of the other.
 */
import {
  type BigIntStats,
  closeSync,
  constants,
  fstatSync,
  openSync,
  readFileSync,
  readlinkSync,
  statSync,
} from "node:fs";
import { bytePath } from "../files/index.js";
import { deviceOfStat } from "./device-number.js";
import { type Mount, overlaidDirectories, readMounts } from "./mounts.js";
import type { Mapping } from "./process-maps.js";

export interface KernelFile extends Pick<Mapping, "device" | "inode"> {
  /** A way to that file itself. */
  readonly path: string;
}

/** Overlays of overlays are no more than two. */
const MAX_LAYERS = 4;

/** Undefined: it is gone, or nobody here knows where it is. */
export function kernelFile(path: string, depth = 0): KernelFile | undefined {
  let fd: number;
  try {
    fd = openSync(bytePath(path), constants.O_RDONLY | constants.O_NONBLOCK);
  } catch {
    return undefined;
  }
  try {
    const file = fstatSync(fd, { bigint: true });
    const mount = mountOf(fd, path);
    if (mount?.type !== "overlay") return { path, device: mount?.device ?? deviceOfStat(file.dev), inode: file.ino };
    if (depth > MAX_LAYERS) return undefined;
    const inside = insideOf(mount, readlinkSync(`/proc/self/fd/${fd}`, "latin1"));
    const real = inside === undefined ? undefined : realFile(mount, inside, file);
    return real === undefined ? undefined : kernelFile(real, depth + 1);
  } finally {
    closeSync(fd);
  }
}

const OURS = "/proc/self";

/** Paths below the root of a process lead into mounts that only it may see. */
function mountOf(fd: number, path: string): Mount | undefined {
  const [, id] = /^mnt_id:\s*(\d+)$/m.exec(readFileSync(`${OURS}/fdinfo/${fd}`, "latin1")) ?? [];
  const [, pid] = /^\/proc\/(\d+)\/root\//.exec(path) ?? [];
  for (const process of pid === undefined ? [OURS] : [OURS, `/proc/${pid}`]) {
    const found = readMounts(`${process}/mountinfo`).find((mount) => mount.id === Number(id));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A place in the file system itself. */
function insideOf({ point, root }: Mount, path: string): string | undefined {
  const prefix = point === "/" ? "" : point;
  if (!path.startsWith(`${prefix}/`)) return undefined;
  return `${root === "/" ? "" : root}${path.slice(prefix.length)}`;
}

/** The uppermost of its layers that has it. It says the same of itself, but for its numbers. */
function realFile(mount: Mount, inside: string, shown: BigIntStats): string | undefined {
  for (const directory of overlaidDirectories(mount)) {
    const path = `${directory}${inside}`;
    const file = statSync(bytePath(path), { bigint: true, throwIfNoEntry: false });
    if (file === undefined) continue;
    return file.size === shown.size && file.mtimeNs === shown.mtimeNs ? path : undefined;
  }
  return undefined;
}
