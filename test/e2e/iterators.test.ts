/** `iter`: what the kernel has of one kind, one thing after the other. */
import { readFileSync } from "node:fs";
import { describe, expect } from "vitest";
import {
  checkScript,
  Child,
  compileC,
  kernelTest,
  run,
  runTsbt,
  type ScriptExpectation,
  startTsbt,
  tsbtCommand,
} from "../support/index.js";

const FILES = 3000;

/** Three threads, a few thousand files, and a file that is mapped. */
const TARGET = `
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>
static pthread_barrier_t named;
static void *wait(void *name) {
  prctl(PR_SET_NAME, name);
  pthread_barrier_wait(&named);
  for (;;) pause();
}
int main(int argc, char **argv) {
  struct rlimit files = {${FILES + 100}, ${FILES + 100}};
  if (setrlimit(RLIMIT_NOFILE, &files) != 0) return 1;
  int self = open(argv[0], O_RDONLY);
  mmap(0, 4096, PROT_READ, MAP_PRIVATE, self, 0);
  close(self);
  for (int fd = 10; fd < 10 + ${FILES}; fd++) if (dup2(0, fd) != fd) return 1;
  pthread_barrier_init(&named, 0, 3);
  pthread_t thread;
  pthread_create(&thread, 0, wait, "second");
  pthread_create(&thread, 0, wait, "third");
  prctl(PR_SET_NAME, "first");
  pthread_barrier_wait(&named);
  puts("ready");
  fflush(stdout);
  for (;;) pause();
}
`;

async function startTarget(): Promise<Child> {
  const target = new Child(compileC(TARGET, { name: "iterated", flags: ["-pthread"] }), [], { timeoutMs: 120_000 });
  await target.printed(/^ready$/m, "stdout");
  return target;
}

type Check = Omit<ScriptExpectation, "script">;

/** Of the target alone. */
async function checkTarget(script: string, check: Check | ((target: Child) => Check)): Promise<void> {
  const target = await startTarget();
  const { options = [], ...expected } = typeof check === "function" ? check(target) : check;
  await checkScript({ script, options: ["-p", String(target.pid), ...options], ...expected });
}

const needs = { needs: "btf", package: "gcc" } as const;

describe("what there is", () => {
  kernelTest("the tasks of a process, typed, in order, between begin and end", needs, async () => {
    await checkTarget(
      `begin { printf("begin\\n"); }
       iter:task { printf("%s %d ", ctx.task.comm, ctx.task.tgid == $1); print(ctx.meta.seq_num); @tasks = count(); }
       end { printf("end\\n"); }`,
      ({ pid }) => ({
        args: [String(pid)],
        stdout: "begin\nfirst 1 0\nsecond 1 1\nthird 1 2\nend\n\n\n@tasks: 3\n",
        stderr: "Attached 3 probes\n",
      }),
    );
  });

  // Linux 6.1 tells of them once for each thread.
  kernelTest("its files, with their paths: all of thousands, though the ring has room for few", needs, async () => {
    const numbers = Array.from({ length: FILES }, (_, i) => `${i + 10} /dev/null\n`).join("");
    await checkTarget(
      'iter:task_file /ctx.task.pid == ctx.task.tgid && ctx.fd >= 10/ { printf("%d %s\\n", ctx.fd, path(ctx.file.f_path)); }',
      {
        options: ["-q"],
        env: { BPFTRACE_PERF_RB_PAGES: "1", BPFTRACE_MAX_STRLEN: "512" },
        stdout: `${numbers}\n\n`,
        stderr: "",
      },
    );
  });

  kernelTest("its memory, with the files that are mapped", { ...needs, needs: "walked-pointers" }, async () => {
    const target = await startTarget();
    const { stdout, stderr, status } = await runTsbt([
      "-q",
      ...["-p", String(target.pid)],
      "-e",
      'iter:task_vma { printf("%lx-%lx %s\\n", ctx.vma.vm_start, ctx.vma.vm_end, path(ctx.vma.vm_file.f_path)); }',
    ]);
    const maps = readFileSync(`/proc/${target.pid}/maps`, "latin1")
      .split("\n")
      .map((line) => /^(\S+) (?:\S+ +){4}(.*)$/.exec(line) ?? [])
      // What stands in brackets is no file; the last page of all is nobody's.
      .flatMap(([, range, name = ""]) =>
        range === undefined || name === "[vsyscall]" ? [] : [`${range} ${name.startsWith("[") ? "" : name}\n`],
      );
    expect({ stdout: stdout.trimEnd(), stderr, status }).toEqual({
      stdout: maps.join("").trimEnd(),
      stderr: "",
      status: 0,
    });
    expect(stdout).toContain("/iterated\n");
  });

  kernelTest("programs and maps, in one script", needs, async () => {
    const other = await startTsbt(["-e", "interval:s:1 { @needle[comm] = 1; }"]);
    await checkScript({
      script: `iter:bpf_map /str(ctx.map.name) == "needle"/ { printf("map of %d\\n", ctx.map.key_size); }
               iter:bpf_prog /str(ctx.prog.aux.name) == "interval_s_1_1"/ { printf("program\\n"); }`,
      match: /^(map of 16\n)+(program\n)+/,
    });
    await other.interrupt();
  });

  kernelTest("the sockets, of a kind that helpers know", needs, async () => {
    await checkScript({
      script: "iter:netlink { @[socket_cookie((struct sock *)ctx.sk) > 0] = count(); }",
      match: /^@\[true\]: \d+$/m,
    });
  });

  kernelTest("cgroups, from the root", needs, async () => {
    await checkScript({ script: "iter:cgroup { @[ctx.cgroup.level >= 0] = count(); }", match: /^@\[true\]: \d+$/m });
  });

  kernelTest("the child of -c", needs, async () => {
    await checkScript({
      script: "iter:task { @[ctx.task.pid == (int64)cpid] = count(); }",
      options: ["-c", "/bin/sleep 100"],
      stdout: "\n\n@[true]: 1\n",
    });
  });
});

