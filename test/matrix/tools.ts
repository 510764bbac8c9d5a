import { closeSync, existsSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import type { Tools } from "./machine.js";

interface Candidates {
  readonly package: string;
  readonly paths: readonly string[];
  readonly accepts?: (path: string) => boolean;
}

/** Where Debian's releases have them. */
const CANDIDATES = {
  qemu: { package: "qemu-system-x86", paths: onPath("qemu-system-x86_64") },
  virtiofsd: {
    package: "qemu-system-common",
    paths: ["/usr/lib/qemu/virtiofsd", "/usr/libexec/virtiofsd", ...onPath("virtiofsd")],
  },
  busybox: { package: "busybox-static", paths: onPath("busybox"), accepts: isStatic },
} as const satisfies Record<keyof Tools, Candidates>;

/** Needed to fetch and unpack kernels. */
const COMMANDS = { kmod: "depmod", "xz-utils": "xz", apt: "apt-get", "util-linux": "setpriv" } as const;

/** What the machine has, or the packages that it lacks. */
export function findTools(): { readonly tools: Tools } | { readonly missing: readonly string[] } {
  const find = ({ paths, accepts }: Candidates): string | undefined =>
    paths.find((path) => existsSync(path) && (accepts === undefined || accepts(path)));
  const [qemu, virtiofsd, busybox] = [find(CANDIDATES.qemu), find(CANDIDATES.virtiofsd), find(CANDIDATES.busybox)];
  const missing = Object.entries(COMMANDS)
    .filter(([, command]) => !onPath(command).some(existsSync))
    .map(([name]) => name);
  if (qemu !== undefined && virtiofsd !== undefined && busybox !== undefined && missing.length === 0) {
    return { tools: { qemu, virtiofsd, busybox } };
  }
  missing.push(...Object.values(CANDIDATES).flatMap((row) => (find(row) === undefined ? [row.package] : [])));
  return { missing };
}

function onPath(command: string): string[] {
  return [...(process.env["PATH"] ?? "").split(":"), "/usr/sbin", "/sbin", "/usr/bin", "/bin"].map((dir) =>
    join(dir, command),
  );
}

/** The first file system has no libraries. A program that is linked to some names its loader near its beginning. */
function isStatic(path: string): boolean {
  const start = Buffer.alloc(8192);
  const file = openSync(path, "r");
  readSync(file, start);
  closeSync(file);
  return !start.includes("/ld-linux");
}
