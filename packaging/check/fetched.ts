/** What is checked with: Nodes and package managers of npm's registry, roots of Debian. Kept outside the project. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { run } from "../run.js";

const CACHE_DIR = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "tsbt");

/** @param specification - as `npm@11` @returns the folder of a package of npm's, unpacked */
export function npmPackage(specification: string): string {
  return cached(`npm-${specification.replace("/", "-")}`, (folder) => {
    const file = run("npm", ["pack", "--silent", "--pack-destination", folder, specification]).trim();
    run("tar", ["-xzf", join(folder, file), "-C", folder, "--strip-components=1"]);
    rmSync(join(folder, file));
  });
}

/** The smallest Debian that debootstrap makes. */
export function debianRoot(suite: string): string {
  return cached(`root-${suite}`, (folder) => {
    run("debootstrap", ["--variant=minbase", suite, folder]);
  });
}

/** What a distroless image has: the C and C++ libraries, time zones, and no shell. */
export function bareRoot(): string {
  return cached("root-bare", (folder) => {
    const debian = debianRoot("bookworm");
    for (const dir of [
      "lib64",
      "usr/lib/x86_64-linux-gnu",
      "usr/lib64",
      "etc",
      "tmp",
      "proc",
      "sys",
      "dev",
      "var/cache",
    ]) {
      mkdirSync(join(folder, dir), { recursive: true });
    }
    const libraries = readdirSync(join(debian, "usr/lib/x86_64-linux-gnu")).filter((name) =>
      /^(ld-linux-x86-64|libc|libm|libdl|libpthread|librt|libgcc_s|libstdc\+\+)\.so/.test(name),
    );
    const from = join(debian, "usr/lib/x86_64-linux-gnu");
    run("cp", ["-a", ...libraries.map((name) => join(from, name)), join(folder, "usr/lib/x86_64-linux-gnu")]);
    run("ln", ["-s", "usr/lib", join(folder, "lib")]);
    run("ln", ["-s", "../usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2", join(folder, "lib64/ld-linux-x86-64.so.2")]);
    run("cp", ["-a", join(debian, "etc/passwd"), join(debian, "etc/group"), join(folder, "etc")]);
  });
}

/** Filled elsewhere and renamed: what is there is whole. */
function cached(name: string, fill: (folder: string) => void): string {
  const dir = join(CACHE_DIR, name);
  if (existsSync(dir)) return dir;
  mkdirSync(CACHE_DIR, { recursive: true });
  const unfinished = mkdtempSync(`${dir}.`);
  run("chmod", ["755", unfinished]);
  try {
    fill(unfinished);
    if (!existsSync(dir)) renameSync(unfinished, dir);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  return dir;
}