describe("bodies", () => {
  kernelTest("end where the context has nothing: in the last call of all", needs, async () => {
    await checkTarget(
      'iter:task { @calls = count(); $task = ctx.task; @tasks = count(); printf("%s\\n", $task.comm); }',
      {
        stdout: "first\nsecond\nthird\n\n\n@calls: 4\n@tasks: 3\n",
      },
    );
  });

  kernelTest("exit() ends the walk, and what comes behind it does not happen", needs, async () => {
    await checkTarget(
      'iter:task_file { printf("%d\\n", ctx.fd); if (ctx.fd == 12) { exit(3); } } end { printf("end\\n"); }',
      {
        match: /^0\n1\n2\n(?:\d\n)*10\n11\n12\nend\n\n\n$/,
        status: 3,
        stderr: "Attached 2 probes\n",
      },
    );
  });

  kernelTest("exit() in begin: there is no walk", needs, async () => {
    await checkTarget('begin { exit(); } iter:task { printf("task\\n"); }', { stdout: "\n\n" });
  });

  kernelTest("other probes go on when the walk is over", needs, async () => {
    await checkTarget("iter:task { @[ctx.task.pid] = ctx.task.comm; } interval:ms:1 { if (len(@) == 3) { exit(); } }", {
      match: /: first$/m,
    });
  });

  kernelTest("print as everywhere: JSON, files", needs, async () => {
    await checkTarget('iter:task /ctx.task.pid == ctx.task.tgid/ { printf("%s", ctx.task.comm); print(1); }', {
      options: ["-f", "json", "-q"],
      match: /^\{"type": "printf", "data": "first"\}$/m,
    });
  });
});

describe("pinned", () => {
  /** In a file system of its own, which is gone with the command. */
  const inNamespace = (command: string): Promise<{ readonly stdout: string; readonly stderr: string }> =>
    run("unshare", ["-m", "sh", "-c", `mount -t bpf bpf /sys/fs/bpf && { ${command}; }`]);

  const pinning = (pid: number, script: string): string => `${tsbtCommand()} -p ${pid} -e '${script}'`;

  kernelTest("whoever reads the file has the walk, when the tracer is gone", needs, async () => {
    const { pid } = await startTarget();
    const script =
      'iter:task:tasks { printf("\\303\\244 %-8s|%d|%5d|%x|%p|%s|%c|100%%\\n", ctx.task.comm, ctx.task.tgid, -3, 255, 16, 7, 65); }';
    const { stdout, stderr } = await inNamespace(
      `${pinning(pid, script)}; cat /sys/fs/bpf/tasks; cat /sys/fs/bpf/tasks`,
    );
    const line = (name: string): string => `\u00c3\u00a4 ${name.padEnd(8)}|${pid}|   -3|ff|0x10|7|A|100%\n`;
    const walk = ["first", "second", "third"].map(line).join("");
    expect({ stdout, stderr }).toEqual({
      stdout: `Program pinned to /sys/fs/bpf/tasks\n\n\n${walk}${walk}`,
      stderr: "Attached 1 probe\n",
    });
  });

  kernelTest("what asks something of the tracer is warned of", needs, async () => {
    const script = 'iter:task:tasks { printf("%d", pid); print(1); @n = count(); clear(@n); exit(); }';
    const { stderr } = await runTsbt(["--mode", "codegen", "-e", script]);
    expect(stderr.match(/WARNING: .*/g)).toEqual(
      ["print", "clear", "exit"].map(
        (name) => `WARNING: ${name}() in a pinned iterator is heard by nobody: it runs when there is no tracer`,
      ),
    );
  });

  kernelTest("a directory is made for it; what is there is not replaced", needs, async () => {
    const { pid } = await startTarget();
    const command = pinning(
      pid,
      'iter:task:/sys/fs/bpf/of/mine { printf("\\303\\244\\n"); } end { printf("end\\n"); }',
    );
    const { stdout, stderr } = await inNamespace(`${command}; ${command}; cat /sys/fs/bpf/of/mine`);
    expect({ stdout, stderr }).toEqual({
      stdout: "Program pinned to /sys/fs/bpf/of/mine\nend\n\n\nend\n\n\n" + "\u00c3\u00a4\n".repeat(4),
      stderr:
        "Attached 2 probes\nAttached 2 probes\n" +
        "ERROR: Failed to pin iter probe link: /sys/fs/bpf/of/mine: File exists\n",
    });
  });

  kernelTest("not just anywhere", needs, async () => {
    await checkScript({
      script: "iter:task:/tmp/not-pinned { }",
      stdout: "\n\n",
      stderrMatch: /^ERROR: Failed to pin iter probe link: \/tmp\/not-pinned: it would lie in no BPF file system/m,
    });
  });
});

