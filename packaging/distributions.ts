/** Packages for Debian's and Red Hat's descendants, and what a container is built from: all of the same tree. */
import { cpSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { cloneManifest } from "./npm-packages.js";
import { hasCommand, runBeside } from "./run.js";
import { commitTime } from "./tree.js";

const MAINTAINER = "tsbt maintainers <maintainers@users.noreply.h-seed-bc170529.example>";
const SUMMARY = "tracer for Linux that runs bpftrace scripts";
const ABOUT = [
  "tsbt runs scripts in the bpftrace language, without LLVM, clang, bcc or libbpf.",
  "It brings its own Node, and starts in some hundredths of a second.",
];

export async function makeDeb(tree: string, scratch: string, into: string): Promise<string> {
  const { version } = cloneManifest();
  const root = join(scratch, "deb");
  rmSync(root, { recursive: true, force: true });
  mkdirSync(join(root, "DEBIAN"), { recursive: true });
  cpSync(tree, join(root, "usr"), { recursive: true, verbatimSymlinks: true });
  // Debian's zsh looks elsewhere.
  renameSync(join(root, "usr/share/zsh/site-functions"), join(root, "usr/share/zsh/vendor-completions"));
  const control = [
    "Package: tsbt",
    `Version: ${version}`,
    "Architecture: amd64",
    `Maintainer: ${MAINTAINER}`,
    "Section: utils",
    "Priority: optional",
    `Installed-Size: ${Math.ceil(sizeOf(join(root, "usr")) / 1024)}`,
    "Depends: libc6 (>= 2.34), libgcc-s1, libstdc++6 (>= 9)",
    `Description: ${SUMMARY}`,
    ...ABOUT.map((line) => ` ${line}`),
  ];
  writeFileSync(join(root, "DEBIAN/control"), `${control.join("\n")}\n`);
  const file = join(into, `tsbt_${version}_amd64.deb`);
  await runBeside("dpkg-deb", ["--root-owner-group", "-Zxz", "-z9", "--build", root, file], {
    env: { ...process.env, SOURCE_DATE_EPOCH: commitTime() },
  });
  return file;
}

export async function makeRpm(tree: string, scratch: string, into: string): Promise<string> {
  const { version, license } = cloneManifest();
  const top = resolve(scratch, "rpm");
  rmSync(top, { recursive: true, force: true });
  mkdirSync(top, { recursive: true });
  const spec = [
    "Name: tsbt",
    `Version: ${version.replace("-", "~")}`,
    "Release: 1",
    `Summary: ${SUMMARY}`,
    `License: ${license}`,
    // Of what is packed nothing is for others, and what it needs is known.
    "AutoReqProv: no",
    "Requires: glibc >= 2.34, libgcc, libstdc++",
    "%define _binary_payload w9.xzdio",
    "%define debug_package %{nil}",
    "%define __os_install_post %{nil}",
    "%define _build_id_links none",
    ...["%description", ...ABOUT],
    ...["%install", "mkdir -p %{buildroot}/usr", `cp -a ${resolve(tree)}/. %{buildroot}/usr/`],
    ...["%files", "%defattr(-,root,root)", "/usr/bin/tsbt", "/usr/lib/tsbt"],
    ...["/usr/share/doc/tsbt", "/usr/share/man/man8/tsbt.8.gz", "/usr/share/bash-completion/completions/tsbt"],
    ...["/usr/share/zsh/site-functions/_tsbt", "/usr/share/fish/vendor_completions.d/tsbt.fish"],
  ];
  writeFileSync(join(top, "tsbt.spec"), `${spec.join("\n")}\n`);
  await runBeside("rpmbuild", [
    "-bb",
    "--target",
    "x86_64-linux",
    "--define",
    `_topdir ${top}`,
    join(top, "tsbt.spec"),
  ]);
  const [made = ""] = readdirSync(join(top, "RPMS/x86_64"));
  const file = join(into, made);
  renameSync(join(top, "RPMS/x86_64", made), file);
  return file;
}

/** The folder that `podman build` or `docker build` is given. @returns the one layer that it adds, compressed as registries have it */
export async function makeContainer(tree: string, into: string): Promise<string> {
  const { version } = cloneManifest();
  const folder = join(into, "container");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, "rootfs"), { recursive: true });
  cpSync(tree, join(folder, "rootfs/usr"), { recursive: true, verbatimSymlinks: true });
  for (const unused of ["bash-completion", "doc", "fish", "man", "zsh"]) {
    rmSync(join(folder, "rootfs/usr/share", unused), { recursive: true, force: true });
  }
  cpSync("examples", join(folder, "rootfs/usr/share/tsbt/examples"), { recursive: true });
  cpSync("packaging/Containerfile", join(folder, "Containerfile"));
  // Registries take both; the second is larger by two fifths.
  const [suffix, compressor] = hasCommand("zstd") ? ["zst", "zstd -19 -q"] : ["gz", "gzip -9n"];
  const layer = join(into, `tsbt-${version}-container-layer.tar.${suffix}`);
  await runBeside("tar", [
    "--sort=name",
    "--owner=0",
    "--group=0",
    `--use-compress-program=${compressor}`,
    "-cf",
    layer,
    "-C",
    join(folder, "rootfs"),
    ".",
  ]);
  return layer;
}

function sizeOf(path: string): number {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status === undefined || !status.isDirectory()) return status?.size ?? 0;
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
}
