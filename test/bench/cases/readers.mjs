/** Who reads events: the command, which prints them, or a program. */
import { join } from "node:path";
import { ROOT } from "../compile.mjs";
import { firingProgram } from "../firing.mjs";
import { reader } from "../measures/reader.mjs";

const SCRIPT = 'tracepoint:syscalls:sys_enter_getppid { printf("%d %s %d\\n", pid, comm, nsecs); }';

export const READERS = {
  "events read by a program": {
    measure: reader,
    prepare: () => ({ fire: firingProgram("calls-getppid", { turn: "syscall(SYS_getppid);" }) }),
    args: () => ["-e", SCRIPT],
    others: { "for await": [process.execPath, join(ROOT, "test/bench/api-reader.mjs"), SCRIPT] },
    // A program may read 0.8 of what the command prints in the same time.
    goals: { "for await": { event: "≥ 0.8" } },
  },
};
