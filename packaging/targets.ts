/** What native code is made for. */
export interface Target {
  /** As in `@tsbt/NAME`. */
  readonly name: string;
  /** As npm and Node name it. */
  readonly cpu: "x64" | "arm64";
  readonly libc: "glibc" | "musl";
  /** Of Debian's compilers; their names begin with it. */
  readonly triple: string;
  /** As Debian names the architecture. */
  readonly debianArch: string;
}

const X64 = { cpu: "x64", triple: "x86_64-linux-gnu", debianArch: "amd64" } as const;
const ARM64 = { cpu: "arm64", triple: "aarch64-linux-gnu", debianArch: "arm64" } as const;

export const TARGETS: readonly Target[] = [
  { name: "linux-x64", libc: "glibc", ...X64 },
  { name: "linux-x64-musl", libc: "musl", ...X64 },
  { name: "linux-arm64", libc: "glibc", ...ARM64 },
  { name: "linux-arm64-musl", libc: "musl", ...ARM64 },
];
