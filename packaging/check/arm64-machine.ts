/** A machine with an arm64 processor, emulated, and Debian's kernel for it: programs are loaded there, and fire. */
import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { PrivateApt } from "../../test/matrix/apt.js";
import { cached } from "../cached.js";
import { run } from "../run.js";
import { arm64Root } from "./fetched.js";
import type { Ran } from "./root.js";

/** On a busy machine; most of it is the first start, which makes the snapshot. */
const LIMIT_MS = 1_500_000;

/** What arm64-machine.sh prints, in this order, with other lines between. */
const EXPECTED: readonly RegExp[] = [
  /^begin aarch64$/,
  /^arithmetic 42$/,
  /^@kprobe\[vfs_read, zero\]: 5$/,
  /^@kretprobe: 5$/,
  /^@fentry: 5$/,
  /^@fexit\[12345\]: 5$/,
  /^uprobe 1 -2 3 seven$/,
  /^uretprobe 9$/,
  /^@tracepoint: \{ \.count = 5, \.average = 12345, \.total = 61725 \}$/,
  /^@wildcard\[tracepoint:syscalls:sys_enter_read\]: 5$/,
  /^@rawtracepoint: 5$/,
  /^profile 1$/,
  /^software 1$/,
  /^iter \S+$/,
  /^ +vfs_read\+\d+$/,
  /^end$/,
];

export const TRACED = "all was traced";

/** @returns {@link TRACED}, or which line is missing of what was printed */
export function verdictOn(printed: string): string {
  const lines = printed.split(/\r?\n/);
  let at = 0;
  for (const expected of EXPECTED) {
    const found = lines.findIndex((line, i) => i >= at && expected.test(line));
    if (found < 0) return `there is no ${expected.source} in\n${printed}`;
    at = found + 1;
  }
  return TRACED;
}

/** @param packages - the folders that the packages of npm are packed of @param nodeDir - the Node for arm64 */
export function traceOnArm64(packages: string, nodeDir: string): Ran {
  const scratch = mkdtempSync(join(tmpdir(), "tsbt-arm64-"));
  try {
    const initrd = firstFiles(scratch, packages, nodeDir);
    const machine = ["-machine", "virt", "-cpu", "max", "-accel", "tcg", "-m", "3072", "-nographic", "-no-reboot"];
    const command = ["-append", "console=ttyAMA0 panic=-1 quiet rdinit=/init"];
    const args = [...machine, "-kernel", kernel(), "-initrd", initrd, ...command];
    const { status, stdout, stderr } = spawnSync("qemu-system-aarch64", args, {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
      timeout: LIMIT_MS,
    });
    return { status, stdout: verdictOn(stdout), stderr };
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

/** All that the machine has: it is unpacked into its memory. */
function firstFiles(scratch: string, packages: string, nodeDir: string): string {
  const root = join(scratch, "root");
  run("cp", ["-a", arm64Root(), root]);
  for (const dir of ["run", "opt/node/bin", "work/node_modules/@tsbt"]) mkdirSync(join(root, dir), { recursive: true });
  rmSync(join(root, "debs"), { recursive: true, force: true });
  run("aarch64-linux-gnu-strip", ["-o", join(root, "opt/node/bin/node"), join(nodeDir, "bin/node")]);
  cpSync(join(packages, "tsbt"), join(root, "work/node_modules/tsbt"), { recursive: true });
  cpSync(join(packages, "linux-arm64"), join(root, "work/node_modules/@tsbt/linux-arm64"), { recursive: true });
  run("aarch64-linux-gnu-gcc", ["-g", "-O1", "-static", "-o", join(root, "traced"), "packaging/check/traced.c"]);
  copyFileSync("packaging/check/arm64-machine.sh", join(root, "init"));
  chmodSync(join(root, "init"), 0o755);
  const file = join(scratch, "initrd");
  run("sh", ["-c", 'cd "$1" && find . | busybox cpio -o -H newc > "$2"', "sh", root, resolve(file)]);
  return file;
}

/** The newest of its line, for virtual machines: small, and with all that is traced. */
function kernel(): string {
  const dir = cached("kernel-arm64-6.12", (folder) => {
    const apt = new PrivateApt(join(folder, "apt"), ["trixie"], "arm64");
    const images = apt.packagesNamed("linux-image-6.12.").filter((name) => name.endsWith("-cloud-arm64"));
    const newest = images.sort((a, b) => a.localeCompare(b, "en", { numeric: true })).at(-1);
    if (newest === undefined) throw new Error("there is no kernel for arm64");
    apt.unpack([newest], join(folder, "whole"));
    rmSync(join(folder, "whole/debs"), { recursive: true });
  });
  const boot = join(dir, "boot");
  const name = readdirSync(boot).find((file) => file.startsWith("vmlinuz-"));
  if (name === undefined) throw new Error(`there is no kernel in ${boot}`);
  return join(boot, name);
}
