/**
 * The tree of files for a host that has neither Node nor a compiler, below any folder: the archive holds it as it is, the packages of
 * distributions below /usr.
 */
import { execFileSync } from "node:child_process";
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { SNAPSHOT_FLAGS } from "../src/build/launcher/definitions.mjs";
import { makeSnapshot } from "../src/build/snapshot/make.mjs";
import { copyNode } from "./node-binary.js";
import { copyPages } from "./pages.js";
import { FOR_PROGRAMS } from "./program.js";
import { runBeside } from "./run.js";

/** @param dist - as src/build/build.mjs fills it @param native - the launcher and the addon for x64 with glibc */
export function makeTree(tree: string, dist: string, native: string): void {
  rmSync(tree, { recursive: true, force: true });
  const lib = join(tree, "lib/tsbt");
  const doc = join(tree, "share/doc/tsbt");
  for (const folder of [lib, doc, join(tree, "bin")]) mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(dist).filter((name) => !FOR_PROGRAMS.includes(name))) {
    cpSync(join(dist, name), join(lib, name));
  }
  copyFileSync(join(native, "launch"), join(lib, "tsbt"));
  copyFileSync(join(native, "tsbt.node"), join(lib, "tsbt.node"));
  symlinkSync("../lib/tsbt/tsbt", join(tree, "bin/tsbt"));
  copyNode(lib, doc);
  for (const program of ["tsbt", "tsbt-list"]) {
    makeSnapshot({
      node: join(lib, "node"),
      flags: SNAPSHOT_FLAGS,
      bundle: join(lib, `${program}.cjs`),
      unfinished: join(lib, "unfinished.blob"),
      file: join(lib, `${program}.blob`),
      env: { LD_LIBRARY_PATH: join(lib, "lib") },
    });
  }
  copyPages(doc);
  copyMore(tree);
}

/** Where shells and man look. */
function copyMore(tree: string): void {
  const completions = {
    bash: "share/bash-completion/completions/tsbt",
    zsh: "share/zsh/site-functions/_tsbt",
    fish: "share/fish/vendor_completions.d/tsbt.fish",
  };
  for (const [shell, path] of Object.entries(completions)) {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    copyFileSync(`docs/completion/tsbt.${shell}`, join(tree, path));
  }
  mkdirSync(join(tree, "share/man/man8"), { recursive: true });
  writeFileSync(join(tree, "share/man/man8/tsbt.8.gz"), gzipSync(readFileSync("docs/tsbt.8"), { level: 9 }));
}

/** The same commit gives the same file. */
export function makeArchive(tree: string, file: string): Promise<void> {
  const name = file.replace(/^.*\/|\.tar\.xz$/g, "");
  const args = [
    "--sort=name",
    "--owner=0",
    "--group=0",
    "--numeric-owner",
    "--mode=u=rwX,go=rX",
    `--mtime=@${commitTime()}`,
  ];
  return runBeside("tar", [
    ...args,
    `--transform=s,^\\.,${name},S`,
    "--use-compress-program=xz -9",
    "-cf",
    file,
    "-C",
    tree,
    ".",
  ]);
}

export function commitTime(): string {
  return execFileSync("git", ["log", "-1", "--format=%ct"], { encoding: "utf8" }).trim();
}
