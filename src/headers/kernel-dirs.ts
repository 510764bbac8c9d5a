/** The headers that the running kernel was built with: where they are, and what its build defines. */
import { statSync } from "node:fs";
import type { HeaderFile } from "../../grammar/c/index.js";
import { bytePath } from "../files/index.js";

/** Text is byte strings. */
export interface KernelDirs {
  /** In the order in which they are searched. */
  readonly dirs: readonly string[];
  /** What the compiler reads before everything else. */
  readonly prelude: HeaderFile;
}

export interface Surroundings {
  readonly environment: { get(name: string): string | undefined };
  /** As `uname -r` prints it. */
  readonly release: string;
  readonly machine: NodeJS.Architecture;
  /** Where modules lie; another one in tests. */
  readonly modulesDir?: string;
}

/** Undefined: there are none. */
export function findKernelDirs(surroundings: Surroundings): KernelDirs | undefined {
  const tree = treeOf(surroundings);
  if (tree === undefined) return undefined;
  const { source, build } = tree;
  const arch = surroundings.environment.get("ARCH") ?? ARCHITECTURES[surroundings.machine] ?? surroundings.machine;
  return { dirs: dirsOf(source, build, arch), prelude: preludeOf(source) };
}

/** The kernel's own names of architectures. */
const ARCHITECTURES: Readonly<Partial<Record<NodeJS.Architecture, string>>> = {
  x64: "x86",
  arm64: "arm64",
  arm: "arm",
  s390x: "s390",
  ppc64: "powerpc",
  mips: "mips",
  mipsel: "mips",
  riscv64: "riscv",
  loong64: "loongarch",
};

interface Tree {
  readonly source: string;
  /** What the build has made: the same, unless it was built elsewhere. */
  readonly build: string;
}

function treeOf({ environment, release, modulesDir = "/lib/modules" }: Surroundings): Tree | undefined {
  const source = environment.get("BPFTRACE_KERNEL_SOURCE");
  if (source !== undefined) {
    return isDirectory(source) ? { source, build: environment.get("BPFTRACE_KERNEL_BUILD") ?? source } : undefined;
  }
  const [sourceLink, buildLink] = [`${modulesDir}/${release}/source`, `${modulesDir}/${release}/build`];
  const found = [sourceLink, buildLink].filter(isDirectory);
  const [either] = found;
  if (either === undefined) return undefined;
  return found.length === 2 ? { source: sourceLink, build: buildLink } : { source: either, build: either };
}

/** As the kernel's Makefile has them in LINUXINCLUDE and USERINCLUDE. */
const dirsOf = (source: string, build: string, arch: string): readonly string[] => [
  ...new Set([
    `${source}/arch/${arch}/include`,
    `${build}/arch/${arch}/include/generated`,
    `${source}/include`,
    `${build}/include`,
    `${source}/arch/${arch}/include/uapi`,
    `${build}/arch/${arch}/include/generated/uapi`,
    `${source}/include/uapi`,
    `${build}/include/generated/uapi`,
  ]),
];

const preludeOf = (source: string): HeaderFile => ({
  name: "<kernel>",
  text: `#define __KERNEL__ 1
#define __BPF_TRACING__ 1
#define __HAVE_BUILTIN_BSWAP16__ 1
#define __HAVE_BUILTIN_BSWAP32__ 1
#define __HAVE_BUILTIN_BSWAP64__ 1
#define CC_USING_FENTRY 1
#define KBUILD_MODNAME "bpftrace"
#include "${source}/include/linux/kconfig.h"
`,
  isKernels: true,
});

function isDirectory(path: string): boolean {
  try {
    return statSync(bytePath(path), { throwIfNoEntry: false })?.isDirectory() === true;
  } catch {
    return false;
  }
}
