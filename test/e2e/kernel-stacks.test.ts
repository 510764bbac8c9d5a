import { describe } from "vitest";
import { checkScript, compileC, kernelTest, type Requirements, type ScriptExpectation } from "../support/index.js";

/** Reads 5 times from /dev/zero, each time as many bytes as nobody else does, by way of a function of its own. */
const READER = `
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>
static char buffer[12345];
__attribute__((noinline)) long fetch(int fd) {
  __asm__ volatile("" : : "r"(__builtin_frame_address(0))); /* a frame of its own */
  register long result __asm__("rax") = SYS_read;
  __asm__ volatile("syscall" : "+r"(result) : "D"((long)fd), "S"(buffer), "d"(sizeof buffer) : "rcx", "r11", "memory");
  return result;
}
int main(void) {
  int zero = open("/dev/zero", O_RDONLY);
  for (int i = 0; i < 5; i++) if (fetch(zero) < 0) return 1;
  return close(zero);
}
`;
const FLAGS = ["-O1", "-fno-omit-frame-pointer", "-fno-optimize-sibling-calls", "-mno-omit-leaf-frame-pointer"];

/** The filter by pid keeps the rest of the machine out; the one by size the reader's own start-up. */
const MINE = "/pid == cpid && arg2 == 12345/";

interface Row extends Pick<ScriptExpectation, "script" | "match"> {
  readonly claim: string;
  readonly needs: NonNullable<Requirements["needs"]>;
}

const ROWS: readonly Row[] = [
  {
    claim: "a kprobe's stack starts in its function",
    needs: "kprobe",
    script: `kprobe:vfs_read ${MINE} { @[kstack(1)] = count(); @deep = max(len(kstack)); }`,
    match: [/^@\[\n {8}vfs_read\+\d+\n\]: 5$/m, /^@deep: ([3-9]|\d\d)$/m],
  },
  {
    claim: "a whole kernel stack ends where system calls enter",
    needs: "kprobe",
    script: `kprobe:vfs_read ${MINE} { printf("%s", kstack); }`,
    match: /^(\n {8}vfs_read\+\d+\n( {8}\w[\w.]*\+\d+\n)+){5}/,
  },
  {
    claim: "the user stack of a system call is that of its caller",
    needs: "kprobe",
    script: `kprobe:vfs_read ${MINE} { @[ustack(2)] = count(); }`,
    match: /^@\[\n {8}fetch\+\d+\n {8}main\+\d+\n\]: 5$/m,
  },
  {
    claim: "both stacks and a name make one key",
    needs: "kprobe",
    script: `kprobe:vfs_read ${MINE} { @[kstack(1), ustack(1), comm] = count(); }`,
    match: /^@\[\n {8}vfs_read\+\d+\n, \n {8}fetch\+\d+\n, fetcher\]: 5$/m,
  },
  {
    claim: "a function is known on entry and on return",
    needs: "kprobe",
    script: `kprobe:vfs_read ${MINE} { @in[func] = count(); }
      kretprobe:vfs_read /pid == cpid && retval == 12345/ { @out[func] = count(); }`,
    match: [/^@in\[vfs_read\]: 5$/m, /^@out\[vfs_read\]: 5$/m],
  },
  {
    claim: "in perf mode the addresses of the kernel are its own",
    needs: "kprobe",
    script: `kprobe:vfs_read ${MINE} { @[kstack(perf, 1)] = count(); }`,
    match: /^@\[\n\tffff[0-9a-f]{12} vfs_read\+\d+\n\]: 5$/m,
  },
];

describe("stacks of the kernel", () => {
  for (const { claim, needs, ...expectation } of ROWS) {
    kernelTest(claim, { needs, package: ["gcc", "libc6-dev"] }, async () => {
      const reader = compileC(READER, { name: "fetcher", flags: FLAGS });
      await checkScript({ ...expectation, options: ["-c", reader] });
    });
  }

  kernelTest(
    "a tracepoint's stacks are those of the one who passes it",
    { package: ["gcc", "libc6-dev"] },
    async () => {
      const reader = compileC(READER, { name: "fetcher", flags: FLAGS });
      await checkScript({
        script: "tracepoint:syscalls:sys_enter_read /pid == cpid && args.count == 12345/ { @[ustack(2)] = count(); }",
        options: ["-c", reader],
        // A number against one of user space.
        stderrMatch: /WARNING: Addrspace mismatch/,
        match: /^@\[\n {8}fetch\+\d+\n {8}main\+\d+\n\]: 5$/m,
      });
    },
  );
});
