/** Which functions are built into bpftrace, and which are macros of its library (stdlib.md 1.1). */

/**
 * Functions of bpftrace's compiler. All others are macros of its library, whose wrong arguments are reported as
 * those of macros (stdlib.md 1.1, 1.2).
 */
const COMPILER_FUNCTIONS: ReadonlySet<string> = new Set([
  "avg", "bswap", "buf", "cat", "cgroup_path", "cgroupid", "clear", "count", "debugf", "errorf", "exit", "fail", "hist",
  "join", "kaddr", "kptr", "kstack", "ksym", "lhist", "macaddr", "max", "min", "nsecs", "ntop", "path", "percpu_kaddr",
  "pid", "print", "printf", "pton", "reg", "skboutput", "socket_cookie", "stats", "str", "strftime", "strncmp", "sum",
  "system", "tid", "time", "tseries", "unwatch", "uptr", "ustack", "usym", "warnf", "zero", "getopt", "is_scalar",
  "stack_len",
]);

export const isCompilerFunction = (name: string): boolean => COMPILER_FUNCTIONS.has(name);
