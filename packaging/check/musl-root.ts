/**
 * A small system with musl, as Alpine is one: busybox, musl's linker, and a Node that was built on Alpine. That Node is in a package of pnpm,
 * which it starts; what tells it so is put back.
 */
import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cached, npmPackage } from "../cached.js";
import { compileMuslLibrary } from "../compile.js";
import { muslFor } from "../musl.js";
import { run } from "../run.js";
import type { Target } from "../targets.js";
import { debianRoot, linkApplets } from "./fetched.js";

const PACKAGE = "@pnpm/linuxstatic-x64@11.21.0";
const FOLDERS = [
  "bin",
  "etc",
  "lib",
  "proc",
  "sys",
  "dev",
  "tmp",
  "root",
  "usr/bin",
  "usr/lib",
  "usr/local/bin",
  "var/cache",
];

/** @param target - x64 with musl */
export function muslRoot(target: Target): string {
  return cached("root-musl", (folder) => {
    for (const name of FOLDERS) mkdirSync(join(folder, name), { recursive: true });
    copyFileSync("/bin/busybox", join(folder, "bin/busybox"));
    linkApplets(folder);
    writeFileSync(join(folder, "etc/passwd"), "root:x:0:0:root:/root:/bin/sh\n");
    writeFileSync(join(folder, "etc/hostname"), "musl\n");
    copyFileSync(muslFor(target).shared, join(folder, "lib/ld-musl-x86_64.so.1"));
    putLibraries(target, join(folder, "usr/lib"));
    putNode(join(folder, "usr/local/bin/node"));
  });
}

/** The linker of musl looks for functions in all libraries, and takes "libc.so.6" for itself. */
function putLibraries(target: Target, folder: string): void {
  const debian = join(debianRoot("trixie"), "usr/lib/x86_64-linux-gnu");
  copyFileSync(join(debian, "libgcc_s.so.1"), join(folder, "libgcc_s.so.1"));
  copyFileSync(join(debian, "libstdc++.so.6"), join(folder, "libstdc++-glibc.so"));
  const source = "packaging/check/glibc-on-musl.c";
  compileMuslLibrary(target, source, ["libstdc++-glibc.so", "libgcc_s.so.1"], join(folder, "libstdc++.so.6"));
  run("x86_64-linux-gnu-gcc", [
    "-shared",
    "-nostdlib",
    "-x",
    "c",
    "/dev/null",
    "-o",
    join(folder, "ld-linux-x86-64.so.2"),
  ]);
}

/** What the program says of itself: that it has a script within. */
const FUSE = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2:";

function putNode(file: string): void {
  const program = readFileSync(join(npmPackage(PACKAGE), "pnpm"));
  const at = program.indexOf(`${FUSE}1`);
  if (at < 0) throw new Error(`${PACKAGE} is not Node with a script`);
  program.write("0", at + FUSE.length);
  writeFileSync(file, program);
  chmodSync(file, 0o755);
}
