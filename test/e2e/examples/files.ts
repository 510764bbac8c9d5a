import { BUCKET, type Row } from "./row.js";

export const FILES: readonly Row[] = [
  {
    file: "files-opened.bt",
    commands: "read x < /etc/hostname; exec 3< /etc/passwd",
    printed: /\/etc\/passwd/,
    stdout: [/^PID {6}COMM {13}FILE$/m, /^\d+ +sh +\/etc\/hostname$/m, /^\d+ +sh +\/etc\/passwd$/m],
  },
  {
    file: "opens-failed.bt",
    commands: "read x < /etc/hostname; read x < /nowhere",
    printed: /nowhere/,
    stdout: [/^\d+ +sh +No such file or directory +\/nowhere$/m, /^(?![^]*\/etc\/hostname)/],
  },
  {
    file: "files-removed.bt",
    commands: "exec mv -f $(mktemp) /tmp/tsbt-moved",
    printed: /tsbt-moved/,
    stdout: [/^mv \(\d+\) renames \/tmp\/tmp\.\S+ to \/tmp\/tsbt-moved$/m],
  },
  {
    file: "read-sizes.bt",
    commands: "read x < /etc/passwd; echo done",
    stdout: [/^@bytes\[sh\]:$/m, /^\[\d+\] +\d+ \|@+ *\|$|^\[\d+K?, \d+K?\) +\d+ \|@+ *\|$/m],
  },
  { file: "read-latency.bt", commands: "read x < /etc/passwd; echo done", stdout: [/^@us\[sh\]:$/m, BUCKET] },
  {
    file: "sync-latency.bt",
    commands: "cd $(mktemp -d); exec dd if=/dev/zero of=synced bs=1 count=1 conv=fsync status=none",
    stdout: [/^@calls\[dd, fsync\]: 1$/m, /^@ms\[dd, fsync\]:$/m],
  },
  {
    file: "file-traffic.bt",
    isWide: true,
    needs: ["kprobe"],
    commands:
      "dd if=/dev/zero of=/tmp/traffic bs=1000 count=3 status=none; dd if=/tmp/traffic of=/dev/null bs=500 status=none",
    stdout: [/^@bytes\[vfs_write, dd, traffic\]: 3000$/m, /^@bytes\[vfs_read, dd, traffic\]: 3500$/m],
  },
  {
    file: "fs-latency.bt",
    isWide: true,
    needs: ["kprobe"],
    commands: "dd if=/dev/zero of=/dev/shm/file bs=1000 count=3 conv=fsync status=none; cat /dev/shm/file > /dev/null",
    stdout: [
      /^@us\[tmpfs, vfs_read\]:$/m,
      /^@us\[tmpfs, vfs_write\]:$/m,
      /^@us\[tmpfs, vfs_open\]:$/m,
      /^@us\[tmpfs, vfs_fsync_range\]:$/m,
    ],
  },
  {
    file: "page-cache-reads.bt",
    isWide: true,
    needs: ["kprobe"],
    commands: "cat /usr/share/common-licenses/GPL-2 > /dev/null; cat /usr/share/common-licenses/GPL-2 > /dev/null",
    stdout: [/^@reads\[cat, miss\]: [1-9]\d*$/m, /^@reads\[cat, hit\]: [1-9]\d*$/m, BUCKET],
  },
];
