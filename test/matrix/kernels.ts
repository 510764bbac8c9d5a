/** A kernel that the tests run under. */
export interface Kernel {
  /** As Debian's packages are named: `linux-image-6.12…`. */
  readonly version: string;
  /** The Debian suites that have it. */
  readonly suites: readonly string[];
  /** Why it is worth the time. */
  readonly why: string;
}

export const KERNELS = [
  {
    version: "6.1",
    suites: ["bookworm", "bookworm-security"],
    why: "the oldest kernel in wide use (Debian 12): no uprobe.multi, kprobe.session, number iterator, may_goto or ISA v4, so every fallback runs",
  },
  {
    version: "6.12",
    suites: ["trixie"],
    why: "Debian 13, a long-term kernel with kprobes, fentry, multi links and modules; near to what most users have, so part of npm test",
  },
  {
    version: "7.2",
    suites: ["trixie-backports", "sid"],
    why: "the newest kernel of Debian: what changed in BTF, tracepoint formats and the verifier shows here first",
  },
] as const satisfies readonly Kernel[];

export function kernelNamed(version: string): Kernel {
  const kernel = KERNELS.find((row) => row.version === version);
  if (kernel === undefined) {
    throw new Error(`no kernel ${version}; there are ${KERNELS.map((row) => row.version).join(", ")}`);
  }
  return kernel;
}
