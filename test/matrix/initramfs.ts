import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { PROJECT_DIR } from "../support/project.js";
import { CpioArchive } from "./cpio.js";
import type { KernelImage } from "./kernel-image.js";
import { loadOrder, readModule } from "./kernel-modules.js";

export interface Job {
  readonly command: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** What the guest needs before it sees any file; newer kernels have some of it built in. */
const BOOT_MODULES = ["virtio_pci", "virtio_console", "virtiofs", "overlay"];

const GUEST_DIR = join(PROJECT_DIR, "test/matrix/guest");

/** The guest's first file system: a static busybox, modules, and the job with the script that does it. */
export function initramfs(image: KernelImage, busybox: string, job: Job): Buffer {
  const archive = new CpioArchive();
  for (const dir of ["proc", "sys", "dev", "bin", "host", "layer", "root"]) archive.directory(dir);
  archive.file("bin/busybox", readFileSync(busybox), 0o755);
  archive.file("init", readFileSync(join(GUEST_DIR, "init.sh")), 0o755);
  const modules = loadOrder(readFileSync(join(image.modulesDir, "modules.dep"), "utf8"), BOOT_MODULES);
  modules.forEach((file, index) => {
    const name = `${String(index).padStart(2, "0")}.ko`; // the shell lists them in this order
    archive.file(`modules/${name}`, readModule(image.modulesDir, file));
  });
  archive.file("job/config", readFileSync(image.config));
  archive.file("job/start", readFileSync(join(GUEST_DIR, "start.sh")));
  archive.file("job/command", jobScript(job));
  return gzipSync(archive.bytes(), { level: 1 });
}

function jobScript(job: Job): string {
  const exports = Object.entries(job.env).map(([name, value]) => `export ${name}=${quote(value)}\n`);
  return `${exports.join("")}cd ${quote(job.cwd)} || exit 126\nexec ${job.command.map(quote).join(" ")}\n`;
}

/** A word that the shell takes as it is. */
function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
