/** A fresh system for one check: a root that forgets what is written to it, in namespaces of its own. */
import { spawn } from "node:child_process";
import { resolve } from "node:path";

export interface RootOptions {
  readonly root: string;
  /** Folders of this machine that are to be seen in there. */
  readonly binds?: Readonly<Record<string, string>>;
  /** Run on this machine, as root, when all is mounted: `$R` is the root. */
  readonly before?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** How to get in there; as it is, through a shell. */
  readonly enter?: readonly string[];
  /** Its programs are for arm64: the kernel is told who runs those, for the user namespace that it is in then (Linux 6.7). */
  readonly isEmulated?: boolean;
}

export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a shell script in there, for five minutes at most. The folder of the probes is /check. */
export async function runInRoot(
  script: string,
  { root, binds = {}, before = "", environment = {}, enter, isEmulated = false }: RootOptions,
): Promise<Ran> {
  const mounts = Object.entries({ ...binds, "/check": resolve("packaging/check") }).map(
    ([inside, outside]) =>
      `mkdir -p "$R${inside}" && mount --bind '${outside}' "$R${inside}" && mount -o remount,bind,ro "$R${inside}"`,
  );
  const outer = [
    "set -e",
    "mount --make-rprivate /",
    ...(isEmulated ? REGISTER_ARM64 : []),
    "mount -t tmpfs tmpfs /mnt",
    "mkdir /mnt/upper /mnt/work /mnt/root",
    "chmod 755 /mnt/upper",
    `mount -t overlay overlay -o 'lowerdir=${root},upperdir=/mnt/upper,workdir=/mnt/work' /mnt/root`,
    "R=/mnt/root",
    'mount -t proc proc "$R/proc"',
    'mount --rbind /sys "$R/sys"',
    'mount --rbind /dev "$R/dev"',
    ...mounts,
    before,
    'exec chroot "$R" "$@"',
  ].join("\n");
  const inner = enter ?? ["/bin/sh", "-c", script, "sh"];
  const args = [
    ...(isEmulated ? ["--user", "--map-root-user"] : []),
    "--mount",
    "--pid",
    "--fork",
    "--kill-child",
    "/bin/bash",
    "-c",
    outer,
    "bash",
    ...inner,
  ];
  const env = { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C", ...environment };
  const child = spawn("unshare", args, {
    env,
    timeout: LIMIT_MS,
    killSignal: "SIGKILL",
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => (output[name] += text));
  }
  const status = await new Promise<number | null>((end, reject) => child.on("close", end).on("error", reject));
  return { status, ...output };
}

/** By the beginning of ELF files: of 64 bits, programs or libraries, for machine 183. In there nobody can have a larger stack. */
const REGISTER_ARM64 = [
  "ulimit -s 24576",
  "mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc",
  String.raw`printf '%s' ':arm64:M::\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00:\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff:/usr/bin/qemu-aarch64-static:PF' > /proc/sys/fs/binfmt_misc/register`,
];

const LIMIT_MS = 300_000;
