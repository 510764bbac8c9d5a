import { IN_A_SMALL_CGROUP } from "./processes.js";
import { BUCKET, type Row } from "./row.js";

export const MEMORY: readonly Row[] = [
  {
    file: "malloc-sizes.bt",
    commands: "exec /bin/ls -l /etc",
    stdout: [/^@bytes\[ls\]:$/m, /^@total\[ls\]: [1-9]\d*$/m, BUCKET],
  },
  {
    file: "allocations-kept.bt",
    commands: "exec /bin/ls /",
    stdout: [/^@bytes\[\d+, $/m, /^\]: [1-9]\d*$/m],
  },
  { file: "page-faults.bt", commands: "exec /bin/true", stdout: [/^@faults\[true, $/m, /^\]: [1-9]\d*$/m] },
  {
    file: "memory-growth.bt",
    commands: "exec sort /etc/passwd",
    stdout: [/^@(mapped|heap)\[sort, $/m, /^\]: [1-9]\d*$/m],
  },
  {
    file: "reclaim-latency.bt",
    isWide: true,
    needs: ["cgroup2"],
    // Before one who wants too much is killed, it has to look for memory itself.
    commands: `(${IN_A_SMALL_CGROUP}; exec dd if=/dev/zero of=/dev/null bs=200M count=1)`,
    stdout: [/^@us\[dd\]:$/m, /^@pages\[dd\]: \d+$/m],
  },
];

export const LOCKS: readonly Row[] = [
  {
    file: "user-lock-waits.bt",
    // Its threads wait for work.
    commands: 'exec "$NODE" -e "require(`node:zlib`).gzip(`x`, () => process.exit(0))"',
    stdout: [/^@waits\[\d+, \d+\]: [1-9]\d*$/m, /^@us\[\d+, \d+\]: \d+$/m, /^@stacks\[\d+, \d+, $/m],
  },
  {
    file: "kernel-lock-waits.bt",
    isWide: true,
    needs: ["contention"],
    // Whoever writes holds the lock of the file, for so long that it is not the only one who wants it.
    commands: `write="dd if=/dev/zero of=/dev/shm/fought-for bs=32M count=4 conv=notrunc status=none"
      $write & $write & wait`,
    stdout: [/^@ns\[$/m, /^\]: [1-9]\d*$/m],
  },
];
