import type { Row } from "./row.js";

/** In a cgroup that has no more than 32 MiB, and nothing to swap to. */
export const IN_A_SMALL_CGROUP = `cd /sys/fs/cgroup; echo +memory > cgroup.subtree_control
  mkdir -p small; echo 32M > small/memory.max; echo 0 > small/cgroup.procs; cd /`;

export const PROCESSES: readonly Row[] = [
  {
    file: "processes-executed.bt",
    commands: "exec /bin/true",
    printed: /\/bin\/true/,
    stdout: [/^PID {6}UID {4}BY {15}PROGRAM$/m, /^\d+ +0 +sh +\/bin\/true$/m],
  },
  {
    file: "parents.bt",
    commands: "exec /bin/true",
    printed: /<- .* <- /,
    stdout: [/^true \(\d+\) <- .+ \(\d+\) <- .+ \(\d+\)$/m],
  },
  {
    file: "process-lifetimes.bt",
    commands: "exec /bin/false",
    stdout: [/^PID +COMM +MS STATUS SIGNAL$/m, /^\d+ +false +\d+ +1 +0$/m],
  },
  {
    file: "threads-started.bt",
    commands: "(true); (true); (true); echo done",
    stdout: [/^@processes\[sh\]: 3$/m],
  },
  {
    file: "signals-sent.bt",
    commands: "trap : USR1; kill -USR1 $$; echo done",
    printed: /User defined/,
    stdout: [/^\d+ +sh +10 +User defined signal 1 +\d+ +sh$/m],
  },
  {
    file: "oom-kills.bt",
    isWide: true,
    needs: ["cgroup2"],
    commands: `(${IN_A_SMALL_CGROUP}; exec dd if=/dev/zero of=/dev/null bs=200M count=1); echo done`,
    printed: / killed /,
    stdout: [/^\d\d:\d\d:\d\d killed \d+: dd \(\d+\) wanted memory in unified:\/small$/m],
  },
  {
    file: "mounts.bt",
    isWide: true,
    commands: "mkdir -p /tmp/mnt; mount -t tmpfs -o size=1M none /tmp/mnt && umount /tmp/mnt; echo done",
    printed: /unmount/,
    stdout: [/unmount \/tmp\/mnt: Success$/m],
  },
  {
    file: "bash-commands.bt",
    isWide: true,
    // Only at a terminal does bash read lines in this way.
    commands: "printf 'echo $((6*7))\\nexit\\n' | script -qc 'bash --norc --noprofile -i' /dev/null",
    printed: /exit$/m,
    stdout: [/^\d\d:\d\d:\d\d root \(\d+\): echo \$\(\(6\*7\)\)$/m],
  },
  {
    file: "capability-checks.bt",
    isWide: true,
    needs: ["kprobe"],
    commands: "nice -n -1 true", // CAP_SYS_NICE
    stdout: [/^@checks\[nice, 23, yes\]: [1-9]\d*$/m],
  },
];
