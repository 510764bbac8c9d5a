import { BUCKET, LOOP, type Row } from "./row.js";

export const CPU: readonly Row[] = [
  { file: "cpu-profile.bt", commands: `${LOOP}; ${LOOP}; echo done`, stdout: [/^@samples\[sh\]: [1-9]\d*$/m] },
  {
    file: "cgroup-cpu.bt",
    commands: `${LOOP}; ${LOOP}; echo done`,
    stdout: [/^@samples\[\S*\]: [1-9]\d*$/m],
  },
  {
    file: "hot-stacks.bt",
    commands: `${LOOP}; ${LOOP}; echo done`,
    stdout: [/^@stacks\[sh, $/m, /^ {8}(\S+\+\d+|0x[0-9a-f]+)$/m, /^\]: [1-9]\d*$/m],
  },
  {
    file: "hot-lines.bt",
    commands: `${LOOP}; ${LOOP}; echo done`,
    stdout: [/^@stacks\[sh, $/m, /^ {8}(\S+\+\d+|0x[0-9a-f]+)/m, /^\]: [1-9]\d*$/m],
  },
  { file: "run-queue-latency.bt", isWide: true, commands: "sleep 0.1; true", stdout: [/^@us:?\s*$/m, BUCKET] },
  {
    file: "off-cpu.bt",
    isWide: true,
    args: ["--", "--name=sleep"],
    commands: "sleep 0.2",
    stdout: [/^@us\[sleep, $/m, /^ {8}\S*schedule\S*\+\d+$/m, /^\]: \d{6,}$/m],
  },
  {
    file: "softirq-time.bt",
    isWide: true,
    commands: "sleep 0.1",
    stdout: [/^@us\[timer\]: \d+$/m, /^@ns\[timer\]:$/m],
  },
];

export const SYSCALLS: readonly Row[] = [
  {
    file: "syscalls-by-process.bt",
    commands: "read x < /etc/hostname; echo done",
    stdout: [/^@syscalls\[sh, \d+\]: [1-9]\d*$/m],
  },
  {
    file: "syscall-dispatcher.bt",
    commands: "read x < /etc/hostname; exec /bin/true",
    printed: /exits/,
    stdout: [
      /^sh +opens \/etc\/hostname$/m,
      /^sh +becomes \/bin\/true$/m,
      /^true +exits with 0$/m,
      /^@bytes_asked_for\[sh\]: [1-9]\d*$/m,
    ],
  },
  {
    file: "syscalls-failed.bt",
    commands: "read x < /nowhere; echo done",
    stdout: [/^@failed\[sh, openat, No such file or directory\]: 1$/m],
  },
  {
    file: "syscalls-slow.bt",
    args: ["--", "--ms=50"],
    commands: "exec sleep 0.1",
    printed: /nanosleep/,
    stdout: [/^\d+ +sleep +(clock_)?nanosleep +\d{2,} 0$/m],
  },
];
