/** Stacks that are printed at the end: from their addresses to names. */
import { compile } from "../compile.mjs";

/** Each way through the levels is a stack of its own: 2 to the power of `levels` of them. */
const ways = (levels) => `
#include <sys/syscall.h>
#include <unistd.h>
${Array.from({ length: levels }, (_, level) => [0, 1].map((way) => `void f${level}_${way}(unsigned bits);`).join(" ")).join("\n")}
${Array.from({ length: levels }, (_, level) => [0, 1].map((way) => `void f${level}_${way}(unsigned bits) { ${next(level + 1, levels)} asm volatile(""); }`).join("\n")).join("\n")}
int main(void) {
  for (unsigned bits = 0; bits < 1u << ${levels}; bits++) { ${next(0, levels)} }
  return 0;
}
`;

const next = (level, levels) =>
  level === levels ? "syscall(SYS_getppid);" : `if (bits >> ${level} & 1) f${level}_1(bits); else f${level}_0(bits);`;

const stacks = (levels, key) => ({
  prepare: () => ({
    target: compile(`stacks-${levels}`, ways(levels), ["-O1", "-fno-omit-frame-pointer", "-fno-inline"]),
  }),
  args: ({ target }) => [
    "-c",
    target,
    "-e",
    `tracepoint:syscalls:sys_enter_getppid /pid == cpid/ { @[${key}] = count(); }`,
  ],
  goals: { bpftrace: { CPU: 0.5, wall: 0.5 } },
});

export const STACKS = {
  "kernel stack at exit": stacks(0, "kstack"),
  "512 user stacks at exit": stacks(9, "ustack"),
  "512 of both at exit": stacks(9, "kstack, ustack"),
  "4,096 user stacks at exit": stacks(12, "ustack"),
};
