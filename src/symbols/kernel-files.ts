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
    const view = viewOf(fd, path);
    if (view?.mount.type !== "overlay")
      return { path, device: view?.mount.device ?? deviceOfStat(file.dev), inode: file.ino };
    if (depth > MAX_LAYERS) return undefined;
    const real = realFile(view, readlinkSync(`/proc/self/fd/${fd}`, "latin1"), file);
    return real === undefined ? undefined : kernelFile(real, depth + 1);
  } finally {
    closeSync(fd);
  }
}

/** Who sees a file: what is mounted there, and where that one's root is, as we see it. */
interface View {
  readonly mount: Mount;
  readonly root: string;
  /** Undefined: ourselves. */
  readonly pid: number | undefined;
}

const OURS = "/proc/self";

/** Paths below the root of a process lead into mounts that only it may see. */
function viewOf(fd: number, path: string): View | undefined {
  const [, id] = /^mnt_id:\s*(\d+)$/m.exec(readFileSync(`${OURS}/fdinfo/${fd}`, "latin1")) ?? [];
  const mountIn = (process: string): Mount | undefined =>
    readMounts(`${process}/mountinfo`).find((mount) => mount.id === Number(id));
  const own = mountIn(OURS);
  if (own !== undefined) return { mount: own, root: "", pid: undefined };
  const [, pid] = /^\/proc\/(\d+)\/root\//.exec(path) ?? [];
  const mount = pid === undefined ? undefined : mountIn(`/proc/${pid}`);
  return mount && { mount, root: rootOf(Number(pid)), pid: Number(pid) };
}

/** A process may have been given another root than the others that see its mounts. */
function rootOf(pid: number): string {
  try {
    const root = readlinkSync(`/proc/${pid}/root`, "latin1");
    return root === "/" ? "" : root;
  } catch {
    return "";
  }
}

/** A place in the file system itself. */
function insideOf({ mount: { point, root }, root: viewRoot }: View, path: string): string | undefined {
  const prefix = `${viewRoot}${point === "/" ? "" : point}`;
  if (!path.startsWith(`${prefix}/`)) return undefined;
  return `${root === "/" ? "" : root}${path.slice(prefix.length)}`;
}

/** The uppermost of its layers that has it. It says the same of itself, but for its numbers. */
function realFile(view: View, path: string, shown: BigIntStats): string | undefined {
  const inside = insideOf(view, path);
  if (inside === undefined) return undefined;
  for (const root of rootsOfLayers(view.pid)) {
    const real = inLayers(overlaidDirectories(view.mount), root, inside, shown);
    if (real !== undefined) return real;
  }
  return undefined;
}

function inLayers(layers: readonly string[], root: string, inside: string, shown: BigIntStats): string | undefined {
  for (const directory of layers) {
    const path = `${root}${directory}${inside}`;
    const file = statSync(bytePath(path), { bigint: true, throwIfNoEntry: false });
    if (file === undefined) continue;
    return file.size === shown.size && file.mtimeNs === shown.mtimeNs ? path : undefined;
  }
  return undefined;
}

/** What is laid over what is named as who mounted it saw it: as we do, or as a process does, or one of those that started it. */
function* rootsOfLayers(pid: number | undefined): Generator<string> {
  yield "";
  let process = pid;
  for (let i = 0; i < MAX_ANCESTORS && process !== undefined && process > 0; i++) {
    yield `/proc/${process}/root`;
    process = parentOf(process);
  }
}

const MAX_ANCESTORS = 16;

/** @see proc(5): `PID (COMM) STATE PPID …`, where a name may hold anything */
function parentOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
  } catch {
    return undefined;
  }
}