describe("what is refused", () => {
  const refused = (script: string, message: string, status = 1): Promise<unknown> =>
    checkScript({ script, status, stderrMatch: new RegExp(`ERROR: ${message.replace(/[.()*]/g, "\\$&")}$`, "m") });

  kernelTest("iterators that there are not", needs, async () => {
    await refused("iter:nosuch { }", "iter nosuch not available for your kernel version.");
    await checkScript({
      script: "config = { missing_probes = warn } iter:nosuch { } begin { exit(); }",
      stderrMatch: /^HINT: Unable to attach probe: iter:nosuch\. Skipping\.$/m,
      stdout: "\n\n",
    });
  });

  kernelTest("more than one in a probe, wildcards, wrong parts", needs, async () => {
    await refused("iter:task, iter:task_file { }", "iter probe only supports one attach point.");
    await refused("iter:task* { }", "iter probe type does not support wildcards");
    await refused("iter:task:a:b { }", "iter probe type takes 2 arguments (1 optional)");
    await refused("iter: { }", "iter should specify a iterator's name");
  });

  kernelTest("walks over a map that nobody can name", needs, async () => {
    await refused("iter:bpf_map_elem { }", "iter:bpf_map_elem walks a map, and no probe can say which");
  });

  kernelTest("what belongs to other probes", needs, async () => {
    await refused("iter:task { print(func); }", "The func builtin can not be used with 'iter' probes");
    await refused('iter:task { print(reg("ip")); }', 'reg can not be used with "iter" probes');
    await refused(
      "iter:task { print(args); }",
      "The args builtin can only be used with tracepoint, rawtracepoint, fentry/fexit, and uprobe probes (iter used here)",
    );
    await refused("iter:task { print(ctx); }", "struct bpf_iter__task * type passed to print() is not printable");
  });
});

describe("listing", () => {
  kernelTest("names, and what ctx has", needs, async () => {
    const { stdout } = await runTsbt(["-lv", "it:task*"]);
    expect(stdout).toBe(
      "iter:task\n    struct task_struct * task\n" +
        "iter:task_file\n    struct task_struct * task\n    u32 fd\n    struct file * file\n" +
        "iter:task_vma\n    struct task_struct * task\n    struct vm_area_struct * vma\n",
    );
    const all = await runTsbt(["-l", "iter:*"]);
    const names = all.stdout.trimEnd().split("\n");
    expect(names).toEqual([...new Set(names)].sort());
    for (const name of ["bpf_map", "bpf_prog", "ksym", "netlink", "tcp", "udp", "unix"])
      expect(names).toContain(`iter:${name}`);
    const ofScript = await runTsbt(["-l", "-e", "iter:task { }"]);
    expect(ofScript.stdout).toBe("iter:task\n");
  });

  kernelTest("every iterator that is listed can be loaded, and attached unless it wants a map", needs, async () => {
    const { stdout } = await runTsbt(["-l", "iter:*"]);
    const probes = stdout.trimEnd().split("\n");
    const script = probes.map((probe) => `${probe} { @["${probe}"] = ctx.meta.seq_num; }`).join("\n");
    const { stderr, status } = await runTsbt(["--dry-run", "-e", `config = { missing_probes = warn } ${script}`]);
    const ofMaps = ["bpf_map_elem", "bpf_sk_storage_map", "sockmap"].filter((name) => probes.includes(`iter:${name}`));
    expect(stderr.split("\n").filter((line) => /ERROR|walks|Skipping/.test(line))).toEqual(
      ofMaps.flatMap((name) => [
        expect.stringContaining(`WARNING: iter:${name} walks a map, and no probe can say which`),
        `HINT: Unable to attach probe: iter:${name}. Skipping.`,
      ]),
    );
    expect(status).toBe(0);
  });
});
