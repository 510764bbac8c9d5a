/** Tracepoints of system calls: many of them, and what they cost those who are traced and those who are not. */
import { firingProgram } from "../firing.mjs";
import { event } from "../measures/event.mjs";

/** Two calls that differ by nothing but that one of them is traced. */
const TRACED = "getppid";
const OTHER = "getuid";

const TWENTY =
  `accept accept4 access bind chdir close connect dup dup2 dup3 fchdir fchmod fchown fcntl fdatasync flock fsync
  ftruncate getdents64 ${TRACED}`.split(/\s+/);

const points = (names) => names.map((name) => `tracepoint:syscalls:sys_enter_${name}`).join(",");
const counted = `{ @[probe] = count(); }`;
/** Ends by itself, when everything is attached. */
const untilAttached = `interval:ms:1 { exit(); }`;

const firing = (call) => firingProgram(`calls-${call}`, { turn: `syscall(SYS_${call});` });

export const SYSTEM_CALLS = {
  "20 syscall tracepoints": {
    args: () => ["-e", `${points(TWENTY)} /pid == ${process.pid}/ ${counted} ${untilAttached}`],
    goals: { bpftrace: { wall: 0.1 } },
  },
  "every system call": {
    runs: 3, // bpftrace takes half a minute for each
    args: () => ["-e", `${points(["*"])} /pid == ${process.pid}/ ${counted} ${untilAttached}`],
    goals: { bpftrace: { wall: 0.01, CPU: 0.5, "peak memory": 0.2 } },
  },
  "system call, one of 20 that are traced": {
    measure: event,
    prepare: () => ({ fire: firing(TRACED) }),
    args: () => ["-e", `${points(TWENTY)} { @ = count(); }`],
  },
  "system call that is not traced, beside 20 that are": {
    measure: event,
    prepare: () => ({ fire: firing(OTHER) }),
    args: () => ["-e", `${points(TWENTY)} { @ = count(); }`],
  },
};
