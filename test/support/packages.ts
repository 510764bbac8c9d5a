import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** What tests need installed: the Debian package, and a file by which its presence is known. */
export const PACKAGES = {
  binutils: () => onPath("objdump"),
  gcc: () => onPath("gcc"),
  "g++": () => onPath("g++"),
  "libc6-dev": () => existsSync("/usr/include/stdio.h"),
  "systemtap-sdt-dev": () =>
    existsSync("/usr/include/sys/sdt.h") || existsSync("/usr/include/x86_64-linux-gnu/sys/sdt.h"),
  "qemu-system-x86": () => onPath("qemu-system-x86_64"),
  "busybox-static": () => onPath("busybox"),
  kmod: () => onPath("modprobe"),
  "xz-utils": () => onPath("xz"),
  mandoc: () => onPath("mandoc"),
  zsh: () => onPath("zsh"),
  fish: () => onPath("fish"),
  clang: () => onPath("clang") && onPath("clang++"),
  "golang-go": () => onPath("go"),
  gdb: () => onPath("gdb"),
  rustc: () => onPath("rustc"),
  tmux: () => onPath("tmux"),
  dwz: () => onPath("dwz"),
  llvm: () => onPath("llvm-dwp"),
  zstd: () => onPath("zstd"),
} as const satisfies Record<string, () => boolean>;

export type PackageName = keyof typeof PACKAGES;

export function isInstalled(name: PackageName): boolean {
  return PACKAGES[name]();
}

/** The directories of `PATH`, and those that an ordinary user's `PATH` lacks. */
const SEARCH_PATH = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin", "/sbin"];

function onPath(command: string): boolean {
  return SEARCH_PATH.some((dir) => existsSync(join(dir, command)));
}
