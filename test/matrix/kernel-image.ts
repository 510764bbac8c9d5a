import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { PrivateApt } from "./apt.js";
import type { Kernel } from "./kernels.js";

/** An unpacked kernel. */
export interface KernelImage {
  readonly release: string;
  /** The file to boot. */
  readonly vmlinuz: string;
  /** The build configuration. */
  readonly config: string;
  /** What belongs into /lib/modules/RELEASE. */
  readonly modulesDir: string;
}

/** Debian's kernels for virtual machines: small, and with everything that the tests want. */
const FLAVOUR = "cloud-amd64";

/** Unpacked kernels are kept here, outside the project: they outlive it and are shared by its copies. */
const CACHE_DIR = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "tsbt", "kernels");

/** Finds a kernel in the cache, or fetches it from the Debian mirror of this machine. */
export function kernelImage(kernel: Kernel): KernelImage {
  const dir = join(CACHE_DIR, kernel.version);
  if (!existsSync(dir)) fetchKernel(kernel, dir);
  return imageIn(dir);
}

function fetchKernel(kernel: Kernel, dir: string): void {
  mkdirSync(CACHE_DIR, { recursive: true });
  // Unpacked elsewhere and renamed: another run may be fetching the same kernel, and neither may see half of it.
  const unfinished = mkdtempSync(`${dir}.`);
  try {
    const apt = new PrivateApt(join(unfinished, "apt"), kernel.suites);
    const root = join(unfinished, "root");
    apt.unpack(packagesOf(apt, kernel), root);
    rmSync(join(root, "debs"), { recursive: true });
    // Some packages have /lib, newer ones /usr/lib: depmod and we want one of them.
    if (!existsSync(join(root, "lib"))) renameSync(join(root, "usr/lib"), join(root, "lib"));
    execFileSync("depmod", ["-b", root, releaseIn(root)], { env: { PATH: `${process.env["PATH"]}:/usr/sbin:/sbin` } });
    if (!existsSync(dir)) renameSync(root, dir);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

/** The newest image of a version, and the packages that its files were split into. */
function packagesOf(apt: PrivateApt, kernel: Kernel): readonly string[] {
  const prefix = `linux-image-${kernel.version}.`;
  const images = apt.packagesNamed(prefix).filter((name) => name.endsWith(`-${FLAVOUR}`));
  const newest = images.sort((a, b) => a.localeCompare(b, "en", { numeric: true })).at(-1);
  if (newest === undefined) throw new Error(`no package ${prefix}*-${FLAVOUR} in ${kernel.suites.join(", ")}`);
  const wanted = [newest];
  for (const name of wanted) {
    const parts = apt.dependenciesOf(name).filter((dependency) => /^linux-(binary|modules|base)-\d/.test(dependency));
    wanted.push(...parts.filter((part) => !wanted.includes(part)));
  }
  return wanted;
}

function imageIn(dir: string): KernelImage {
  const release = releaseIn(dir);
  const modulesDir = join(dir, "lib/modules", release);
  const find = (...candidates: string[]): string => {
    const found = candidates.find((file) => existsSync(file));
    if (found === undefined)
      throw new Error(`${dirname(dir)} has no ${candidates.join(" or ")}; remove it to fetch it again`);
    return found;
  };
  return {
    release,
    modulesDir,
    vmlinuz: find(join(dir, "boot", `vmlinuz-${release}`), join(modulesDir, "vmlinuz")),
    config: find(join(dir, "boot", `config-${release}`), join(modulesDir, "config")),
  };
}

function releaseIn(dir: string): string {
  const [release] = readdirSync(join(dir, "lib/modules"));
  if (release === undefined) throw new Error(`no modules in ${dir}`);
  return release;
}
