/** Short runs: each script ends by itself, after its first event where it waits for one. */
import { closeSync, openSync } from "node:fs";

export const START = {
  "begin and exit": { args: () => ["-e", "BEGIN { exit(); }"] },
  "openat one-liner": {
    prepare() {
      const opener = setInterval(() => closeSync(openSync("/dev/null")), 1);
      return { release: () => clearInterval(opener) };
    },
    args: () => [
      "-e",
      `tracepoint:syscalls:sys_enter_openat /pid == ${process.pid}/ { printf("%s %s\\n", comm, str(args.filename)); exit(); }`,
    ],
  },
  "struct walk": {
    args: () => ["-e", `BEGIN { printf("%d %s\\n", curtask->pid, curtask->group_leader->comm); exit(); }`],
  },
};
