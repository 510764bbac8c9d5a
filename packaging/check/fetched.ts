/** Roots to check in, of Debian's packages. */
import { mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { PrivateApt } from "../../test/matrix/apt.js";
import { cached } from "../cached.js";
import { run } from "../run.js";

/** The smallest Debian that debootstrap makes. */
export function debianRoot(suite: string): string {
  return cached(`root-${suite}`, (folder) => {
    run("debootstrap", ["--variant=minbase", suite, folder]);
  });
}

/** A small system for arm64: busybox, and the libraries that Node is linked with. */
export function arm64Root(): string {
  return cached("root-arm64", (folder) => {
    const apt = new PrivateApt(join(folder, "apt"), ["bookworm"], "arm64");
    const whole = join(folder, "whole");
    for (const name of ["proc", "sys", "dev", "tmp", "root", "usr/local/bin", "var/cache"]) {
      mkdirSync(join(whole, name), { recursive: true });
    }
    apt.unpack(["busybox-static", "libc6", "libgcc-s1", "libstdc++6", "libatomic1", "base-passwd"], whole);
    linkApplets(whole);
  });
}

/** All that busybox can be. */
export function linkApplets(root: string): void {
  const applets = run("/bin/busybox", ["--list"]).split("\n").filter(Boolean);
  for (const name of applets.filter((applet) => applet !== "busybox")) symlinkSync("busybox", join(root, "bin", name));
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
