/**
 * Many tracepoints of system calls: one raw tracepoint, or one perf event, whose program enters the bodies by tail calls.
 * What scripts see is what they see by perf events of their own, which a few system calls still have.
 */
import { describe, expect } from "vitest";
import { checkScript, Child, compileC, kernelTest, run, runTsbt } from "../support/index.js";
import { kernelIsAtLeast } from "../support/running-kernel.js";

const NEEDS = { needs: ["tracepoint", "btf"] } as const;

/** System calls that a program makes by itself alone, with arguments in all six registers. */
const PROGRAM = `
#define _GNU_SOURCE
#include <sys/syscall.h>
#include <unistd.h>
int main(void) {
  char c, name[] = "a name"; // in memory that is there
  read(0, &c, 1);
  syscall(SYS_lseek, 77, 5L, 1);
  syscall(SYS_mmap, 0x1234001L, 11L, 99, 98, 97, 96000L);
  syscall(SYS_readlinkat, -5L, name, (void *)0x10, -1);
  for (int i = 0; i < 3; i++) syscall(SYS_getppid);
  return 0;
}
`;

const program = (): string => compileC(PROGRAM, { name: "calls" });

/** Enough of them to be worth a hub; the program makes none of these. */
const OTHERS = ["swapoff", "acct", "settimeofday", "swapon", "reboot", "quotactl"].map(
  (name) => `tracepoint:syscalls:sys_enter_${name} { @o = 1 }`,
);

/** From Linux 7.0 on programs of raw tracepoints miss what comes while they do not have the CPU. */
const HAS_STEADY_TRACEPOINTS = !kernelIsAtLeast("7.0");

const WAYS = [
  ...(HAS_STEADY_TRACEPOINTS ? [{ way: "raw tracepoint", programs: 2, options: [] as string[] }] : []),
  {
    way: "perf event of all system calls",
    programs: 2,
    options: HAS_STEADY_TRACEPOINTS ? ["--no-feature", "steady_raw_tracepoints"] : [],
  },
  { way: "perf events", programs: 1, options: ["--no-feature", "tail_calls"] },
];

