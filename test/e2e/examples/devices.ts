import { BUCKET, type Row } from "./row.js";

/** A disk of one MiB, read past the cache. */
const READ_A_DISK = `dd if=/dev/zero of=/dev/shm/disk bs=1M count=1 status=none
  disk=$(losetup -f --show /dev/shm/disk); dd if=$disk of=/dev/null bs=64k iflag=direct status=none; losetup -d $disk`;

export const DEVICES: readonly Row[] = [
  {
    file: "block-latency.bt",
    isWide: true,
    needs: ["loop"],
    commands: READ_A_DISK,
    stdout: [/^@us\[7, \d+, R\]:$/m, BUCKET],
  },
  {
    file: "block-sizes.bt",
    isWide: true,
    needs: ["loop"],
    commands: READ_A_DISK,
    stdout: [/^@bytes\[\S+, R\]:$/m, /^@total\[dd, R\]: 1048576$/m],
  },
];