describe.each(WAYS)("by $way", ({ way, programs, options }) => {
  const traced = { options: [...options, "--no-warnings", "-c", program()], input: "x" };

  kernelTest("this is how they are attached", NEEDS, async () => {
    const script = "tracepoint:syscalls:sys_enter_get*id { @[probe] = count(); }";
    const { stdout } = await runTsbt([...options, "-d", "plan", "--dry-run", "-e", script]);
    expect(stdout).toContain(`: ${way}`);
    expect(stdout.match(/^\S+: /gm)).toHaveLength(programs);
  });

  kernelTest("arguments come from their registers", NEEDS, async () => {
    await checkScript({
      ...traced,
      script: `
        tracepoint:syscalls:sys_enter_lseek /pid == cpid/ {
          printf("%s %d %d %d %d\\n", probe, args.__syscall_nr, args.fd, args.offset, args.whence)
        }
        tracepoint:syscalls:sys_enter_mmap /pid == cpid && args.len == 11/ {
          printf("%lx %d %d %d %d\\n", args.addr, args.prot, args.flags, args.fd, args.off)
        }
        tracepoint:syscalls:sys_enter_readlinkat /pid == cpid/ {
          printf("%d %s %p %d\\n", args.dfd, str(args.pathname), args.buf, args.bufsiz)
        }
        ${OTHERS.join("\n")}`,
      match: /^tracepoint:syscalls:sys_enter_lseek 8 77 5 1\n1234001 99 98 97 96000\n-5 a name 0x10 -1\n/m,
    });
  });

  kernelTest("results are those of the calls", NEEDS, async () => {
    await checkScript({
      ...traced,
      script: `
        tracepoint:syscalls:sys_exit_lseek, tracepoint:syscalls:sys_exit_readlinkat /pid == cpid/ {
          printf("%s %d %d\\n", probe, args.__syscall_nr, args.ret)
        }
        tracepoint:syscalls:sys_exit_getppid /pid == cpid && args.ret > 0/ { @parent = count() }
        ${OTHERS.join("\n")}`,
      match: [
        /^tracepoint:syscalls:sys_exit_lseek 8 -9\ntracepoint:syscalls:sys_exit_readlinkat 267 -22\n/m,
        /^@parent: 3$/m,
      ],
    });
  });

  kernelTest("a wildcard is one body, which knows the name and the result of each", NEEDS, async () => {
    await checkScript({
      ...traced,
      script: `tracepoint:syscalls:sys_*_getppid, tracepoint:syscalls:sys_*_lseek /pid == cpid/ { @[probe] = count(); }
        tracepoint:syscalls:sys_exit_lseek, tracepoint:syscalls:sys_exit_get*id /pid == cpid/ { @r[probe, args.ret < 0] = count(); }`,
      match: [
        "@[tracepoint:syscalls:sys_enter_lseek]: 1\n",
        "@[tracepoint:syscalls:sys_exit_lseek]: 1\n",
        "@[tracepoint:syscalls:sys_enter_getppid]: 3\n",
        "@[tracepoint:syscalls:sys_exit_getppid]: 3\n",
        "@r[tracepoint:syscalls:sys_exit_lseek, true]: 1\n",
        "@r[tracepoint:syscalls:sys_exit_getppid, false]: 3\n",
      ].map(literally),
    });
  });

  kernelTest("bodies for one call run in the order of the script", NEEDS, async () => {
    const lseek = "tracepoint:syscalls:sys_enter_lseek /pid == cpid/";
    await checkScript({
      ...traced,
      script: `${lseek} { printf("1 ") }
        tracepoint:syscalls:sys_exit_lseek /pid == cpid/ { printf("5\\n") }
        tracepoint:syscalls:sys_enter_ls* /pid == cpid/ { printf("2 ") }
        ${lseek} { printf("3 ") } ${lseek} { printf("4 ") }
        ${OTHERS.join("\n")}`,
      match: /^1 2 3 4 5$/m,
    });
  });

  kernelTest("bodies have loops, large strings and variables of their own", NEEDS, async () => {
    const body = (n: number): string => `{
      $n = ${n}; $name = str(args.pathname, 300);
      for $i : 0..(args.dfd + 8) { $n += $i; }
      $j = 0; while ($j < 1000) { $j++ }
      printf("%d %d %s\\n", $n, $j, $name)
    }`;
    await checkScript({
      ...traced,
      script: `config = { max_strlen = 400 }
        tracepoint:syscalls:sys_enter_readlinkat /pid == cpid/ ${body(10)}
        tracepoint:syscalls:sys_enter_readlinkat /pid == cpid/ ${body(20)}
        ${OTHERS.join("\n")}`,
      match: /^13 1000 a name\n23 1000 a name\n/m,
    });
  });

  kernelTest("with -p, other processes are left alone", NEEDS, async () => {
    const target = program();
    const child = new Child(target, [], { input: "open" });
    await checkScript({
      script: "tracepoint:syscalls:sys_enter_get*id, tracepoint:syscalls:sys_enter_lseek { @[probe] = count(); }",
      options: [...options, "-p", `${child.pid}`],
      trigger: async () => {
        await run(target, [], { input: "x" });
        child.write("x");
      },
      match: [/^@\[tracepoint:syscalls:sys_enter_getppid\]: 3$/m, /^@\[tracepoint:syscalls:sys_enter_lseek\]: 1$/m],
    });
    await child.finished;
  });

  kernelTest("what a filter leaves out does not fire", NEEDS, async () => {
    await checkScript({
      ...traced,
      options: [...traced.options, "--probe-filter", "getppid|begin"],
      script: "begin { @begun = 1 } tracepoint:syscalls:sys_*_get*id /pid == cpid/ { @[probe] = count(); }",
      stdout: [
        "",
        "",
        "@[tracepoint:syscalls:sys_enter_getppid]: 3",
        "@[tracepoint:syscalls:sys_exit_getppid]: 3",
        "@begun: 1",
        "",
      ].join("\n"),
    });
  });

  // Whoever loses the CPU in the body lets others come to the same tracepoint.
  const busy = `
    #include <sys/wait.h>
    #include <unistd.h>
    int main(void) {
      for (int i = 0; i < 6; i++) {
        if (fork() != 0) continue;
        for (int j = 0; j < 300; j++) getppid();
        _exit(0);
      }
      while (wait(0) > 0) { }
      return 0;
    }`;

  // Events of single calls leave preemption on since Linux 7.2, so there they may miss some.
  const misses = way === "perf events" && kernelIsAtLeast("7.2");
  if (!misses)
    kernelTest("none is missed while bodies run", NEEDS, async () => {
      await checkScript({
        options: [...options, "-c", compileC(busy, { name: "busy" })],
        script: `tracepoint:syscalls:sys_enter_getppid /comm == "busy"/ {
          for ($i : 0..1000) { @busy[pid] = $i; }
          @calls = count();
        }
        end { clear(@busy); }
        ${OTHERS.join("\n")}`,
        match: /^@calls: 1800$/m,
        // Others may be, while the tracer reads its maps and loses the CPU.
        ...(kernelIsAtLeast("7.0") ? { stderrMatch: /^Attached/m } : {}),
      });
    });

  // 20 is getpid for 32-bit programs and writev for others, 110 getppid for others.
  const calls = `int main(void) {
    long result;
    __asm__ volatile("int $0x80" : "=a"(result) : "a"(20L) : "r8", "r9", "r10", "r11", "memory");
    __asm__ volatile("syscall" : "=a"(result) : "a"(0x40000000L + 20) : "rcx", "r11", "memory");
    __asm__ volatile("syscall" : "=a"(result) : "a"(110L) : "rcx", "r11", "memory");
    return 0;
  }`;

  kernelTest("numbers of 32-bit programs are none of these", NEEDS, async () => {
    await checkScript({
      options: [...options, "-c", compileC(calls, { name: "other-numbers" })],
      script:
        "tracepoint:syscalls:sys_*_writev, tracepoint:syscalls:sys_*_get*id /pid == cpid/ { @[probe] = count(); }",
      stdout: "\n\n@[tracepoint:syscalls:sys_enter_getppid]: 1\n@[tracepoint:syscalls:sys_exit_getppid]: 1\n",
    });
  });
});

const FEW = "tracepoint:syscalls:sys_enter_lseek, tracepoint:syscalls:sys_enter_read";

kernelTest("few of them have events, where those miss none", NEEDS, () =>
  expectPlan(`${FEW} { @ = 1 }`, kernelIsAtLeast("7.2") ? "perf event of all system calls" : "perf events"),
);

kernelTest(
  "bodies that take stacks of the kernel have events, which begin in the place they are known for",
  NEEDS,
  () =>
    expectPlan(
      `${FEW} { @ = kstack } ${OTHERS.join(" ")} tracepoint:syscalls:sys_exit_get*id { @o = 2 }`,
      "perf events",
    ),
);

kernelTest("bodies that take all of `args` have events, whose record it is", NEEDS, () =>
  expectPlan(`tracepoint:syscalls:sys_exit_get*id { $a = args; @ = $a.ret }`, "perf events"),
);

async function expectPlan(script: string, way: string): Promise<void> {
  const { stdout, status } = await runTsbt(["-d", "plan", "--dry-run", "-e", script]);
  expect(status).toBe(0);
  expect(stdout).toContain(`: ${way}`);
  expect(stdout).not.toContain("raw tracepoint");
}

const literally = (text: string): RegExp => new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
